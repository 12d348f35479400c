/** Registers the service worker, only for somebody who is logged in and only where the browser allows one. */
import { currentUser } from '../http/client.js';

export function startWorker() {
  if (!('serviceWorker' in navigator) || !currentUser()) {
    return;
  }
  window.addEventListener('load', () => {
    navigator.serviceWorker
      .register('/sw.js', { scope: '/' })
      .then(() => navigator.serviceWorker.ready)
      .then(({ active }) => {
        // The very first page was loaded before there was a worker that could have kept it.
        if (!navigator.serviceWorker.controller) {
          active.postMessage({ type: 'keep', url: location.href });
        }
      })
      .catch(() => {
        // Plain http outside localhost: the product works, only not offline.
      });
  });
}
