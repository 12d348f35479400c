/** The page of the diagram editor. */
import '../css/modeler.css';
import { openEditorPage } from '../bpmn/editor_page.js';
import { say } from '../i18n/say.js';

const host = document.getElementById('modeler');
if (host) {
  openEditorPage(host).catch((error) => {
    const note = document.createElement('p');
    note.className = 'notice notice-bad';
    note.textContent = say('modeler_open_failed', { message: error.message });
    host.prepend(note);
    throw error;
  });
}
