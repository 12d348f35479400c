/**
 * Counts that stay true: polls `data-live` of <body> (GET → {counts: {mine: 3, …}, stamp}) while the page is seen, writes
 * into `[data-count="mine"]`, and fires "aftercare:inbox" on <body> when something changed, for lists to refresh by htmx.
 */
import { request } from '../http/client.js';

const EVERY = 30_000;

export function startLive() {
  const url = document.body.dataset.live;
  if (!url) {
    return;
  }
  let last = null;
  const poll = async () => {
    if (document.hidden || !navigator.onLine) {
      return;
    }
    try {
      const { ok, data } = await request(url, { timeout: 10_000 });
      if (!ok) {
        return;
      }
      for (const [name, n] of Object.entries(data.counts ?? {})) {
        document.querySelectorAll(`[data-count="${CSS.escape(name)}"]`).forEach((box) => {
          box.textContent = n;
          box.hidden = n === 0 || n === '0';
        });
      }
      const stamp = JSON.stringify([data.stamp, data.counts]);
      if (last !== null && stamp !== last) {
        document.body.dispatchEvent(new CustomEvent('aftercare:inbox', { bubbles: true, detail: data }));
      }
      last = stamp;
    } catch {
      // The offline badge says it.
    }
  };
  poll();
  setInterval(poll, EVERY);
  document.addEventListener('visibilitychange', poll);
}
