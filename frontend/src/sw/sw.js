/**
 * The service worker: keeps the app shell and the task pages this person opened. A page that says nobody (or somebody
 * else) is logged in empties what was kept for the person before.
 */
import { isPageCache, keepsPage, pageCache, userOf } from './pages.js';

/* global __SHELL__, __VERSION__ */
const SHELL_CACHE = `shell:${__VERSION__}`;
const STATE_CACHE = 'state';
const USER_KEY = '/__user';
const MOST_PAGES = 60;

self.addEventListener('install', (event) => {
  event.waitUntil(
    caches
      .open(SHELL_CACHE)
      .then((cache) => cache.addAll(__SHELL__))
      .then(() => self.skipWaiting()),
  );
});

self.addEventListener('activate', (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((name) => name.startsWith('shell:') && name !== SHELL_CACHE).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

self.addEventListener('message', (event) => {
  if (event.data?.type === 'logout') {
    event.waitUntil(remember(''));
  }
  if (event.data?.type === 'keep') {
    event.waitUntil(fetch(event.data.url, { credentials: 'same-origin' }).then((response) => response.ok && keep(new Request(event.data.url), response)));
  }
});

async function knownUser() {
  const kept = await (await caches.open(STATE_CACHE)).match(USER_KEY);
  return kept ? kept.text() : '';
}

/** Notes who is logged in now and deletes the pages of everybody else. */
async function remember(user) {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => isPageCache(name) && name !== pageCache(user)).map((name) => caches.delete(name)));
  await (await caches.open(STATE_CACHE)).put(USER_KEY, new Response(user));
}

async function keep(request, response) {
  const html = await response.text();
  const user = userOf(html);
  if (user === null) {
    return;
  }
  if (user !== (await knownUser())) {
    await remember(user);
  }
  const { pathname } = new URL(request.url);
  if (!user || !keepsPage(pathname)) {
    return;
  }
  const cache = await caches.open(pageCache(user));
  await cache.put(request, new Response(html, { headers: { 'Content-Type': 'text/html; charset=utf-8' } }));
  const keys = await cache.keys();
  await Promise.all(keys.slice(0, Math.max(0, keys.length - MOST_PAGES)).map((old) => cache.delete(old)));
}

async function page(event) {
  try {
    const response = await fetch(event.request);
    if (response.ok && (response.headers.get('Content-Type') ?? '').includes('text/html')) {
      event.waitUntil(keep(event.request, response.clone()));
    }
    return response;
  } catch {
    const user = await knownUser();
    const kept = user && (await (await caches.open(pageCache(user))).match(event.request, { ignoreVary: true }));
    return kept || offlinePage();
  }
}

function offlinePage() {
  const html = `<!doctype html><html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>没有网络</title><style>body{font:16px/1.6 system-ui,"PingFang SC","Microsoft YaHei",sans-serif;margin:15vh auto;max-width:24em;padding:0 1em;color-scheme:light dark}a{display:inline-block;padding:.6em 0}</style>
<h1>没有网络</h1><p>这个页面没有存在本机。打开过的任务可以离线填写，联网后自动发送。</p>
<p lang="en">No connection. This page is not kept on this device; tasks you opened before are.</p>
<p><a href="/">任务列表 / Tasks</a></p>`;
  return new Response(html, { status: 503, headers: { 'Content-Type': 'text/html; charset=utf-8' } });
}

async function shellFile(request) {
  const kept = await caches.match(request, { ignoreVary: true });
  return kept ?? fetch(request);
}

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== self.location.origin) {
    return;
  }
  if (request.mode === 'navigate') {
    event.respondWith(page(event));
  } else if (url.pathname.startsWith('/static/dist/')) {
    event.respondWith(shellFile(request));
  }
});
