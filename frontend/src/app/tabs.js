/** The tab one is on is in sight, however many stand before it. */

export function startTabs() {
  document.querySelectorAll('.tabs').forEach((tabs) => {
    const current = tabs.querySelector('[aria-current]');
    if (current && tabs.scrollWidth > tabs.clientWidth) {
      tabs.scrollLeft = current.offsetLeft - (tabs.clientWidth - current.offsetWidth) / 2;
    }
  });
}
