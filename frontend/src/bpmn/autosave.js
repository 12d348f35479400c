/**
 * Keeps a draft on the server without ever overwriting somebody else's: every save names the revision it began from;
 * when that is not the newest any more the saver stops in state "conflict" until a person decides.
 *
 * States: "saved" | "unsaved" | "saving" | "failed" | "conflict". `put({xml, base_revision, force})` resolves to
 * {status, data}. Pure but for timers, for tests.
 */
export function createSaver({ revision, read, put, onState = () => {}, pause = 1200, retry = 10_000 }) {
  let base = revision;
  let state = 'saved';
  let timer = null;
  let running = null;
  let again = false;

  const enter = (next, detail = {}) => {
    state = next;
    onState(next, detail);
  };
  const later = (time) => {
    clearTimeout(timer);
    timer = setTimeout(save, time);
  };

  async function send(force) {
    enter('saving');
    let answer;
    try {
      answer = await put({ xml: await read(), base_revision: base, ...(force ? { force: true } : {}) });
    } catch (error) {
      enter('failed', { message: error.message });
      later(retry);
      return;
    }
    const { status, data } = answer;
    if (status === 409) {
      clearTimeout(timer);
      enter('conflict', data);
    } else if (status >= 200 && status < 300) {
      base = data.revision;
      if (again) {
        enter('unsaved');
      } else {
        enter('saved', data);
      }
    } else {
      enter('failed', { message: data?.message ?? `HTTP ${status}` });
      if (status >= 500 || status === 429) {
        later(retry);
      }
    }
  }

  async function save({ force = false } = {}) {
    clearTimeout(timer);
    if (running) {
      again = true;
      return running;
    }
    if (state === 'conflict' && !force) {
      return undefined;
    }
    again = false;
    running = send(force);
    await running;
    running = null;
    if (again && state !== 'conflict') {
      return save();
    }
    return undefined;
  }

  return {
    get state() {
      return state;
    },
    get revision() {
      return base;
    },
    changed() {
      if (state === 'conflict') {
        return;
      }
      if (running) {
        again = true;
        return;
      }
      if (state !== 'unsaved') {
        enter('unsaved');
      }
      later(pause);
    },
    save,
    overwrite: () => save({ force: true }),
    /** Somebody decided to drop what is not saved: nothing is to be asked when the page goes. */
    discard() {
      clearTimeout(timer);
      state = 'saved';
    },
    stop() {
      clearTimeout(timer);
    },
  };
}
