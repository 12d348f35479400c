process.env.TZ = 'Asia/Shanghai';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fromNative, isoDateTime, readTyped, shown, toNative, typed } from '../src/form/datetime_text.js';

const NOW = new Date('2026-03-02T09:12:34+08:00'); // a Monday

describe('a date and time typed freely', () => {
  for (const [text, expected] of [
    ['2026-03-02 09:30', '2026-03-02T09:30:00+08:00'],
    ['3-2 9:30', '2026-03-02T09:30:00+08:00'],
    ['３月２日 ９：３０', '2026-03-02T09:30:00+08:00'],
    ['2026年3月2日9点半', '2026-03-02T09:30:00+08:00'],
    ['明天下午3点', '2026-03-03T15:00:00+08:00'],
    ['昨天 23:05', '2026-03-01T23:05:00+08:00'],
    ['后天上午10点15分', '2026-03-04T10:15:00+08:00'],
    ['中午12点', '2026-03-02T12:00:00+08:00'],
    ['8:05', '2026-03-02T08:05:00+08:00'],
    ['现在', '2026-03-02T09:12:00+08:00'],
    ['2026/3/2 18:00', '2026-03-02T18:00:00+08:00'],
    ['tomorrow 3:15 pm', '2026-03-03T15:15:00+08:00'],
  ]) {
    it(`“${text}” is ${expected}`, () => assert.equal(readTyped(text, 'datetime', NOW), expected));
  }
  for (const text of ['abc', '3-2', '2-30 9:00', '25:00', '13-1 9:00', '9:77']) {
    it(`“${text}” is not understood`, () => assert.equal(readTyped(text, 'datetime', NOW), null));
  }
  it('nothing typed is nothing', () => assert.equal(readTyped('  ', 'datetime', NOW), ''));
});

describe('a date typed freely', () => {
  for (const [text, expected] of [
    ['3-2', '2026-03-02'],
    ['20260302', '2026-03-02'],
    ['2026.3.2', '2026-03-02'],
    ['3月2日', '2026-03-02'],
    ['今天', '2026-03-02'],
    ['大后天', '2026-03-05'],
    ['大前天', '2026-02-27'],
  ]) {
    it(`“${text}” is ${expected}`, () => assert.equal(readTyped(text, 'date', NOW), expected));
  }
  it('“2-30” is not understood', () => assert.equal(readTyped('2-30', 'date', NOW), null));
});

describe('a time typed freely', () => {
  for (const [text, expected] of [
    ['9:5', '09:05'],
    ['0930', '09:30'],
    ['下午3点', '15:00'],
  ]) {
    it(`“${text}” is ${expected}`, () => assert.equal(readTyped(text, 'time', NOW), expected));
  }
});

describe('what people see', () => {
  it('is plain Chinese with the weekday', () => assert.equal(shown('2026-03-02T01:12:00Z', 'datetime'), '2026年3月2日 周一 09:12'));
  it('is plain English', () => assert.equal(shown('2026-03-02', 'date', false), 'Mon 2026-03-02'));
  it('keeps what it cannot read', () => assert.equal(shown('soon', 'date'), 'soon'));
  it('in a text box is read back to the same value', () => {
    const value = '2026-03-02T09:30:00+08:00';
    assert.equal(readTyped(typed(value, 'datetime'), 'datetime', NOW), value);
  });
});

describe('the native input of a phone', () => {
  it('gives ISO with the offset of the device', () => assert.equal(fromNative('2026-03-02T09:30', 'datetime'), '2026-03-02T09:30:00+08:00'));
  it('shows the moment in the zone of the device', () => assert.equal(toNative('2026-03-02T01:30:00Z', 'datetime'), '2026-03-02T09:30'));
  it('knows days without a time', () => assert.equal(fromNative('2026-03-02', 'date'), '2026-03-02'));
  it('keeps seconds when writing a moment', () => assert.equal(isoDateTime(NOW), '2026-03-02T09:12:34+08:00'));
});
