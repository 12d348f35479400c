/** A diagram to look at: tokens, path, incidents, links; loaded on demand by pages/diagram.js. */
import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer';
import { say } from '../i18n/say.js';
import { textRenderer } from './fonts.js';
import { drawLegend } from './legend.js';
import { byWork, firstView, innermost, liftMarkers, readMarkers } from './markers.js';
import { startTouch } from './touch.js';

const parse = (text) => {
  try {
    return JSON.parse(text || '{}');
  } catch {
    return {};
  }
};

/** `figure`: the element with data-diagram; `xml`: BPMN text. Resolves to the viewer. */
export async function showDiagram(figure, xml) {
  const { box, legend, tools } = frame(figure);
  const viewer = new NavigatedViewer({
    container: box,
    zoomScroll: { enabled: false },
    textRenderer,
    bpmnRenderer: { defaultFillColor: 'var(--surface)', defaultStrokeColor: 'var(--text)', defaultLabelColor: 'var(--text)' },
  });
  await viewer.importXML(xml);
  const links = parse(figure.dataset.links);
  const outside = (id) => shownAt(viewer, id);
  const markers = innermost(readMarkers(parse(figure.dataset.markers)), outside);
  draw(viewer, liftMarkers(markers, outside), links);
  drawLegend(legend, viewer, markers, links);
  look(viewer, markers);
  // Opening a collapsed subprocess, or going back, is a first view of its own.
  viewer.on('root.set', 100, () => look(viewer, markers));
  startTouch(viewer, box);
  startTools(viewer, box, tools);
  startLinks(viewer, figure, links);
  return viewer;
}

function frame(figure) {
  const box = document.createElement('div');
  box.className = 'diagram-box';
  box.tabIndex = 0;
  box.setAttribute('role', 'region');
  box.setAttribute('aria-label', figure.getAttribute('aria-label') || say('diagram_label'));
  const tools = document.createElement('div');
  tools.className = 'diagram-tools no-print';
  const legend = document.createElement('figcaption');
  legend.className = 'diagram-legend';
  figure.replaceChildren(box, tools, legend);
  return { box, legend, tools };
}

/** The id of what the open plane draws for an element: itself, or the collapsed subprocess it lies in; null when unknown. */
function shownAt(viewer, id) {
  const registry = viewer.get('elementRegistry');
  const canvas = viewer.get('canvas');
  const here = canvas.getRootElement();
  for (let object = registry.get(id)?.businessObject; object; object = object.$parent) {
    const shape = registry.get(object.id);
    if (shape && shape !== here && canvas.findRoot(shape) === here) {
      return object.id;
    }
  }
  return null;
}

function draw(viewer, markers, links) {
  const canvas = viewer.get('canvas');
  const registry = viewer.get('elementRegistry');
  const overlays = viewer.get('overlays');
  for (const [kind, items] of Object.entries(markers)) {
    for (const { id, count } of items) {
      if (!registry.get(id)) {
        continue; // an older version of the diagram had this element
      }
      canvas.addMarker(id, `is-${kind}`);
      if (kind === 'active' || kind === 'incident') {
        const badge = document.createElement('span');
        badge.className = `token token-${kind}`;
        badge.textContent = kind === 'incident' ? '!' : count;
        overlays.add(id, kind, { position: { top: -12, right: kind === 'active' ? 12 : 36 }, html: badge });
      }
    }
  }
  Object.keys(links).forEach((id) => registry.get(id) && canvas.addMarker(id, 'is-link'));
}

/** Fits when the diagram is readable as a whole, else goes to where the tokens are. */
function look(viewer, markers) {
  const canvas = viewer.get('canvas');
  const registry = viewer.get('elementRegistry');
  const fit = canvas.zoom('fit-viewport', 'auto');
  // Where somebody works before where a timer runs.
  const waiting = byWork(markers.active, ({ id }) => registry.get(id)?.type);
  const places = [...markers.incident, ...waiting, ...markers.added, ...markers.changed, ...markers.removed]
    .map(({ id }) => registry.get(shownAt(viewer, id)))
    .filter((shape) => shape?.width);
  const { inner, outer } = canvas.viewbox();
  const view = firstView(fit, places, inner, outer);
  if (!view.fit) {
    canvas.viewbox(view);
  }
}

function startTools(viewer, box, tools) {
  const canvas = viewer.get('canvas');
  const zoomBy = (factor) => () => canvas.zoom(Math.min(4, Math.max(0.1, canvas.zoom() * factor)), 'auto');
  const make = (sign, words, run) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'button small';
    button.textContent = sign;
    button.title = words;
    button.setAttribute('aria-label', words);
    button.addEventListener('click', run);
    tools.append(button);
  };
  make('+', say('diagram_in'), zoomBy(1.25));
  make('−', say('diagram_out'), zoomBy(0.8));
  make(say('diagram_fit'), say('diagram_fit'), () => canvas.zoom('fit-viewport', 'auto'));
  // The wheel belongs to the page; with Ctrl (or a pinch on a trackpad) it zooms.
  box.addEventListener(
    'wheel',
    (event) => {
      if (event.ctrlKey || event.metaKey) {
        event.preventDefault();
        const { left, top } = box.getBoundingClientRect();
        canvas.zoom(Math.min(4, Math.max(0.1, canvas.zoom() * Math.exp(-event.deltaY / 200))), { x: event.clientX - left, y: event.clientY - top });
      }
    },
    { passive: false },
  );
}

function startLinks(viewer, figure, links) {
  viewer.get('eventBus').on('element.click', ({ element, originalEvent }) => {
    const target = element.labelTarget ?? element;
    const chosen = new CustomEvent('diagram:element', { bubbles: true, cancelable: true, detail: { id: target.id, name: target.businessObject?.name ?? '', type: target.type } });
    if (!figure.dispatchEvent(chosen) || !links[target.id]) {
      return;
    }
    if (originalEvent.ctrlKey || originalEvent.metaKey) {
      window.open(links[target.id], '_blank', 'noopener');
    } else {
      location.assign(links[target.id]);
    }
  });
}
