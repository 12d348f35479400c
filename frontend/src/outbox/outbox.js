/** The outbox of this device, wired to IndexedDB, the network and the page. */
import { request } from '../http/client.js';
import { resolveLocalFiles } from '../upload/waiting.js';
import { createQueue } from './queue.js';
import { idb } from './store.js';

export const OUTBOX_CHANGED = 'aftercare:outbox';

export const outbox = createQueue({
  store: idb('outbox'),
  post: (url, body) => request(url, { method: 'POST', json: body }),
  resolveFiles: async (body) => ({ ...body, values: await resolveLocalFiles(body.values) }),
  onChange: () => document.dispatchEvent(new CustomEvent(OUTBOX_CHANGED)),
});
