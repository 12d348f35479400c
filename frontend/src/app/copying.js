/** A button `[data-copy="<id>"]` copies what stands in that field. */
import { say } from '../i18n/say.js';
import { notify } from './toast.js';

async function copy(field) {
  try {
    await navigator.clipboard.writeText(field.value);
  } catch {
    field.select(); // plain http has no clipboard
    document.execCommand('copy');
  }
  notify(say('copied'));
}

export function startCopying() {
  document.addEventListener('click', (event) => {
    const button = event.target.closest?.('[data-copy]');
    if (button) {
      copy(document.getElementById(button.dataset.copy));
    }
  });
}
