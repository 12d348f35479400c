import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createSaver } from '../src/bpmn/autosave.js';
import { optionsFor } from '../src/bpmn/choice_options.js';
import { firstView, legendOf, readMarkers } from '../src/bpmn/markers.js';
import { byElement, countProblems, sortProblems } from '../src/bpmn/problems.js';

function saver(answers, more = {}) {
  const states = [];
  const sent = [];
  const made = createSaver({
    revision: 1,
    read: async () => '<xml/>',
    put: async (body) => {
      sent.push(body);
      const answer = answers.shift();
      if (answer instanceof Error) {
        throw answer;
      }
      return answer;
    },
    onState: (state) => states.push(state),
    pause: 1,
    retry: 1_000_000,
    ...more,
  });
  return { made, states, sent };
}

describe('saving a draft', () => {
  it('names the revision it began from and goes on from the new one', async () => {
    const { made, sent } = saver([{ status: 200, data: { revision: 2 } }, { status: 200, data: { revision: 3 } }]);
    await made.save();
    await made.save();
    assert.deepEqual(sent.map((body) => body.base_revision), [1, 2]);
    assert.equal(made.state, 'saved');
  });

  it('stops at a conflict and overwrites only when somebody says so', async () => {
    const { made, sent } = saver([{ status: 409, data: { changed_by: '丁' } }, { status: 200, data: { revision: 9 } }]);
    await made.save();
    assert.equal(made.state, 'conflict');
    made.changed();
    await made.save();
    assert.equal(sent.length, 1);
    await made.overwrite();
    assert.equal(sent[1].force, true);
    assert.equal(made.revision, 9);
    assert.equal(made.state, 'saved');
  });

  it('saves once more when something changed meanwhile', async () => {
    let answer;
    const sent = [];
    const made = createSaver({ revision: 1, read: async () => 'x', put: (body) => (sent.push(body), new Promise((done) => (answer = () => done({ status: 200, data: { revision: sent.length + 1 } })))), pause: 1 });
    const first = made.save();
    await new Promise(setImmediate);
    made.changed();
    answer();
    await new Promise((done) => setTimeout(done, 5));
    answer();
    await first;
    assert.equal(sent.length, 2);
    assert.equal(made.state, 'saved');
    made.stop();
  });

  it('says that it failed without a connection and keeps the revision', async () => {
    const { made } = saver([new Error('no connection')]);
    await made.save();
    assert.equal(made.state, 'failed');
    assert.equal(made.revision, 1);
    made.stop();
  });

  it('waits a moment after the last change', async () => {
    const { made, sent } = saver([{ status: 200, data: { revision: 2 } }], { pause: 10 });
    made.changed();
    made.changed();
    assert.equal(sent.length, 0);
    await new Promise((done) => setTimeout(done, 40));
    assert.equal(sent.length, 1);
  });
});

describe('problems of a diagram', () => {
  const problems = [
    { severity: 'warning', element_id: 'a', message: 'w' },
    { severity: 'error', element_id: 'a', message: 'e' },
    { severity: 'info', element_id: null, message: 'i' },
  ];
  it('stand errors first', () => assert.deepEqual(sortProblems(problems).map(({ message }) => message), ['e', 'w', 'i']));
  it('are counted', () => assert.deepEqual(countProblems(problems), { errors: 1, warnings: 1 }));
  it('are shown once per element with the worst mark', () => assert.deepEqual(byElement(problems).get('a'), { severity: 'error', messages: ['e', 'w'] }));
});

describe('marks on a diagram', () => {
  const markers = readMarkers({ active: ['a', { id: 'a', count: 2 }], completed: ['b'], strange: ['c'] });
  it('are added up per element', () => assert.deepEqual(markers.active, [{ id: 'a', count: 3 }]));
  it('are named in the legend, most important first', () => assert.deepEqual(legendOf(markers).map(({ kind }) => kind), ['active', 'completed']));
  it('survive a missing list', () => assert.deepEqual(readMarkers(null).taken, []));
});

describe('the first view of a diagram', () => {
  it('is the whole when that is readable', () => assert.deepEqual(firstView(0.6, [{ x: 0, y: 0, width: 1, height: 1 }]), { fit: true }));
  it('is the place of the token when the whole is too small', () => assert.deepEqual(firstView(0.1, [{ x: 100, y: 50, width: 100, height: 80 }]), { scale: 0.75, x: 150, y: 90 }));
  it('is the whole when there is no token', () => assert.deepEqual(firstView(0.1, []), { fit: true }));
});

describe('a select box', () => {
  it('keeps a value that nobody knows', () => {
    const options = optionsFor([{ value: 'a', label: '甲' }], 'b');
    assert.deepEqual(options.map(({ value }) => value), ['', 'a', 'b']);
    assert.match(options[2].label, /b/);
  });
  it('shows an expression as it is', () => assert.equal(optionsFor([], '=param("x")').at(-1).label, '=param("x")'));
});
