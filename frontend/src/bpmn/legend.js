/** The legend of a diagram in words: what each mark means, and where the tokens are, as links for keyboard and screen reader. */
import { say } from '../i18n/say.js';
import { legendOf } from './markers.js';

const NAMED = new Set(['active', 'incident', 'overdue']);

export function drawLegend(box, viewer, markers, links) {
  const registry = viewer.get('elementRegistry');
  for (const { kind, count, items } of legendOf(markers)) {
    const entry = document.createElement('span');
    entry.className = `legend legend-${kind}`;
    const mark = document.createElement('i');
    mark.setAttribute('aria-hidden', 'true');
    entry.append(mark, say(`diagram_${kind}`, { n: count }));
    if (NAMED.has(kind)) {
      items.forEach(({ id }, index) => {
        const name = registry.get(id)?.businessObject.name || id;
        const shown = document.createElement(links[id] ? 'a' : 'span');
        if (links[id]) {
          shown.href = links[id];
        }
        shown.textContent = name;
        entry.append(index ? '、' : '：', shown);
      });
    }
    box.append(entry);
  }
}
