/** The three IndexedDB stores of this device: unsent submissions, files waiting for upload, drafts. */

const NAME = 'aftercare';
const VERSION = 1;
const STORES = { outbox: 'key', files: 'key', drafts: 'key' };

let opened;

function open() {
  opened ??= new Promise((resolve, reject) => {
    const wish = indexedDB.open(NAME, VERSION);
    wish.onupgradeneeded = () => {
      for (const [store, keyPath] of Object.entries(STORES)) {
        if (!wish.result.objectStoreNames.contains(store)) {
          wish.result.createObjectStore(store, { keyPath });
        }
      }
    };
    wish.onsuccess = () => resolve(wish.result);
    wish.onerror = () => reject(wish.error);
  });
  return opened;
}

async function run(store, mode, work) {
  const db = await open();
  return new Promise((resolve, reject) => {
    const transaction = db.transaction(store, mode);
    const wish = work(transaction.objectStore(store));
    transaction.oncomplete = () => resolve(wish?.result);
    transaction.onerror = () => reject(transaction.error);
    transaction.onabort = () => reject(transaction.error);
  });
}

export const idb = (store) => ({
  get: (key) => run(store, 'readonly', (s) => s.get(key)),
  all: () => run(store, 'readonly', (s) => s.getAll()),
  put: (row) => run(store, 'readwrite', (s) => s.put(row)),
  remove: (key) => run(store, 'readwrite', (s) => s.delete(key)),
});

/** Private windows of some phones have no IndexedDB: reading then finds nothing and writing is skipped. */
export async function quietly(promise, otherwise) {
  try {
    return await promise;
  } catch {
    return otherwise;
  }
}
