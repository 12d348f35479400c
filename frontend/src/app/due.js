/** Keeps due bars (`.due[data-due]`, from the macro due_bar) true while the page stays open. */
import { say } from '../i18n/say.js';
import { dueState, spanParts } from './due_state.js';

export const span = (milliseconds) => spanParts(milliseconds).map(({ key, n }) => say(key, { n })).join(' ');

export function refreshDue(root = document) {
  const now = Date.now();
  for (const box of root.querySelectorAll('.due[data-due]')) {
    const due = Date.parse(box.dataset.due);
    const { level, percent, left } = dueState(Date.parse(box.dataset.start) || due, due, now);
    box.classList.remove('due-ok', 'due-warn', 'due-over');
    box.classList.add(`due-${level}`);
    const words = box.querySelector('.due-words');
    words.textContent = say(level === 'over' ? 'due_overdue' : 'due_left', { span: span(left) });
    const bar = box.querySelector('progress');
    if (bar) {
      bar.value = percent;
    }
  }
}

export function startDue() {
  refreshDue();
  setInterval(() => !document.hidden && refreshDue(), 30_000);
  document.addEventListener('htmx:load', (event) => refreshDue(event.detail.elt.parentElement ?? document));
}
