/** Asks for the reason of a change and publishes the draft. */
import { openDialog } from '../app/dialog.js';
import { notify, notifyAfterReload } from '../app/toast.js';
import { request } from '../http/client.js';
import { say } from '../i18n/say.js';
import { countProblems } from './problems.js';

/** `problems`: the newest of the lint; `onProblems(list)` shows what the server refused. */
export async function askToPublish({ url, revision, problems, onProblems }) {
  const { errors } = countProblems(problems);
  if (errors) {
    notify(say('modeler_publish_blocked', { n: errors }), { kind: 'bad' });
    return;
  }
  const box = document.createElement('div');
  box.className = 'field';
  const label = document.createElement('label');
  label.htmlFor = 'publish-reason';
  label.textContent = say('modeler_publish_reason');
  const hint = document.createElement('div');
  hint.className = 'hint';
  hint.textContent = say('modeler_publish_reason_hint');
  const reason = document.createElement('textarea');
  reason.id = 'publish-reason';
  reason.required = true;
  const error = document.createElement('div');
  error.className = 'field-error';
  error.setAttribute('role', 'alert');
  box.append(label, hint, reason, error);

  const publish = async () => {
    if (!reason.value.trim()) {
      error.textContent = say('please_fill');
      reason.focus();
      return false;
    }
    error.textContent = say('modeler_publishing');
    try {
      const { ok, status, data } = await request(`${url}/publish`, { method: 'POST', json: { reason: reason.value.trim(), base_revision: revision() }, timeout: 60_000 });
      if (ok) {
        const message = data.message ?? say('modeler_published', { version: data.version });
        if (data.url) {
          notifyAfterReload(message);
          location.assign(data.url);
        } else {
          notify(message);
        }
        return true;
      }
      if (data.problems) {
        onProblems(data.problems);
      }
      error.textContent = data.message ?? say('failed', { message: status });
    } catch {
      error.textContent = say('load_failed');
    }
    return false;
  };
  openDialog(say('modeler_publish_title'), box, [{ words: say('modeler_publish'), kind: 'primary', run: publish }]);
  reason.focus();
}
