/**
 * The outbox: a submission that found no connection is kept and sent again with the same idempotency key, so that
 * the server runs it once however often it arrives. Storage, network and clock are passed in.
 *
 * An entry: {key, url, body, user, title, page, at, attempts, state: "waiting"|"refused", message, files: [local keys]}.
 */

export const WAITING = 'waiting';
export const REFUSED = 'refused';

/** What an answer of the server means for the entry. */
export function verdict({ status, data = {} }) {
  if (status >= 200 && status < 300) {
    return { done: true };
  }
  if (status === 401 || (status === 400 && data.code === 'csrf')) {
    return { login: true };
  }
  if (status === 429 || status >= 500) {
    return { later: true };
  }
  const first = data.errors?.[0]?.message ?? data.message ?? String(status);
  return { refused: first, errors: data.errors ?? [] };
}

export function createQueue({ store, post, resolveFiles = async (body) => body, now = () => new Date(), onChange = () => {} }) {
  let flushing = null;

  async function add(entry) {
    const row = { attempts: 0, state: WAITING, at: now().toISOString(), ...entry };
    await store.put(row);
    onChange();
    return row;
  }

  /** One task has one waiting submission: a second try of the same task takes the place of the first. */
  async function entryFor(url) {
    return (await store.all()).find((row) => row.url === url) ?? null;
  }

  async function remove(key) {
    await store.remove(key);
    onChange();
  }

  async function counts(user) {
    const rows = await store.all();
    return {
      mine: rows.filter((row) => row.user === user).length,
      others: rows.filter((row) => row.user !== user).length,
    };
  }

  async function sendOne(row) {
    const body = await resolveFiles(row.body);
    const answer = await post(row.url, body);
    const result = verdict(answer);
    if (result.done) {
      await store.remove(row.key);
    } else if (result.refused !== undefined) {
      await store.put({ ...row, state: REFUSED, message: result.refused, errors: result.errors, attempts: row.attempts + 1 });
    } else {
      await store.put({ ...row, attempts: row.attempts + 1 });
    }
    onChange();
    return { ...result, data: answer.data };
  }

  /** Sends what waits, oldest first, only what this user wrote; stops at the first sign of no connection or login. */
  async function flushNow(user, { retryRefused }) {
    const report = { sent: 0, refused: 0, stopped: null };
    const rows = (await store.all())
      .filter((row) => row.user === user && (row.state === WAITING || retryRefused))
      .sort((a, b) => a.at.localeCompare(b.at));
    for (const row of rows) {
      let result;
      try {
        result = await sendOne(row);
      } catch (error) {
        if (error.name !== 'Offline') {
          throw error;
        }
        report.stopped = 'offline';
        break;
      }
      if (result.done) {
        report.sent += 1;
      } else if (result.refused !== undefined) {
        report.refused += 1;
      } else {
        report.stopped = result.login ? 'login' : 'later';
        break;
      }
    }
    return report;
  }

  function flush(user, { retryRefused = false } = {}) {
    flushing ??= flushNow(user, { retryRefused }).finally(() => {
      flushing = null;
    });
    return flushing;
  }

  return { add, remove, entryFor, counts, all: () => store.all(), flush };
}
