import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createSaver } from '../src/bpmn/autosave.js';
import { optionsFor } from '../src/bpmn/choice_options.js';
import { byWork, firstView, legendOf, innermost, liftMarkers, readMarkers } from '../src/bpmn/markers.js';
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

describe('marks inside a collapsed subprocess', () => {
  const shownAt = (id) => (id.startsWith('inner') ? 'outer' : id);
  const lifted = liftMarkers(readMarkers({ active: ['inner_1', { id: 'inner_2', count: 2 }], completed: ['outer', 'inner_0', 'b'], taken: ['inner_flow'] }), shownAt);
  it('show on the subprocess with how many wait', () => assert.deepEqual(lifted.active.at(-1), { id: 'outer', count: 3 }));
  it('make it active rather than done', () => assert.deepEqual(lifted.completed.map(({ id }) => id), ['inner_0', 'b']));
  it('count once when the subprocess is marked too', () => {
    const both = innermost(readMarkers({ active: ['outer', 'inner_1'] }), shownAt);
    assert.deepEqual(both.active.map(({ id }) => id), ['inner_1']);
  });
  it('leave the path where it is', () => assert.deepEqual(lifted.taken, [{ id: 'inner_flow', count: 1 }]));
});

describe('the first view of a diagram', () => {
  const wide = { x: 100, y: 80, width: 5000, height: 900 };
  const outer = { width: 1100, height: 440 };
  const place = (x, y) => ({ x, y, width: 100, height: 80 });

  it('is the whole when that is readable', () => assert.deepEqual(firstView(0.6, [place(0, 0)], wide, outer), { fit: true }));
  it('has the token in its middle when the whole is too small to read', () => {
    const view = firstView(0.2, [place(2000, 500)], wide, outer);
    assert.deepEqual([view.x + view.width / 2, view.y + view.height / 2], [2050, 540]);
    assert.equal(outer.width / view.width, 0.75);
  });
  it('stays on the diagram when the token stands at its edge', () => {
    const view = firstView(0.2, [place(100, 80)], wide, outer);
    assert.deepEqual([view.x, view.y], [76, 56]);
  });
  it('goes where somebody works before where a timer runs', () => {
    const types = { timer: 'bpmn:IntermediateCatchEvent', other: 'bpmn:BoundaryEvent', called: 'bpmn:CallActivity', task: 'bpmn:UserTask' };
    assert.deepEqual(byWork(['timer', 'other', 'called', 'task'], (id) => types[id]), ['task', 'called', 'timer', 'other']);
  });
  it('begins at the left when nothing waits', () => assert.equal(firstView(0.2, [], wide, outer).x, 76));
  it('keeps a low diagram in the middle', () => {
    const view = firstView(0.2, [], { ...wide, height: 200 }, outer);
    assert.equal(view.y + view.height / 2, 180);
  });
});

describe('a select box', () => {
  it('keeps a value that nobody knows', () => {
    const options = optionsFor([{ value: 'a', label: '甲' }], 'b');
    assert.deepEqual(options.map(({ value }) => value), ['', 'a', 'b']);
    assert.match(options[2].label, /b/);
  });
  it('shows an expression as it is', () => assert.equal(optionsFor([], '=param("x")').at(-1).label, '=param("x")'));
});
