import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { DROPPED_FIELDS, slim } from '../plugins/form_js.mjs';
import { FORM_JS_PATTERNS_ZH, FORM_JS_ZH, translateFormJs } from '../src/i18n/form_js.js';

const bundle = readFileSync(new URL('../node_modules/@bpmn-io/form-js-viewer/dist/index.es.js', import.meta.url), 'utf8');

/** Texts that our pages never show: fields we replace, and the bpmn.io notice, which nobody may change. */
const NOT_SHOWN = new Set([
  'Date and time must both be entered.',
  'Browse',
  'No files selected',
  'No content to show.',
  'Unable to download document',
  'Document reference is not defined.',
  'Web-based tooling for BPMN, DMN, and forms powered by',
  'Powered by bpmn.io',
  'No options source defined in the form definition',
]);

function shownTexts(code) {
  const found = new Set();
  const take = (pattern) => {
    for (const [, text] of code.matchAll(pattern)) {
      found.add(text);
    }
  };
  take(/errors\.push\('([^']+)'\)/g);
  take(/children: ["']([A-Z][^"'\n]*)["']/g);
  take(/children: \[[^\]\n]*" ", '([A-Z][^'\n]*)'\]/g);
  take(/(?:title|placeholder|"aria-label"): (?:[\w |]+ \? undefined : )?["']([A-Z][^"'\n]*)["']/g);
  take(/emptyListMessage[^'\n]*'([A-Z][^'\n]*)'/g);
  take(/\|\| '([A-Z][a-z]+)'$/gm);
  return [...found].filter((text) => !NOT_SHOWN.has(text));
}

describe('texts of form-js', () => {
  it('all have Chinese', () => {
    const missing = shownTexts(bundle).filter((text) => translateFormJs(text) === text);
    assert.deepEqual(missing, []);
  });

  it('in our dictionary still exist in form-js', () => {
    const gone = Object.keys(FORM_JS_ZH).filter((text) => !bundle.includes(text) && text !== 'Value is expected to be an integer.');
    assert.deepEqual(gone, []);
  });

  it('with values in them are put into Chinese', () => {
    assert.equal(translateFormJs('Field must have minimum length of 4.'), '至少填写 4 个字');
    assert.equal(translateFormJs('Please select a valid value, the two nearest valid values are 5 and 10.'), '请填写 5 或 10');
    assert.equal(translateFormJs('Remove list item 2'), '删除第 2 行');
    assert.equal(FORM_JS_PATTERNS_ZH.length, 11);
  });

  it('that a person wrote stay as they are', () => assert.equal(translateFormJs('压缩机皮带'), '压缩机皮带'));
});

describe('the form viewer in our bundle', () => {
  const cut = slim(bundle);

  it('leaves the fields we replace to us', () => {
    const [, list] = /const formFields = \[([\s\S]*?)\];/.exec(cut);
    for (const name of DROPPED_FIELDS) {
      assert.doesNotMatch(list, new RegExp(`\\b${name}\\b`));
    }
    assert.match(list, /Textfield/);
  });

  it('keeps the bpmn.io logo and its link', () => {
    assert.match(cut, /class: "fjs-powered-by fjs-form-field"/);
    assert.match(cut, /children: \[jsx\(LocalExpressionContext\.Provider[\s\S]*?jsx\(PoweredBy, \{\}\)\]/);
  });
});
