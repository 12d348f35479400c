import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import isEqual from '../src/form/is_equal.js';
import { renderMarkdown } from '../src/form/markdown.js';
import { pathText, readPath } from '../src/form/paths.js';
import { added, asList, removed } from '../src/form/pick_values.js';
import { OPTIONAL_MARK, prepareSchema } from '../src/form/prepare.js';
import { fromPad, strokePaths, toPad } from '../src/form/strokes.js';
import { longEnough, sourceOf } from '../src/form/suggest.js';
import * as sw from '../src/sw/pages.js';

const prepared = (component, options) => prepareSchema({ components: [component] }, options).components[0];

describe('the schema of a task', () => {
  it('marks what is optional, not what is required', () => {
    assert.equal(prepared({ type: 'textfield', key: 'a', label: '备注' }).label, `备注${OPTIONAL_MARK}`);
    assert.equal(prepared({ type: 'textfield', key: 'a', label: '电话', validate: { required: true } }).label, '电话');
  });

  it('lets the mark follow the condition of a field that is required sometimes', () => {
    const { label, words } = prepared({ type: 'textfield', key: 'a', label: '原因', properties: { required_if: '=refused = true' } });
    assert.equal(label, `=if refused = true then "原因" else "原因" + "${OPTIONAL_MARK}"`);
    assert.equal(words, '原因');
  });

  it('shows read-only fields as text, lists as tables', () => {
    assert.equal(prepared({ type: 'radio', key: 'a', label: 'x', readonly: true }).type, 'shown');
    const list = prepared({ type: 'dynamiclist', path: 'parts', label: '配件', readonly: true, components: [{ type: 'number', key: 'qty' }] });
    assert.equal(list.type, 'shown_list');
    assert.equal(list.key, 'parts');
  });

  it('shows everything as text when the task can only be viewed', () => {
    const group = prepared({ type: 'group', components: [{ type: 'textfield', key: 'a', label: 'x' }] }, { readOnly: true });
    assert.equal(group.components[0].type, 'shown');
  });

  it('has no buttons: the page has its own', () => assert.deepEqual(prepareSchema({ components: [{ type: 'button' }] }).components, []));
});

describe('paths of values', () => {
  it('are written and read alike', () => {
    assert.equal(pathText(['parts', 2, 'qty']), 'parts[2].qty');
    assert.deepEqual(readPath('parts[2].qty'), ['parts', 2, 'qty']);
    assert.deepEqual(readPath('name'), ['name']);
  });
});

describe('a search box', () => {
  it('holds one value or several', () => {
    assert.deepEqual(asList(null), []);
    assert.equal(added(null, 'a', false), 'a');
    assert.deepEqual(added(['a'], 'b', true), ['a', 'b']);
    assert.equal(removed('a', 'a', false), null);
    assert.deepEqual(removed(['a', 'b'], 'a', true), ['b']);
  });

  it('offers known things from four characters on', () => {
    assert.equal(sourceOf({ key: 'contact_phone' }), 'customer');
    assert.equal(sourceOf({ key: 'note', properties: { suggest: 'unit' } }), 'unit');
    assert.equal(sourceOf({ key: 'note' }), null);
    assert.equal(longEnough('000-0'), true);
    assert.equal(longEnough('00-0'), false);
  });
});

describe('a signature', () => {
  const groups = [{ points: [{ x: 1.4, y: 2.6, time: 1000 }, { x: 3, y: 4, time: 1016.7 }] }, { points: [] }];
  const strokes = fromPad(groups);

  it('is kept as whole numbers from the first touch on', () => assert.deepEqual(strokes, [[{ x: 1, y: 3, time: 0 }, { x: 3, y: 4, time: 17 }]]));
  it('fits into another box', () => assert.equal(toPad({ strokes, width: 100, height: 50 }, 200, 200)[0].points[1].x, 6));
  it('is drawn as lines and dots', () => assert.deepEqual(strokePaths([...strokes, [{ x: 5, y: 6 }]]), ['M1 3L3 4', 'M5 6h.01']));
});

describe('text with a little Markdown', () => {
  it('has lists, bold and links', () => {
    assert.equal(renderMarkdown('**注意**：断电\n- 断开\n- 挂牌\n\n[说明](/help)'), '<p><strong>注意</strong>：断电</p><ul><li>断开</li><li>挂牌</li></ul><p><a href="/help">说明</a></p>');
  });
  it('lets no tag through', () => assert.equal(renderMarkdown('<img src=x onerror=alert(1)>'), '<p>&lt;img src=x onerror=alert(1)&gt;</p>'));
});

describe('equality of values', () => {
  it('is deep', () => assert.ok(isEqual({ a: [1, { b: null }] }, { a: [1, { b: null }] })));
  it('tells lists from objects', () => assert.ok(!isEqual([], {})));
  it('tells a missing value from null', () => assert.ok(!isEqual({ a: null }, { b: null })));
});

describe('pages kept for offline use', () => {
  it('are the task list and tasks, nothing else', () => {
    assert.ok(sw.keepsPage('/'));
    assert.ok(sw.keepsPage('/tasks/17'));
    assert.ok(!sw.keepsPage('/registers'));
    assert.ok(!sw.keepsPage('/tasks/17/print'));
  });
  it('belong to the person the page names', () => {
    assert.equal(sw.userOf('<meta name="user" content="weixiu_yi">'), 'weixiu_yi');
    assert.equal(sw.userOf('<meta name="user" content="">'), '');
    assert.equal(sw.userOf('<p>'), null);
  });
});
