import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { itemsOf, valueOf, withFile } from '../src/form/file_items.js';
import { uploadFile } from '../src/upload/chunks.js';
import { localId, localIds, withServerIds } from '../src/upload/local_id.js';
import { fitted } from '../src/upload/shrink.js';

/** A server that keeps pieces by key, as the contract of /api/files says. */
function server({ lose = new Set() } = {}) {
  const kept = new Map();
  let calls = 0;
  return {
    kept,
    async post(url, piece) {
      calls += 1;
      const query = new URL(url, 'http://x').searchParams;
      const before = kept.get(query.get('key')) ?? '';
      if (Number(query.get('offset')) !== before.length) {
        return { status: 409, data: { received: before.length } };
      }
      const now = before + (await piece.text());
      kept.set(query.get('key'), now);
      if (lose.has(calls)) {
        throw new Error('the answer was lost');
      }
      return now.length === Number(query.get('size')) ? { status: 201, data: { id: 'f1' } } : { status: 200, data: { received: now.length } };
    },
  };
}

const file = { key: 'k', blob: new Blob(['0123456789']), name: 'a.jpg', type: 'image/jpeg', chunk: 4 };

describe('an upload in pieces', () => {
  it('sends the whole file once', async () => {
    const there = server();
    const seen = [];
    const { id } = await uploadFile({ ...file, post: there.post, onProgress: (part) => seen.push(part) });
    assert.equal(id, 'f1');
    assert.equal(there.kept.get('k'), '0123456789');
    assert.deepEqual(seen, [0.4, 0.8, 1]);
  });

  it('goes on where it stopped when an answer was lost', async () => {
    const there = server({ lose: new Set([2]) });
    await assert.rejects(uploadFile({ ...file, post: there.post }));
    await uploadFile({ ...file, post: there.post });
    assert.equal(there.kept.get('k'), '0123456789');
  });

  it('ends with the reason of the server', async () => {
    await assert.rejects(uploadFile({ ...file, post: async () => ({ status: 413, data: { message: '文件太大' } }) }), /文件太大/);
  });

  it('does not go round in circles with a server that is out of step', async () => {
    let calls = 0;
    const post = async () => ((calls += 1), { status: 409, data: { received: 0 } });
    await assert.rejects(uploadFile({ ...file, post }));
    assert.ok(calls < 10);
  });
});

describe('local ids in values', () => {
  const values = { photos: [{ file: localId('a'), taken_at: 'x' }, { file: 'f2' }], sign: { kind: 'sealed_photo', file: localId('b') }, n: 3, none: null };

  it('are found wherever they stand', () => assert.deepEqual([...localIds(values)], [localId('a'), localId('b')]));

  it('are replaced without touching the rest', () => {
    const replaced = withServerIds(values, new Map([[localId('a'), 'f1'], [localId('b'), 'f3']]));
    assert.deepEqual(replaced, { photos: [{ file: 'f1', taken_at: 'x' }, { file: 'f2' }], sign: { kind: 'sealed_photo', file: 'f3' }, n: 3, none: null });
    assert.equal(values.photos[0].file, localId('a'));
  });
});

describe('values of file fields', () => {
  it('of photos are items with their time', () => assert.deepEqual(valueOf(itemsOf([{ file: 'f1', taken_at: 'x' }]), { type: 'photos' }), [{ file: 'f1', taken_at: 'x' }]));
  it('of a file field are one id', () => assert.equal(valueOf([{ file: 'f1' }], { type: 'filepicker' }), 'f1'));
  it('of a file field for several are ids', () => assert.deepEqual(valueOf(itemsOf(['f1', 'f2']), { type: 'filepicker', multiple: true }), ['f1', 'f2']));
  it('keep their order when an upload ends', () => assert.deepEqual(withFile([{ file: 'a' }, { file: 'b' }], 'a', 'c'), [{ file: 'c' }, { file: 'b' }]));
});

describe('a photo', () => {
  it('fits into 1600 pixels with its proportions', () => assert.deepEqual(fitted(4000, 3000), { width: 1600, height: 1200 }));
  it('is never enlarged', () => assert.deepEqual(fitted(800, 600), { width: 800, height: 600 }));
});
