/** Brings the parts of a task page together: reads #form JSON, mounts the form, saves drafts, submits, shows the next step. */
import { notify, notifyAfterReload } from '../app/toast.js';
import { isChinese, say } from '../i18n/say.js';
import { shown, isoTime } from './datetime_text.js';
import { refreshAround } from './around.js';
import { OUTBOX_CHANGED, outbox } from '../outbox/outbox.js';
import { REFUSED } from '../outbox/queue.js';
import { quietly } from '../outbox/store.js';
import { createAutosave, dropDraft, newestDraft } from './draft.js';
import { focusFirst } from './focus.js';
import { ownErrors, placeServerErrors, showSummary } from './errors.js';
import { mountForm, restoreValues, valuesOf } from './mount.js';
import { renderSteps } from './steps.js';
import { newKey, submitTask, submitUrl } from './submit.js';

const byId = (id) => document.getElementById(id);

/** What waits unsent for this task is the newest thing its person wrote. */
const asDraft = (entry) => entry && { values: entry.body.values, revision: entry.body.revision, saved_at: entry.at };

export function createTaskPage() {
  const source = byId('form');
  if (!source) {
    return;
  }
  const ui = {
    form: byId('form-here'),
    errors: byId('form-errors'),
    status: byId('form-status'),
    notice: byId('form-notice'),
    submit: byId('form-submit'),
    // These two stand outside the form and are replaced with what is around it.
    get steps() {
      return byId('task-steps');
    },
    get title() {
      return byId('task-title');
    },
  };
  let current = null;

  const status = (key, values = {}) => {
    const time = values.time ? isoTime(values.time) : '';
    ui.status.textContent = key ? say(key, { ...values, time }) : '';
  };

  async function open(page) {
    current?.autosave.stop();
    current?.form.destroy();
    const { task } = page;
    if (task.title) {
      ui.title.textContent = task.title;
    }
    renderSteps(ui.steps, task.steps);
    showSummary(ui.errors, null, []);
    ui.notice.replaceChildren();
    ui.notice.hidden = true;
    status(null);
    ui.submit.hidden = Boolean(task.read_only);
    setBusy(false, task);

    const unsent = task.read_only ? null : await quietly(outbox.entryFor(submitUrl(task)), null);
    const draft = task.read_only ? null : (asDraft(unsent) ?? (await newestDraft(task, page.draft)));
    const usable = draft && (draft.revision === undefined || draft.revision === task.revision);
    const data = usable ? restoreValues(page.data, draft.values) : page.data;
    let form;
    try {
      form = await mountForm(ui.form, { ...page, data });
    } catch (error) {
      ui.form.textContent = say('form_broken', { message: error.message });
      throw error;
    }
    const autosave = createAutosave({ task, values: () => valuesOf(form), state: status, ended: () => askToLogIn('session_ended') });
    current = { form, page, task, autosave, key: null, touched: false };
    if (!task.read_only) {
      // form-js settles its defaults in the first rounds of rendering; only what a person does is a change.
      form.on('field.updated', () => {
        current.key = null;
        if (current.touched) {
          autosave.changed();
        }
      });
      form.on('repeatRenderManager.remove', () => autosave.changed());
    }
    if (usable) {
      offerDiscard(draft);
    } else if (draft) {
      showNotice(say('draft_outdated'));
      dropDraft(task);
    }
    const errors = page.errors?.length ? page.errors : (unsent?.errors ?? []);
    if (errors.length) {
      requestAnimationFrame(() => showSummary(ui.errors, form, placeServerErrors(form, errors)));
    }
  }

  function showNotice(text, ...actions) {
    ui.notice.replaceChildren(text, ...actions);
    ui.notice.hidden = false;
  }

  function button(words, onClick, extra = 'button small') {
    const made = document.createElement('button');
    made.type = 'button';
    made.className = extra;
    made.textContent = words;
    made.addEventListener('click', onClick);
    return made;
  }

  function link(words, href) {
    const made = document.createElement('a');
    made.className = 'button small';
    made.href = href;
    made.textContent = words;
    return made;
  }

  const askToLogIn = (words) => showNotice(say(words), link(say('login'), `/login?next=${encodeURIComponent(location.pathname)}`));

  function offerDiscard(draft) {
    const when = new Date(draft.saved_at);
    const words = say('draft_restored', { time: `${shown(draft.saved_at, 'date', isChinese())} ${isoTime(when)}` });
    showNotice(
      words,
      button(say('draft_discard'), async () => {
        const { page, task } = current;
        await dropDraft(task);
        await open({ ...page, draft: null });
        current.autosave.changed(); // the server's draft becomes the untouched form
      }),
    );
  }

  function setBusy(busy, task) {
    ui.submit.disabled = busy;
    ui.submit.setAttribute('aria-busy', String(busy));
    ui.submit.textContent = busy ? say('submitting') : (task?.verb ?? say('submit'));
  }

  async function submit() {
    if (!current || ui.submit.disabled) {
      return;
    }
    const { form, task, autosave } = current;
    const found = ownErrors(form, form.validate());
    if (found.length) {
      showSummary(ui.errors, form, found);
      return;
    }
    showSummary(ui.errors, form, []);
    setBusy(true, task);
    current.key ??= newKey();
    const result = await submitTask({
      task,
      values: valuesOf(form),
      key: current.key,
      onFiles: (done, total) => status('uploading_before_submit', { done, total }),
    });
    setBusy(false, task);
    await answer(result, autosave);
  }

  /** After a swap: the surroundings of the new step, a place for the reader to begin, and the page for offline use. */
  async function goOn({ url, steps }) {
    if (url) {
      await refreshAround(url).catch(() => {});
      renderSteps(ui.steps, steps);
      navigator.serviceWorker?.controller?.postMessage({ type: 'keep', url: new URL(url, location.href).href });
    }
    if (!document.activeElement || document.activeElement === document.body || document.activeElement === ui.submit) {
      ui.title.focus?.({ preventScroll: true });
    }
  }

  const answers = {
    async done({ data }) {
      current.autosave.stop();
      await dropDraft(current.task);
      if (data.next_task) {
        const from = data.next_task.task;
        if (from.url) {
          history.pushState({}, '', from.url);
        }
        await open(data.next_task);
        window.scrollTo(0, 0);
        notify(data.message ?? say('submitted'));
        await goOn(from);
        return;
      }
      ui.submit.disabled = true; // the page is about to go
      notifyAfterReload(data.message ?? say('submitted'));
      location.assign(data.next ?? '/');
    },
    errors({ errors }) {
      current.key = null; // nothing was accepted: the corrected form is a new submission
      showSummary(ui.errors, current.form, placeServerErrors(current.form, errors));
    },
    conflict({ data }) {
      current.key = null;
      showNotice(data.message ?? say('conflict'), link(say('reload'), location.href));
      ui.notice.scrollIntoView({ block: 'center' });
    },
    login() {
      askToLogIn('login_again');
      ui.notice.scrollIntoView({ block: 'center' });
    },
    queued() {
      current.queued = true;
      current.autosave.stop();
      ui.submit.disabled = true;
      ui.submit.textContent = say('queued_title');
      showNotice(say('queued'), link(say('back_to_inbox'), '/'));
      ui.notice.scrollIntoView({ block: 'center' });
    },
    failed({ message }) {
      showNotice(message ? say('failed', { message }) : say('server_error'), button(say('try_again'), submit));
      ui.notice.scrollIntoView({ block: 'center' });
    },
  };

  const answer = (result, autosave) => answers[result.kind](result, autosave);

  // What was kept offline may be sent while its page is still open.
  document.addEventListener(OUTBOX_CHANGED, async () => {
    if (!current?.queued) {
      return;
    }
    const entry = await quietly(outbox.entryFor(submitUrl(current.task)), null);
    if (!entry) {
      current.queued = false;
      ui.submit.hidden = true;
      showNotice(say('submitted'), link(say('back_to_inbox'), '/'));
    } else if (entry.state === REFUSED) {
      location.reload();
    }
  });
  // A number field tells its default as if somebody had typed it: no draft comes of that.
  for (const sign of ['pointerdown', 'keydown', 'input', 'change']) {
    ui.form.addEventListener(sign, () => current && (current.touched = true), true);
  }
  ui.submit.addEventListener('click', submit);
  // An approval in one tap: the decision of the form, and off it goes.
  byId('form-approve')?.addEventListener('click', () => {
    if (current) {
      current.form._setState({ data: { ...current.form._getState().data, decision: 'approved' } });
      submit();
    }
  });
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      document.activeElement?.blur(); // lets a half-typed date be read
      setTimeout(submit);
    }
  });
  document.addEventListener('visibilitychange', () => document.hidden && current?.autosave.flush());
  window.addEventListener('pagehide', () => current?.autosave.flush());
  window.addEventListener('popstate', () => location.reload());
  open(JSON.parse(source.textContent)).then(() => focusFirst(ui.form));
}
