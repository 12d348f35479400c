/** The page of the diagram editor: draft, autosave, conflict, problems, publishing. Host element: `#modeler[data-draft]`. */
import { openDialog } from '../app/dialog.js';
import { notify } from '../app/toast.js';
import { isoTime } from '../form/datetime_text.js';
import { request } from '../http/client.js';
import { say } from '../i18n/say.js';
import { createSaver } from './autosave.js';
import { createEditor } from './editor.js';
import { layoutOf } from './editor_layout.js';
import { showProblems } from './lint_view.js';
import { askToPublish } from './publish.js';

const LINT_PAUSE = 800;

export async function openEditorPage(host) {
  const key = host.dataset.draft;
  const url = host.dataset.url ?? `/api/drafts/${encodeURIComponent(key)}`;
  const ui = layoutOf(host);
  ui.status.textContent = say('modeler_loading');
  const [draft, references] = await Promise.all([load(url), loadReferences(host.dataset.references)]);
  ui.title.textContent = [draft.name ?? key, draft.version && say('modeler_version', { version: draft.version })].filter(Boolean).join(' ');
  const editor = createEditor({ canvas: ui.canvas, panel: ui.panel, references });
  globalThis.__editor = editor; // for the browser tests

  let problems = [];
  const show = (found) => {
    problems = found;
    showProblems(editor, ui, found);
  };
  const read = async () => (await editor.saveXML({ format: true })).xml;
  const saver = createSaver({
    revision: draft.revision,
    read,
    put: (json) => request(url, { method: 'PUT', json }),
    onState: (state, detail) => showState(ui, state, detail, { saver: () => saver, read, key }),
  });

  // A draft that cannot be drawn can still be replaced by a file.
  await open(editor, draft.xml).catch(() => {});
  ui.status.textContent = draft.saved_at ? say('modeler_saved', { time: isoTime(new Date(draft.saved_at)) }) : '';

  let lintTimer = null;
  let lintRun = 0;
  const lint = async () => {
    const run = ++lintRun;
    try {
      const { ok, data } = await request('/api/lint', { method: 'POST', json: { key, xml: await read() } });
      if (ok && run === lintRun) {
        show(data.problems ?? []);
      }
    } catch {
      // Without a connection the last list stays; saving says that there is none.
    }
  };
  editor.on('commandStack.changed', () => {
    saver.changed();
    drawUndo(editor, ui);
    clearTimeout(lintTimer);
    lintTimer = setTimeout(lint, LINT_PAUSE);
  });
  await lint();
  drawUndo(editor, ui);

  ui.undo.addEventListener('click', () => editor.get('commandStack').undo());
  ui.redo.addEventListener('click', () => editor.get('commandStack').redo());
  ui.fit.addEventListener('click', () => editor.get('canvas').zoom('fit-viewport', 'auto'));
  ui.download.addEventListener('click', async () => download(`${key}.bpmn`, await read()));
  ui.upload.addEventListener('change', async () => {
    const [file] = ui.upload.files;
    ui.upload.value = '';
    if (file && confirm(say('modeler_upload_ask'))) {
      await open(editor, await file.text());
      saver.changed();
      lint();
    }
  });
  ui.publish.addEventListener('click', async () => {
    await saver.save();
    await lint();
    if (saver.state === 'saved') {
      askToPublish({ url, revision: () => saver.revision, problems, onProblems: show });
    }
  });
  window.addEventListener('beforeunload', (event) => {
    if (saver.state !== 'saved') {
      event.preventDefault();
    }
  });
}

async function load(url) {
  const { ok, data, status } = await request(url);
  if (!ok) {
    throw new Error(data.message ?? `HTTP ${status}`);
  }
  return data;
}

async function loadReferences(url = '/api/modeler/references') {
  try {
    const { ok, data } = await request(url);
    return ok ? data : {};
  } catch {
    return {};
  }
}

async function open(editor, xml) {
  try {
    const { warnings } = await editor.importXML(xml);
    if (warnings.length) {
      notify(say('modeler_xml_warnings', { n: warnings.length }), { kind: 'warn' });
    }
    editor.get('canvas').zoom('fit-viewport', 'auto');
  } catch (error) {
    notify(say('modeler_open_failed', { message: error.message }), { kind: 'bad', lasts: 20_000 });
    throw error;
  }
}

function drawUndo(editor, ui) {
  const stack = editor.get('commandStack');
  ui.undo.disabled = !stack.canUndo();
  ui.redo.disabled = !stack.canRedo();
}

function showState(ui, state, detail, { saver, read, key }) {
  const time = isoTime(new Date());
  const words = {
    saved: () => say('modeler_saved', { time }),
    unsaved: () => say('modeler_unsaved'),
    saving: () => say('modeler_saving'),
    failed: () => say('modeler_save_failed', { message: detail.message ?? '' }),
    conflict: () => say('modeler_unsaved'),
  };
  ui.status.textContent = words[state]();
  ui.status.className = `modeler-status ${['failed', 'conflict'].includes(state) ? 'bad' : 'muted'}`;
  ui.conflict.hidden = state !== 'conflict';
  if (state === 'conflict') {
    const ask = () => askAboutConflict(detail, { saver: saver(), read, key });
    ui.conflict.onclick = ask;
    ask();
  }
}

function askAboutConflict(detail, { saver, read, key }) {
  const text = document.createElement('p');
  text.textContent = say('modeler_conflict', { who: detail.changed_by ?? '', when: detail.changed_at ? new Date(detail.changed_at).toLocaleString() : '' });
  openDialog(say('modeler_unsaved'), text, [
    { words: say('modeler_conflict_download'), run: async () => (download(`${key}.bpmn`, await read()), false) },
    { words: say('modeler_conflict_keep'), kind: 'danger', run: () => void saver.overwrite() },
    {
      words: say('modeler_conflict_take'),
      kind: 'primary',
      run: () => {
        saver.discard();
        location.reload();
      },
    },
  ]);
}

function download(name, text) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: 'application/xml' }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
