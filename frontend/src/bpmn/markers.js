/** What a diagram shows besides itself. Pure, for tests. */

const KINDS = ['completed', 'taken', 'active', 'overdue', 'incident', 'added', 'changed', 'removed'];

/** {active: [id | {id, count}], …} → {active: [{id, count}], …}; unknown kinds are left out, doubles are added up. */
export function readMarkers(raw) {
  const result = {};
  for (const kind of KINDS) {
    const counts = new Map();
    for (const item of raw?.[kind] ?? []) {
      const { id, count = 1 } = typeof item === 'string' ? { id: item } : item;
      counts.set(id, (counts.get(id) ?? 0) + count);
    }
    result[kind] = [...counts].map(([id, count]) => ({ id, count }));
  }
  return result;
}

/** Which kinds the legend names, in the order of importance, with how many there are. */
export function legendOf(markers) {
  const order = ['incident', 'overdue', 'active', 'completed', 'taken', 'changed', 'added', 'removed'];
  return order
    .map((kind) => ({ kind, count: markers[kind].reduce((sum, { count }) => sum + count, 0), items: markers[kind] }))
    .filter(({ count }) => count > 0);
}

/** Without the subprocesses that something marked alike lies in: the token counts where it stands, once. */
export function innermost(markers, shownAt) {
  return Object.fromEntries(
    Object.entries(markers).map(([kind, items]) => {
      const around = new Set(items.filter(({ id }) => shownAt(id) !== id).map(({ id }) => shownAt(id)));
      return [kind, kind === 'completed' ? items : items.filter(({ id }) => !around.has(id))];
    }),
  );
}

/** What waits or is broken inside a collapsed subprocess shows on it; `shownAt(id)`: the element that the open plane draws for it. */
export function liftMarkers(markers, shownAt) {
  const raw = {};
  for (const [kind, items] of Object.entries(markers)) {
    // A path taken inside is no line outside, and what is done inside may go on.
    const inside = kind === 'completed' || kind === 'taken' ? [] : items.filter(({ id }) => (shownAt(id) ?? id) !== id);
    raw[kind] = [...items, ...inside.map(({ id, count }) => ({ id: shownAt(id), count }))];
  }
  const result = readMarkers(raw);
  const lively = new Set([...result.active, ...result.incident].map(({ id }) => id));
  result.completed = result.completed.filter(({ id }) => !lively.has(id));
  return result;
}

const WORK = ['bpmn:UserTask', 'bpmn:ManualTask', 'bpmn:CallActivity'];

/** Items in the order in which one wants to see them: what people do, what another process does, the rest as it came. */
export function byWork(items, typeOf) {
  const rank = (item) => (WORK.indexOf(typeOf(item)) + WORK.length + 1) % (WORK.length + 1);
  return [...items].sort((a, b) => rank(a) - rank(b));
}

const READABLE = 0.5; // the whole is shown from this scale on
const CLOSE = 0.75;
const MARGIN = 24;

/**
 * The first view: the whole diagram when that is readable, else readable around the first place that matters or the
 * diagram's beginning, never with more emptiness than needed. `fit`: scale of the whole diagram; `places`: shapes with
 * incidents, then with tokens; `inner`: the diagram's bounds; `outer`: the window in pixels.
 * Returns {fit: true} or the viewbox {x, y, width, height}.
 */
export function firstView(fit, places, inner, outer) {
  if (fit >= READABLE) {
    return { fit: true };
  }
  const [place] = places;
  const width = outer.width / CLOSE;
  const height = outer.height / CLOSE;
  const at = place ?? { x: inner.x, y: inner.y, width: 0, height: inner.height };
  return {
    x: within(at.x + at.width / 2, width, inner.x, inner.width),
    y: within(at.y + at.height / 2, height, inner.y, inner.height),
    width,
    height,
  };
}

/** Where a window of `size` around `centre` begins so that it stays on the diagram; a smaller diagram stands in its middle. */
function within(centre, size, from, length) {
  const first = from - MARGIN;
  const last = from + length + MARGIN - size;
  return last < first ? from + (length - size) / 2 : Math.min(last, Math.max(first, centre - size / 2));
}
