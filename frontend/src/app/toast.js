/** Short messages at the edge of the page; one can wait until the next page has loaded. */

const NEXT = 'aftercare:toast';

function region() {
  let box = document.getElementById('toasts');
  if (!box) {
    box = document.createElement('div');
    box.id = 'toasts';
    box.className = 'toasts';
    box.setAttribute('role', 'status');
    box.setAttribute('aria-live', 'polite');
    document.body.append(box);
  }
  return box;
}

/** kind: "ok" | "warn" | "bad". */
export function notify(text, { kind = 'ok', lasts = 5000 } = {}) {
  const toast = document.createElement('div');
  toast.className = `toast toast-${kind}`;
  toast.textContent = text;
  region().append(toast);
  setTimeout(() => toast.remove(), lasts);
}

export function notifyAfterReload(text) {
  try {
    sessionStorage.setItem(NEXT, text);
  } catch {
    // Without storage the next page simply says nothing.
  }
}

export function showWaitingToast() {
  try {
    const text = sessionStorage.getItem(NEXT);
    if (text) {
      sessionStorage.removeItem(NEXT);
      notify(text);
    }
  } catch {
    // No storage, no message.
  }
}
