/** The draft of a task: saved to the server a moment after the last change, kept on this device when there is no connection. */
import { currentUser, request } from '../http/client.js';
import { idb, quietly } from '../outbox/store.js';
import { localIds } from '../upload/local_id.js';

const PAUSE = 1500;
const KEEPALIVE = 15_000; // characters; browsers let 64 kB outlive a page
const drafts = idb('drafts');

const draftKey = (task) => `${currentUser()}/${task.id}`;

/** What a page writes as it goes: neither a request nor IndexedDB is sure to end in time, this is done at once. */
const parting = {
  name: (task) => `parting/${draftKey(task)}`,
  get(task) {
    try {
      return JSON.parse(localStorage.getItem(this.name(task)));
    } catch {
      return null;
    }
  },
  put(task, draft) {
    try {
      localStorage.setItem(this.name(task), JSON.stringify(draft));
    } catch {
      // full or forbidden: the request and IndexedDB are under way as well
    }
  },
  remove(task) {
    try {
      localStorage.removeItem(this.name(task));
    } catch {
      // then there is none
    }
  },
};

/** The newest of the server's draft and this device's: {values, saved_at, revision} or null. */
export async function newestDraft(task, fromServer) {
  const here = await quietly(drafts.get(draftKey(task)), undefined);
  const candidates = [fromServer, here, parting.get(task)].filter((draft) => draft?.values);
  candidates.sort((a, b) => Date.parse(b.saved_at) - Date.parse(a.saved_at));
  return candidates[0] ?? null;
}

export async function dropDraft(task) {
  parting.remove(task);
  await quietly(drafts.remove(draftKey(task)));
}

/** `state(words key, {time})` is told what happened, `ended()` that nobody is logged in any more. `values()` gives the current form. */
export function createAutosave({ task, values, state, ended = () => {} }) {
  let timer = null;
  let stopped = false;
  let last = null;

  async function save({ leaving = false } = {}) {
    timer = null;
    if (stopped) {
      return;
    }
    const draft = { values: values(), revision: task.revision, saved_at: new Date().toISOString() };
    const text = JSON.stringify(draft.values);
    if (text === last) {
      return;
    }
    last = text;
    if (leaving) {
      parting.put(task, draft);
    }
    const send = () => request(`/api/tasks/${encodeURIComponent(task.id)}/draft`, { method: 'POST', json: draft, timeout: 10000, keepalive: leaving && text.length < KEEPALIVE });
    if (task.api) {
      const here = await quietly(drafts.put({ key: draftKey(task), user: currentUser(), ...draft }).then(() => true), false);
      state(here ? 'saved_draft_here' : null, { time: new Date(draft.saved_at) });
      return; // a guest's draft stays on his device
    }
    // A page that goes has no time to wait for one after the other.
    const sent = leaving ? send() : null;
    // This device first: a tab that dies while the request is under way loses nothing.
    const keptHere = await quietly(drafts.put({ key: draftKey(task), user: currentUser(), ...draft }).then(() => true), false);
    try {
      // Local ids mean nothing elsewhere: the server gets the draft again when the upload has replaced them.
      const answer = await (sent ?? send());
      if (stopped) {
        return;
      }
      // Without a session there is no token either: both answers mean that somebody has to log in.
      if (answer.status === 401 || answer.data?.code === 'csrf') {
        last = null;
        ended();
      }
      if (answer.ok && !localIds(draft.values).size) {
        await dropDraft(task);
      }
      if (answer.ok) {
        state('saved_draft', { time: new Date(answer.data.saved_at ?? draft.saved_at) });
      } else if (keptHere) {
        state('saved_draft_here', { time: new Date(draft.saved_at) });
      }
    } catch {
      last = null;
      if (keptHere) {
        state('saved_draft_here', { time: new Date(draft.saved_at) });
      }
    }
  }

  return {
    changed() {
      if (!stopped) {
        clearTimeout(timer);
        timer = setTimeout(save, PAUSE);
      }
    },
    /** Before the page goes: what was not saved yet is kept on this device. */
    flush() {
      if (timer && !stopped) {
        clearTimeout(timer);
        save({ leaving: true });
      }
    },
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
