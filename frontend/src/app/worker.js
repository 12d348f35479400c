/** Registers the service worker, only for somebody who is logged in and only where the browser allows one. */
import { currentUser } from '../http/client.js';

export function startWorker() {
  if (!('serviceWorker' in navigator) || !currentUser()) {
    return;
  }
  window.addEventListener('load', () => {
    navigator.serviceWorker.register('/sw.js', { scope: '/' }).catch(() => {
      // Plain http outside localhost: the product works, only not offline.
    });
  });
}
