/** Paper has no folds: what is closed opens for the print and closes again; what would have to be fetched stays closed. */

export function startPrinting() {
  let opened = [];
  window.addEventListener('beforeprint', () => {
    opened = [...document.querySelectorAll('main details:not([open])')].filter((fold) => !fold.querySelector('[hx-trigger*="toggle"]:empty'));
    opened.forEach((fold) => (fold.open = true));
  });
  window.addEventListener('afterprint', () => {
    opened.forEach((fold) => (fold.open = false));
    opened = [];
  });
}
