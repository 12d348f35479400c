/** The badge 离线 / 未发送 in the head of the page, the list behind it, and sending again when there is a connection. */
import { currentUser, refreshSession } from '../http/client.js';
import { say } from '../i18n/say.js';
import { OUTBOX_CHANGED, outbox } from '../outbox/outbox.js';
import { REFUSED } from '../outbox/queue.js';
import { quietly } from '../outbox/store.js';
import { shown, isoTime, parseIso } from '../form/datetime_text.js';
import { openDialog } from './dialog.js';
import { notify } from './toast.js';

const RETRY = 60_000;

export async function sendWaiting(options) {
  const user = currentUser();
  if (!user || !navigator.onLine || !(await quietly(outbox.counts(user), { mine: 0 })).mine) {
    return;
  }
  try {
    // A page from the cache carries an old token, and somebody else may have logged in meanwhile.
    if ((await refreshSession()) !== user) {
      return;
    }
  } catch {
    return;
  }
  const { sent, refused } = await outbox.flush(user, options);
  if (sent) {
    notify(say('outbox_sent', { n: sent }));
    document.body.dispatchEvent(new CustomEvent('aftercare:inbox', { bubbles: true }));
  }
  if (refused) {
    notify(say('outbox_title'), { kind: 'bad' });
  }
}

async function drawBadge() {
  const badge = document.getElementById('net-badge');
  if (!badge) {
    return;
  }
  const { mine } = await quietly(outbox.counts(currentUser()), { mine: 0 });
  const words = [];
  if (!navigator.onLine) {
    words.push(say('offline'));
  }
  if (mine) {
    words.push(say('outbox_count', { n: mine }));
  }
  badge.hidden = !words.length;
  badge.textContent = words.join(' · ');
  badge.title = navigator.onLine ? say('outbox_title') : say('offline_long');
}

function rowOf(entry) {
  const item = document.createElement('li');
  const title = document.createElement('strong');
  title.textContent = [entry.case_no, entry.title].filter(Boolean).join(' ');
  const state = document.createElement('div');
  const at = `${shown(entry.at, 'date')} ${isoTime(parseIso(entry.at))}`;
  state.textContent = `${at} · ${entry.state === REFUSED ? say('outbox_refused', { message: entry.message }) : say('outbox_waiting')}`;
  state.className = entry.state === REFUSED ? 'bad' : 'muted';
  const open = document.createElement('a');
  open.className = 'button small';
  open.href = entry.page;
  open.textContent = say('outbox_open');
  const drop = document.createElement('button');
  drop.type = 'button';
  drop.className = 'button small quiet';
  drop.textContent = say('outbox_drop');
  drop.addEventListener('click', async () => {
    if (confirm(say('outbox_drop_ask'))) {
      await outbox.remove(entry.key);
      item.remove();
    }
  });
  item.append(title, state, open, drop);
  return item;
}

async function showOutbox() {
  const user = currentUser();
  const rows = await quietly(outbox.all(), []);
  const list = document.createElement('ul');
  list.className = 'outbox';
  list.append(...rows.filter((row) => row.user === user).map(rowOf));
  const others = rows.filter((row) => row.user !== user).length;
  const note = document.createElement('p');
  note.textContent = others ? say('outbox_other_user', { n: others }) : list.childElementCount ? '' : say('outbox_empty');
  const box = document.createElement('div');
  box.append(list, note);
  openDialog(say('outbox_title'), box, [{ words: say('outbox_send_now'), kind: 'primary', run: () => void sendWaiting({ retryRefused: true }) }]);
}

/** Leaving with unsent work asks first; the work stays on the device for the same person. */
function guardLogout() {
  document.addEventListener(
    'submit',
    async (event) => {
      const form = event.target.closest('[data-logout]');
      if (!form || form.dataset.sure) {
        return;
      }
      event.preventDefault();
      const { mine } = await quietly(outbox.counts(currentUser()), { mine: 0 });
      if (!mine || confirm(say('outbox_logout', { n: mine }))) {
        form.dataset.sure = 'yes';
        navigator.serviceWorker?.controller?.postMessage({ type: 'logout' });
        form.submit();
      }
    },
    true,
  );
}

export function startNetwork() {
  window.addEventListener('online', () => {
    drawBadge();
    sendWaiting();
  });
  window.addEventListener('offline', () => {
    drawBadge();
    notify(say('offline_long'), { kind: 'warn' });
  });
  document.addEventListener(OUTBOX_CHANGED, drawBadge);
  document.getElementById('net-badge')?.addEventListener('click', showOutbox);
  guardLogout();
  drawBadge();
  sendWaiting();
  setInterval(sendWaiting, RETRY);
}
