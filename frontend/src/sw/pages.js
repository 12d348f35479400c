/** Which pages may be kept for offline use, and whose they are. Pure, for tests. */

/** Pages a person opens on the way: the task list and single tasks. Nothing with figures, registers or editors. */
export const keepsPage = (pathname) => pathname === '/' || /^\/tasks(\/[^/]+)?\/?$/.test(pathname);

/** The login in `<meta name="user" content="…">` of a page of ours: "" when nobody is logged in, null when it is no such page. */
export function userOf(html) {
  const match = /<meta\s+name="user"\s+content="([^"]*)"/.exec(html);
  return match ? match[1] : null;
}

export const pageCache = (user) => `pages:${user}`;
export const isPageCache = (name) => name.startsWith('pages:');
