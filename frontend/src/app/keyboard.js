/**
 * Keys for lists and tasks: j/k and the arrows move over `[data-row]`, Enter opens, any letter presses `[data-key="<letter>"]` of the
 * active row or the page (c claim, a approve), / goes to `[data-search]`, ? shows help, Escape closes the panel.
 */
import { say } from '../i18n/say.js';
import { openDialog } from './dialog.js';
import { closePanel } from './panel.js';

const typing = (element) => element?.matches?.('input, select, textarea, [contenteditable], [contenteditable] *') ?? false;
const visible = (element) => element.getClientRects().length > 0;
const rows = () => [...document.querySelectorAll('[data-row]')].filter(visible);
const activeRow = () => document.querySelector('[data-row].is-active');

function move(step) {
  const all = rows();
  if (!all.length) {
    return false;
  }
  const from = all.indexOf(activeRow());
  const next = all[Math.max(0, Math.min(all.length - 1, from < 0 ? (step > 0 ? 0 : all.length - 1) : from + step))];
  activate(next);
  return true;
}

const opener = (row) => row.querySelector('[data-open], a[href]') ?? row;

function activate(row) {
  activeRow()?.classList.remove('is-active');
  row.classList.add('is-active');
  opener(row).focus({ preventScroll: true });
  row.scrollIntoView({ block: 'nearest', behavior: 'auto' });
}

/** A list that refreshes itself keeps the row somebody had reached. */
function keepRow() {
  let reached = null;
  document.addEventListener('htmx:beforeSwap', () => {
    const row = activeRow();
    reached = row && { address: opener(row).getAttribute('href'), focused: row.contains(document.activeElement) };
  });
  document.addEventListener('htmx:afterSettle', () => {
    const row = !activeRow() && reached?.address && rows().find((each) => opener(each).getAttribute('href') === reached.address);
    if (row && reached.focused) {
      activate(row);
    } else if (row) {
      row.classList.add('is-active');
    }
  });
}

/** Arrows scroll a page; they walk in the inbox, and in any list that somebody is in. */
function walk(event, step) {
  const scrolls = event.key.startsWith('Arrow') && !activeRow()?.contains(event.target);
  return !(scrolls && (event.target !== document.body || !document.getElementById('task-rows'))) && move(step);
}

function press(key) {
  const selector = `[data-key="${CSS.escape(key)}"]`;
  const target = activeRow()?.querySelector(selector) ?? [...document.querySelectorAll(selector)].find((e) => visible(e) && !e.closest('[data-row]'));
  target?.click();
  return Boolean(target);
}

function help() {
  const keys = [
    ['j ↓', 'help_next'], ['k ↑', 'help_previous'], ['Enter', 'help_open'], ['c', 'help_claim'], ['a', 'help_approve'],
    ['/', 'help_search'], ['Ctrl Enter', 'help_submit'], ['Esc', 'help_close'], ['?', 'help_help'],
  ]; // prettier-ignore
  const list = document.createElement('dl');
  list.className = 'keys';
  for (const [key, words] of keys) {
    const name = document.createElement('dt');
    for (const each of key.split(' ')) {
      const kbd = document.createElement('kbd');
      kbd.textContent = each;
      name.append(kbd, ' ');
    }
    const meaning = document.createElement('dd');
    meaning.textContent = say(words);
    list.append(name, meaning);
  }
  openDialog(say('help_title'), list);
  return true;
}

function search() {
  const box = [...document.querySelectorAll('[data-search]')].find(visible);
  box?.focus();
  box?.select?.();
  return Boolean(box);
}

export function startKeyboard() {
  keepRow();
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && !document.querySelector('dialog[open]')) {
      closePanel();
      return;
    }
    // The editors have keys of their own.
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || event.target.closest?.('dialog, .bjs-container, [data-own-keys]')) {
      return;
    }
    const handled =
      event.key === 'j' || event.key === 'ArrowDown' ? walk(event, 1)
      : event.key === 'k' || event.key === 'ArrowUp' ? walk(event, -1)
      : event.key === '?' ? help()
      : event.key === '/' ? search()
      : /^[a-z]$/.test(event.key) ? press(event.key)
      : false; // prettier-ignore
    if (handled) {
      event.preventDefault();
    }
  });
  document.addEventListener('click', (event) => {
    if (event.target.closest('[data-show-keys]')) {
      help();
    }
  });
}
