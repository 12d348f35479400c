import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { REFUSED, WAITING, createQueue, verdict } from '../src/outbox/queue.js';

function memory() {
  const rows = new Map();
  return {
    rows,
    all: async () => [...rows.values()],
    put: async (row) => void rows.set(row.key, row),
    remove: async (key) => void rows.delete(key),
  };
}

class Offline extends Error {
  name = 'Offline';
}

const entry = (key, more = {}) => ({ key, url: `/api/tasks/${key}/submit`, body: { values: { a: 1 }, key }, user: 'yi', at: `2026-03-02T09:00:0${key.length}Z`, ...more });

describe('the outbox', () => {
  it('sends what waits, oldest first, with the key it was written with', async () => {
    const sent = [];
    const queue = createQueue({ store: memory(), post: async (url, body) => (sent.push(body.key), { status: 200, data: {} }) });
    await queue.add(entry('bbb'));
    await queue.add(entry('a'));
    assert.deepEqual(await queue.flush('yi'), { sent: 2, refused: 0, stopped: null });
    assert.deepEqual(sent, ['a', 'bbb']);
    assert.deepEqual(await queue.all(), []);
  });

  it('keeps everything and stops at the first sign of no connection', async () => {
    let tries = 0;
    const queue = createQueue({
      store: memory(),
      post: async () => {
        tries += 1;
        throw new Offline();
      },
    });
    await queue.add(entry('a'));
    await queue.add(entry('bb'));
    assert.equal((await queue.flush('yi')).stopped, 'offline');
    assert.equal(tries, 1);
    assert.equal((await queue.all()).length, 2);
  });

  it('sends the same key again after a failure of the server', async () => {
    const keys = [];
    const answers = [{ status: 503 }, { status: 200 }];
    const queue = createQueue({ store: memory(), post: async (url, body) => (keys.push(body.key), answers.shift()) });
    await queue.add(entry('a'));
    assert.equal((await queue.flush('yi')).stopped, 'later');
    await queue.flush('yi');
    assert.deepEqual(keys, ['a', 'a']);
    assert.deepEqual(await queue.all(), []);
  });

  it('keeps a refused form with the reason and does not send it again by itself', async () => {
    const answers = [{ status: 422, data: { errors: [{ field: 'a', message: '不能为空' }] } }, { status: 200 }];
    const queue = createQueue({ store: memory(), post: async () => answers.shift() });
    await queue.add(entry('a'));
    assert.equal((await queue.flush('yi')).refused, 1);
    const [row] = await queue.all();
    assert.equal(row.state, REFUSED);
    assert.equal(row.message, '不能为空');
    assert.equal((await queue.flush('yi')).sent, 0);
    assert.equal((await queue.flush('yi', { retryRefused: true })).sent, 1);
  });

  it('never sends what somebody else wrote on this device', async () => {
    const sent = [];
    const queue = createQueue({ store: memory(), post: async (url) => (sent.push(url), { status: 200 }) });
    await queue.add(entry('a', { user: 'bing' }));
    await queue.flush('yi');
    assert.deepEqual(sent, []);
    assert.deepEqual(await queue.counts('yi'), { mine: 0, others: 1 });
  });

  it('waits for the login instead of counting a refusal', async () => {
    const queue = createQueue({ store: memory(), post: async () => ({ status: 401, data: {} }) });
    await queue.add(entry('a'));
    assert.equal((await queue.flush('yi')).stopped, 'login');
    assert.equal((await queue.all())[0].state, WAITING);
  });

  it('runs one flush at a time, so that nothing is sent twice at once', async () => {
    let running = 0;
    let most = 0;
    const queue = createQueue({
      store: memory(),
      post: async () => {
        running += 1;
        most = Math.max(most, running);
        await new Promise((done) => setTimeout(done, 5));
        running -= 1;
        return { status: 200 };
      },
    });
    await queue.add(entry('a'));
    await Promise.all([queue.flush('yi'), queue.flush('yi')]);
    assert.equal(most, 1);
  });

  it('resolves local files before it sends', async () => {
    const bodies = [];
    const queue = createQueue({ store: memory(), resolveFiles: async (body) => ({ ...body, values: { photo: 'server-id' } }), post: async (url, body) => (bodies.push(body), { status: 200 }) });
    await queue.add(entry('a'));
    await queue.flush('yi');
    assert.deepEqual(bodies[0].values, { photo: 'server-id' });
  });
});

describe('the verdict on an answer', () => {
  for (const [status, data, expected] of [
    [200, {}, 'done'],
    [401, {}, 'login'],
    [400, { code: 'csrf' }, 'login'],
    [429, {}, 'later'],
    [500, {}, 'later'],
    [409, { message: '已被处理' }, 'refused'],
  ]) {
    it(`is “${expected}” for ${status}`, () => assert.ok(expected in verdict({ status, data })));
  }
});
