/** One submission from the press of the button to an answer: 200, errors, conflict, login, or kept in the outbox. */
import { currentUser, newKey, request } from '../http/client.js';
import { say } from '../i18n/say.js';
import { outbox } from '../outbox/outbox.js';
import { quietly } from '../outbox/store.js';
import { localIds } from '../upload/local_id.js';
import { resolveLocalFiles } from '../upload/waiting.js';

export const submitUrl = (task) => `${task.api ?? `/api/tasks/${encodeURIComponent(task.id)}`}/submit`;

/**
 * Resolves to {kind: "done", data} | {kind: "errors", errors} | {kind: "conflict", data} | {kind: "login"} |
 * {kind: "queued"} | {kind: "failed", message}. `key` must stay the same for repeats of the same press.
 */
export async function submitTask({ task, values, key, onFiles }) {
  const url = submitUrl(task);
  const body = { values, key, revision: task.revision, ...(task.api && { name: document.getElementById('guest-name')?.value }) };
  const dropEarlier = async () => {
    const before = await quietly(outbox.entryFor(url), null);
    if (before) {
      await outbox.remove(before.key);
    }
  };
  const keep = async () => {
    await dropEarlier();
    await outbox.add({ key, url, body, user: currentUser(), title: task.title ?? '', case_no: task.case_no ?? '', page: location.pathname + location.search });
  };
  let answer;
  try {
    const sent = localIds(values).size ? await resolveLocalFiles(values, onFiles) : values;
    answer = await request(url, { method: 'POST', json: { ...body, values: sent } });
  } catch (error) {
    if (error.name !== 'Offline') {
      return { kind: 'failed', message: error.message };
    }
    if (task.api) {
      return { kind: 'failed', message: say('guest_offline') }; // a guest's phone is not ours to send from later
    }
    await keep();
    return { kind: 'queued' };
  }
  const { status, data } = answer;
  if (answer.ok) {
    await dropEarlier();
    return { kind: 'done', data };
  }
  if (status === 422) {
    return { kind: 'errors', errors: data.errors ?? [{ field: null, message: data.message ?? '' }] };
  }
  if (status === 409 || status === 410) {
    return { kind: 'conflict', data };
  }
  if (!task.api && (status === 401 || (status === 400 && data.code === 'csrf'))) {
    await keep();
    return { kind: 'login' };
  }
  return { kind: 'failed', message: data.message ?? '' };
}

export { newKey };
