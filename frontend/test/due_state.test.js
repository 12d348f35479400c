import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { dueState, spanParts } from '../src/app/due_state.js';

const HOUR = 3_600_000;

describe('a deadline', () => {
  for (const [hours, level, percent] of [
    [0, 'ok', 0],
    [7.9, 'ok', 79],
    [8, 'warn', 80],
    [9.99, 'warn', 100],
    [10, 'over', 100],
    [30, 'over', 100],
  ]) {
    it(`of ten hours is “${level}” after ${hours}`, () => {
      const state = dueState(0, 10 * HOUR, hours * HOUR);
      assert.equal(state.level, level);
      assert.equal(state.percent, percent);
    });
  }
  it('without a start is red when it has passed', () => assert.equal(dueState(5, 5, 6).level, 'over'));
});

describe('a span in words', () => {
  it('has its two largest units', () => assert.deepEqual(spanParts(26.5 * HOUR), [{ key: 'days', n: 1 }, { key: 'hours', n: 2 }]));
  it('leaves out what is zero', () => assert.deepEqual(spanParts(-2 * HOUR), [{ key: 'hours', n: 2 }]));
  it('of seconds is less than a minute', () => assert.deepEqual(spanParts(5000), [{ key: 'less_than_minute', n: 0 }]));
});
