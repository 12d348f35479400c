/** JSON over fetch with our CSRF token; “no connection” is told apart from every answer of the server. */

export class Offline extends Error {
  constructor(cause) {
    super('no connection', { cause });
    this.name = 'Offline';
  }
}

const meta = (name) => document.querySelector(`meta[name="${name}"]`);

export const csrfToken = () => meta('csrf-token')?.content ?? '';
/** Where the files of this page go: a guest has an address of his own for them. */
export const filesUrl = () => meta('files')?.content ?? '/api/files';
export const currentUser = () => meta('user')?.content ?? '';

/** @returns {{status: number, ok: boolean, data: any}} `data` is the JSON body or `{}`. */
export async function request(url, options = {}) {
  const answer = await once(url, options);
  const stale = answer.status === 400 && answer.data.code === 'csrf';
  // A page that stood open for hours has an old token: the same person gets a new one and the request goes on.
  return stale && (await refreshSession()) === currentUser() ? once(url, options) : answer;
}

async function once(url, { method = 'GET', json, body, headers = {}, signal, timeout = 30000, keepalive = false } = {}) {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), timeout);
  signal?.addEventListener('abort', () => limit.abort());
  let response;
  try {
    response = await fetch(url, {
      method,
      credentials: 'same-origin',
      keepalive,
      signal: limit.signal,
      body: json === undefined ? body : JSON.stringify(json),
      headers: {
        Accept: 'application/json',
        ...(json === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...(method === 'GET' ? {} : { 'X-CSRFToken': csrfToken() }),
        ...headers,
      },
    });
    if (isLoginPage(response)) {
      return { status: 401, ok: false, data: { code: 'login_required' } };
    }
    const text = await response.text();
    return { status: response.status, ok: response.ok, data: parse(text) };
  } catch (error) {
    if (signal?.aborted) {
      throw error;
    }
    throw new Offline(error);
  } finally {
    clearTimeout(timer);
  }
}

/** A redirect to the login page arrives as a page of HTML with status 200. */
function isLoginPage(response) {
  return response.redirected && !(response.headers.get('Content-Type') ?? '').includes('json');
}

function parse(text) {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {};
  }
}

/** A page kept for offline use has an old token: ask for a fresh one before writing. Resolves to the login or null. */
export async function refreshSession() {
  const { ok, data } = await once('/api/session', { timeout: 10000 });
  if (!ok) {
    return null;
  }
  if (data.csrf && meta('csrf-token')) {
    meta('csrf-token').content = data.csrf;
  }
  return data.user ?? null;
}

export const newKey = () =>
  globalThis.crypto.randomUUID?.() ??
  // Plain http on a local network has no randomUUID.
  [...globalThis.crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, '0')).join('');
