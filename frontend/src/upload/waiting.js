/** Files of this device: kept until the server has them, then replaced by its id. */
import { currentUser, filesUrl, newKey, request } from '../http/client.js';
import { idb, quietly } from '../outbox/store.js';
import { uploadFile } from './chunks.js';
import { isLocal, keyOf, localId, localIds, withServerIds } from './local_id.js';

const files = idb('files');
const memory = new Map(); // also holds the blob where IndexedDB is missing
const running = new Map();

/** Keeps the file and returns its local id. */
export async function keepFile(blob, { name, meta = {} }) {
  const row = { key: newKey(), blob, name, type: blob.type || 'application/octet-stream', meta, user: currentUser(), at: Date.now() };
  memory.set(row.key, row);
  await quietly(files.put(row));
  return localId(row.key);
}

export async function keptFile(id) {
  return memory.get(keyOf(id)) ?? (await quietly(files.get(keyOf(id)), undefined));
}

export async function forgetFile(id) {
  memory.delete(keyOf(id));
  await quietly(files.remove(keyOf(id)));
}

/** Uploads once, however many callers wait for it; resolves to the server's id. */
export function uploadKept(id, onProgress) {
  if (!running.has(id)) {
    running.set(id, upload(id, onProgress).finally(() => running.delete(id)));
  }
  return running.get(id);
}

async function upload(id, onProgress) {
  const row = await keptFile(id);
  if (!row) {
    throw new Error(`file ${id} is no longer on this device`);
  }
  if (row.server) {
    return row.server;
  }
  const { key, blob, name, type, meta } = row;
  const post = (url, body) =>
    request(url, { method: 'POST', body, headers: { 'Content-Type': 'application/octet-stream' }, timeout: 60000 });
  const { id: server } = await uploadFile({ key, blob, name, type, meta, post, to: filesUrl(), onProgress });
  // The row stays, small, so that a draft written before the upload still finds its file.
  const small = { ...row, blob: null, server };
  memory.set(key, small);
  await quietly(files.put(small));
  return server;
}

/** The values with every local id uploaded and replaced; throws Offline when that is not possible now. */
export async function resolveLocalFiles(values, onProgress = () => {}) {
  const ids = [...localIds(values)];
  const known = new Map();
  for (const [index, id] of ids.entries()) {
    onProgress(index, ids.length);
    known.set(id, await uploadKept(id));
  }
  return withServerIds(values, known);
}

export { isLocal };
