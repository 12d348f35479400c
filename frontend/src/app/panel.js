/** The side panel: links with `data-panel` load into it by htmx on wide screens and are plain links on a phone. */

const WIDE = '(min-width: 900px)';
const panel = () => document.getElementById('panel');
let opener = null;

export function closePanel() {
  const box = panel();
  if (box && !box.hidden) {
    box.hidden = true;
    document.body.classList.remove('has-panel');
    opener?.focus?.();
  }
}

export function startPanel() {
  document.addEventListener('htmx:beforeRequest', (event) => {
    const link = event.detail.elt.closest('[data-panel]');
    if (link && !matchMedia(WIDE).matches && link.href) {
      event.preventDefault();
      location.assign(link.href);
    }
  });
  document.addEventListener('htmx:afterSwap', (event) => {
    if (event.detail.target.id !== 'panel-body') {
      return;
    }
    opener = event.detail.requestConfig?.elt ?? null;
    panel().hidden = false;
    document.body.classList.add('has-panel');
    panel().focus();
  });
  document.addEventListener('click', (event) => {
    if (event.target.closest('[data-close-panel]')) {
      closePanel();
    }
  });
}
