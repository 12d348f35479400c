/** The language of the page: `[data-set-lang]` writes the cookie the server reads and loads the page again. */

const YEAR = 31536000;

export function startLanguage() {
  document.addEventListener('click', (event) => {
    const button = event.target.closest('[data-set-lang]');
    if (button) {
      document.cookie = `lang=${button.dataset.setLang}; path=/; max-age=${YEAR}; samesite=lax`;
      location.reload();
    }
  });
}
