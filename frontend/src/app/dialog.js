/** A modal dialog with a title, some content and its buttons. */
import { say } from '../i18n/say.js';

/** `actions`: [{words, kind, run}]; `run` may return false to keep the dialog open. Resolves when it is closed. */
export function openDialog(title, content, actions = []) {
  const dialog = document.createElement('dialog');
  dialog.className = 'dialog';
  const head = document.createElement('h2');
  head.textContent = title;
  head.id = `dialog-${Date.now()}`;
  dialog.setAttribute('aria-labelledby', head.id);
  const foot = document.createElement('div');
  foot.className = 'dialog-actions';
  for (const { words, kind = '', run = () => {} } of [...actions, { words: say('close') }]) {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = `button ${kind}`;
    button.textContent = words;
    button.addEventListener('click', async () => {
      if ((await run(dialog)) !== false) {
        dialog.close();
      }
    });
    foot.append(button);
  }
  dialog.append(head, content, foot);
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve();
    });
  });
}
