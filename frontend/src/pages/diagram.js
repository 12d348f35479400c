/** Finds diagrams on the page and loads the viewer when one comes into view. */
import '../css/diagram.css';
import { say } from '../i18n/say.js';

async function show(figure) {
  if (figure.dataset.shown) {
    return;
  }
  figure.dataset.shown = 'yes';
  figure.textContent = say('diagram_loading');
  try {
    const [{ showDiagram }, xml] = await Promise.all([import('../bpmn/viewer.js'), load(figure.dataset.diagram)]);
    await showDiagram(figure, xml);
  } catch (error) {
    figure.textContent = say('diagram_failed');
    delete figure.dataset.shown;
    throw error;
  }
}

async function load(url) {
  const response = await fetch(url, { credentials: 'same-origin', headers: { Accept: 'application/xml, application/json' } });
  if (!response.ok) {
    throw new Error(`${url}: ${response.status}`);
  }
  const text = await response.text();
  return text.trimStart().startsWith('{') ? JSON.parse(text).xml : text;
}

const seen = new IntersectionObserver((entries) => entries.filter((entry) => entry.isIntersecting).forEach(({ target }) => show(target)), {
  rootMargin: '200px',
});

function find(root) {
  root.querySelectorAll('[data-diagram]').forEach((figure) => seen.observe(figure));
}

find(document);
document.addEventListener('htmx:load', (event) => find(event.detail.elt.parentElement ?? document));
