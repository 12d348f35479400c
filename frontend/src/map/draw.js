/** Draws the map of procedures as SVG: boxes are links, what belongs to a box stands out when it is pointed at. */
import { BOX, layOut, smooth } from './layout.js';

const SVG = 'http://www.w3.org/2000/svg';

function make(name, attributes, ...children) {
  const element = document.createElementNS(SVG, name);
  Object.entries(attributes).forEach(([key, value]) => element.setAttribute(key, value));
  element.append(...children);
  return element;
}

function arrowHead() {
  const attributes = { id: 'map-head', viewBox: '0 0 10 10', refX: 9, refY: 5, markerWidth: 8, markerHeight: 8, orient: 'auto-start-reverse' };
  return make('defs', {}, make('marker', attributes, make('path', { d: 'M0 1 L9 5 L0 9 Z' })));
}

function boxOf(box, { x, y }, runningWords) {
  const label = document.createElement('div');
  label.className = 'map-name';
  label.textContent = box.name;
  const place = { x: x - BOX.width / 2, y: y - BOX.height / 2, width: BOX.width, height: BOX.height };
  const link = make('a', { href: box.url, class: box.placeholder ? 'map-procedure is-placeholder' : 'map-procedure', 'data-key': box.key });
  link.append(make('rect', { ...place, rx: 8 }), make('foreignObject', place, label));
  if (box.running) {
    const words = String(box.running);
    const width = 14 + 8 * words.length;
    link.append(
      make('rect', { class: 'map-count', x: x + BOX.width / 2 - width + 6, y: y - BOX.height / 2 - 10, width, height: 20, rx: 10 }),
      make('text', { class: 'map-number', x: x + BOX.width / 2 + 6 - width / 2, y: y - BOX.height / 2 + 4, 'text-anchor': 'middle' }, words),
      make('title', {}, `${box.name}: ${runningWords} ${words}`),
    );
  }
  return link;
}

/**
 * @param {{boxes: object[], arrows: object[]}} picture
 * @param {string} runningWords before the number of running cases, in the page's language
 */
export function draw(picture, runningWords) {
  const { width, height, boxes, arrows } = layOut(picture);
  const drawing = make('svg', { viewBox: `0 0 ${Math.ceil(width)} ${Math.ceil(height)}`, width: Math.ceil(width), height: Math.ceil(height) }, arrowHead());
  const lines = picture.arrows.map(({ kind }, index) =>
    make('path', { class: `map-arrow map-${kind}`, d: smooth(arrows[index]), 'marker-end': 'url(#map-head)' }),
  );
  const links = picture.boxes.map((box) => boxOf(box, boxes.get(box.key), runningWords));
  drawing.append(...lines, ...links);

  const point = (key) => {
    drawing.classList.toggle('is-pointed', key !== null);
    const near = new Set([key]);
    picture.arrows.forEach(({ source, target }, index) => {
      const mine = source === key || target === key;
      lines[index].classList.toggle('is-near', mine);
      if (mine) {
        near.add(source).add(target);
      }
    });
    links.forEach((link) => link.classList.toggle('is-near', near.has(link.dataset.key)));
  };
  links.forEach((link) => {
    ['pointerenter', 'focus'].forEach((name) => link.addEventListener(name, () => point(link.dataset.key)));
    ['pointerleave', 'blur'].forEach((name) => link.addEventListener(name, () => point(null)));
  });
  return drawing;
}
