/** htmx with our CSRF token, without eval and without its inline style. */
import htmx from 'htmx.org';
import { csrfToken } from '../http/client.js';
import { say } from '../i18n/say.js';
import { notify } from './toast.js';

export function startHtmx() {
  Object.assign(htmx.config, { allowEval: false, includeIndicatorStyles: false, historyCacheSize: 0, scrollBehavior: 'auto' });
  document.addEventListener('htmx:configRequest', (event) => {
    if (event.detail.verb !== 'get') {
      event.detail.headers['X-CSRFToken'] = csrfToken();
    }
  });
  document.addEventListener('htmx:sendError', () => notify(say('load_failed'), { kind: 'bad' }));
  document.addEventListener('htmx:responseError', (event) => {
    let message;
    try {
      ({ message } = JSON.parse(event.detail.xhr.responseText));
    } catch {
      // Not JSON: the general sentence is all we know.
    }
    notify(message ?? say('load_failed'), { kind: 'bad' });
  });
}
