/** The parts of the editor page: tools above, canvas, properties beside, problems below. */
import { say } from '../i18n/say.js';

function make(tag, className, text = '') {
  const element = document.createElement(tag);
  element.className = className;
  element.textContent = text;
  return element;
}

function button(words, className = 'button small') {
  const element = make('button', className, words);
  element.type = 'button';
  return element;
}

export function layoutOf(host) {
  const ui = {
    undo: button(say('modeler_undo')),
    redo: button(say('modeler_redo')),
    fit: button(say('diagram_fit')),
    download: button(say('modeler_download')),
    upload: document.createElement('input'),
    publish: button(say('modeler_publish'), 'button small primary'),
    toggle: button(say('modeler_toggle_panel'), 'button small quiet'),
    title: make('h1', 'modeler-title'),
    status: make('span', 'modeler-status muted'),
    conflict: button(say('modeler_conflict_button'), 'button small danger'),
    canvas: make('div', 'modeler-canvas'),
    panel: make('aside', 'modeler-panel'),
    summary: make('span', ''),
    list: make('ul', 'problems'),
  };
  ui.status.setAttribute('role', 'status');
  ui.panel.setAttribute('aria-label', say('modeler_properties'));
  const uploadLabel = make('label', 'button small', say('modeler_upload'));
  ui.upload.type = 'file';
  ui.upload.accept = '.bpmn,.xml';
  ui.upload.className = 'visually-hidden';
  uploadLabel.append(ui.upload);

  const tools = make('div', 'modeler-tools');
  const left = make('div', 'cluster');
  left.append(ui.title, ui.undo, ui.redo, ui.fit, uploadLabel, ui.download);
  const right = make('div', 'cluster');
  ui.conflict.hidden = true;
  right.append(ui.status, ui.conflict, ui.toggle, ui.publish);
  tools.append(left, right);

  const problems = document.createElement('details');
  problems.className = 'modeler-problems';
  const head = document.createElement('summary');
  head.append(`${say('modeler_problems')} `, ui.summary);
  problems.append(head, ui.list);

  ui.toggle.addEventListener('click', () => host.classList.toggle('no-panel'));
  host.dataset.ownKeys = '';
  host.classList.add('modeler');
  host.replaceChildren(tools, ui.canvas, ui.panel, problems);
  return ui;
}
