/**
 * When the next step's form was put in without loading a page, what stands around it (who has it, case, history, buttons)
 * still speaks of the step before: fetch the page of the new step and take everything but the form from it.
 */
import htmx from 'htmx.org';

const FIRST = 'form-errors'; // the first and the last element of macros.html: task_form
const LAST = 'form';

function split(content, doc) {
  const first = doc.getElementById(FIRST);
  const last = doc.getElementById(LAST);
  const children = [...content.children];
  const from = children.findIndex((child) => child.contains(first));
  const to = children.findIndex((child) => child.contains(last));
  return from < 0 || to < 0 ? null : { before: children.slice(0, from), after: children.slice(to + 1) };
}

export async function refreshAround(url) {
  const response = await fetch(url, { credentials: 'same-origin', headers: { Accept: 'text/html' } });
  if (!response.ok || response.redirected) {
    return;
  }
  const fresh = new DOMParser().parseFromString(await response.text(), 'text/html');
  const content = document.getElementById('content');
  const [old, next] = [split(content, document), split(fresh.getElementById('content'), fresh)];
  if (!old || !next) {
    return;
  }
  [...old.before, ...old.after].forEach((element) => element.remove());
  const adopt = (elements) => elements.map((element) => document.adoptNode(element));
  content.prepend(...adopt(next.before));
  content.append(...adopt(next.after));
  document.title = fresh.title;
  htmx.process(content);
}
