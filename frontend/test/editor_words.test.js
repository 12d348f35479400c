import assert from 'node:assert/strict';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createTranslate } from '../src/bpmn/translate_text.js';
import { EDITOR_ZH } from '../src/i18n/editor_zh.js';
import { ELEMENT_TYPES_ZH } from '../src/i18n/element_types_zh.js';

const modules = path.join(path.dirname(fileURLToPath(import.meta.url)), '../node_modules');
const community = async (file) => (await import(path.join(modules, file))).default;
const dictionary = {
  ...(await community('bpmn-js-i18n/translations/zn.js')),
  ...(await community('bpmn-js-i18n-zh/lib/bpmn-js/index.js')),
  ...(await community('bpmn-js-i18n-zh/lib/properties-panel/index.js')),
  ...(await community('bpmn-js-i18n-zh/lib/zeebe-properties-panel/index.js')),
  ...ELEMENT_TYPES_ZH,
  ...EDITOR_ZH,
};

const read = (file) => {
  const full = path.join(modules, file);
  return statSync(full).isDirectory()
    ? readdirSync(full, { recursive: true }).filter((name) => name.endsWith('.js')).map((name) => readFileSync(path.join(full, name), 'utf8')).join('\n')
    : readFileSync(full, 'utf8');
};

/** The panel's file holds the providers of Camunda 7 and of Zeebe: only what stands before and outside the former is ours. */
function withoutCamunda7(code) {
  return code
    .split(/^(?=function |const )/m)
    .filter((part) => !/camunda:|CamundaPlatform|^(?:function|const) \w*(?:Platform|Camunda7)/.test(part))
    .join('');
}

function literals(code) {
  const found = new Set();
  for (const [, , text] of code.matchAll(/\b_?translate\d?\(\s*(['"])((?:\\.|(?!\1).)*)\1/g)) {
    found.add(text.replace(/\\'/g, "'"));
  }
  return [...found];
}

/** Help texts beside groups come from the tooltip provider, which the editor leaves out; the rest are parts of the libraries we do not load. */
const NOT_SHOWN = [/documentation$/i, /\. $/, /^\). ?$/, /e\.g\. $/, /^ /, / $/, /^BPMN$|^CMMN$/, /HELLO/, /Camunda 7|EL expression/, /List<|TypedValue|Map</];

/** Entries of Camunda 7 that the split above cannot tell from ours. */
const CAMUNDA_7 = new Set([
  'Business key expression',
  'Specify more than one variable change event as a comma separated list. Variable change events are:',
  'Documentation: Variable events',
  'Start typing "${}" to create an expression.',
  'Config',
  'Refers to the process variable name',
  'boolean',
  'date',
  'enum',
  'long',
  'string',
  '<custom type>',
  'Custom type',
  'Source expression',
  'Created in',
  'This maps to the process definition key.',
]);

describe('texts of the editor', () => {
  const sources = {
    'bpmn-js': read('bpmn-js/lib'),
    'diagram-js': read('diagram-js/lib'),
    'the properties panel': withoutCamunda7(read('bpmn-js-properties-panel/dist/index.esm.js')),
    'the parts of the panel': read('@bpmn-io/properties-panel/dist/index.esm.js'),
    'the minimap': read('diagram-js-minimap/dist/index.esm.js'),
  };
  for (const [name, code] of Object.entries(sources)) {
    it(`of ${name} all have Chinese`, () => {
      const missing = literals(code).filter((text) => /[A-Za-z]{2}/.test(text) && !(text in dictionary) && !CAMUNDA_7.has(text) && !NOT_SHOWN.some((pattern) => pattern.test(text)));
      assert.deepEqual(missing, []);
    });
  }

  it('for every type an element can become have Chinese', () => {
    const labels = [...read('bpmn-js/lib/features/replace/ReplaceOptions.js').matchAll(/label: (['"])(.*?)\1/g)].map(([, , label]) => label);
    assert.deepEqual(labels.filter((label) => !(label in dictionary)), []);
  });
});

describe('translate', () => {
  it('puts values into places and keeps a miss', () => {
    const misses = [];
    const translate = createTranslate({ 'Open {element}': '打开{element}', Minimap: '缩略图' }, (text) => misses.push(text));
    assert.equal(translate('Open {element}', { element: 'Minimap' }), '打开缩略图');
    assert.equal(translate('Unknown thing'), 'Unknown thing');
    assert.deepEqual(misses, ['Unknown thing']);
  });

  it('does not count what needs no translation', () => {
    const misses = [];
    const translate = createTranslate({}, (text) => misses.push(text));
    ['=', '', '登记来电', '{0}'].forEach((text) => translate(text));
    assert.deepEqual(misses, []);
  });
});
