/** Light, dark or like the system; kept in a cookie so that the server writes data-theme and nothing flickers. */

const YEAR = 31536000;

export function setTheme(theme) {
  const root = document.documentElement;
  if (theme === 'auto') {
    root.removeAttribute('data-theme');
  } else {
    root.dataset.theme = theme;
  }
  document.cookie = `theme=${theme === 'auto' ? '' : theme}; path=/; max-age=${theme === 'auto' ? 0 : YEAR}; samesite=lax`;
  mark();
}

function mark() {
  const now = document.documentElement.dataset.theme ?? 'auto';
  document.querySelectorAll('[data-set-theme]').forEach((button) => button.setAttribute('aria-pressed', String(button.dataset.setTheme === now)));
}

export function startTheme() {
  document.addEventListener('click', (event) => {
    const button = event.target.closest('[data-set-theme]');
    if (button) {
      setTheme(button.dataset.setTheme);
    }
  });
  mark();
}
