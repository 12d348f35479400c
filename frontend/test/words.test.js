import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { en } from '../src/i18n/en.js';
import { say } from '../src/i18n/say.js';
import { zh } from '../src/i18n/zh.js';

const src = path.join(path.dirname(fileURLToPath(import.meta.url)), '../src');
const files = readdirSync(src, { recursive: true }).filter((file) => /\.jsx?$/.test(file));
const places = (sentence) => [...sentence.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();

describe('our own words', () => {
  it('are there in both languages', () => assert.deepEqual(Object.keys(zh).sort(), Object.keys(en).sort()));

  it('take the same values in both languages', () => {
    for (const key of Object.keys(zh)) {
      assert.deepEqual(places(zh[key]), places(en[key]), key);
    }
  });

  it('are Chinese in the Chinese table', () => {
    const latin = Object.entries(zh).filter(([, sentence]) => !/[\u4e00-\u9fff]/.test(sentence) && /[A-Za-z]{3}/.test(sentence));
    assert.deepEqual(latin, []);
  });

  it('exist wherever a page asks for them', () => {
    for (const file of files) {
      for (const [, key] of readFileSync(path.join(src, file), 'utf8').matchAll(/\bsay\(\s*'([a-z_]+)'/g)) {
        assert.ok(key in zh, `${file}: ${key}`);
      }
    }
  });

  it('are all used', () => {
    const code = files.filter((file) => !/i18n[\\/](zh|en)\.js$/.test(file)).map((file) => readFileSync(path.join(src, file), 'utf8')).join('\n');
    // A key may be put together: say(`step_${state}`), say(`${subtype}_placeholder`).
    const made = [...code.matchAll(/`(\w*)\$\{[^}]+\}(\w*)`/g)].filter(([, head, tail]) => head || tail);
    const used = (key) => code.includes(`'${key}'`) || made.some(([, head, tail]) => key.startsWith(head) && key.endsWith(tail));
    assert.deepEqual(Object.keys(zh).filter((key) => !used(key)), []);
  });

  it('put values into their places', () => assert.equal(say('errors_title', { n: 3 }), '有 3 处需要修改'));
});

describe('texts in our modules', () => {
  it('stand in the tables and not in the code', () => {
    const allowed = /i18n[\\/]|datetime_text\.js$|sw[\\/]sw\.js$/;
    for (const file of files.filter((name) => !allowed.test(name))) {
      const code = readFileSync(path.join(src, file), 'utf8').replace(/\/\*[\s\S]*?\*\//g, '').replace(/\/\/.*$/gm, '');
      assert.doesNotMatch(code.replace(/'[、：（）]+'|`[^`]*[：（）、]\$?[^`]*`/g, ''), /[\u4e00-\u9fff]/, file);
    }
  });
});
