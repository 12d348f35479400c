/** Menus that open in place close when somebody presses elsewhere or Escape. */

const MENUS = '.menu[open], .nav-more[open]';

export function startMenus() {
  document.addEventListener('click', ({ target }) => {
    document.querySelectorAll(MENUS).forEach((menu) => menu.contains(target) || (menu.open = false));
  });
  document.addEventListener('keydown', ({ key }) => {
    if (key !== 'Escape') {
      return;
    }
    document.querySelectorAll(MENUS).forEach((menu) => {
      const inside = menu.contains(document.activeElement);
      menu.open = false;
      if (inside) {
        menu.querySelector('summary').focus();
      }
    });
  });
}
