/** What a diagram shows besides itself. Pure, for tests. */

const KINDS = ['completed', 'taken', 'active', 'overdue', 'incident'];

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
  const order = ['incident', 'overdue', 'active', 'completed', 'taken'];
  return order
    .map((kind) => ({ kind, count: markers[kind].reduce((sum, { count }) => sum + count, 0), items: markers[kind] }))
    .filter(({ count }) => count > 0);
}

const READABLE = 0.45;
const CLOSE = 0.75;

/**
 * The first view: the whole diagram when that is readable, else the first place that matters.
 * `fit`: scale of the whole diagram; `places`: shapes with incidents, then with tokens. Returns {fit: true} or {scale, x, y} (centre).
 */
export function firstView(fit, places) {
  const [place] = places;
  if (fit >= READABLE || !place) {
    return { fit: true };
  }
  return { scale: CLOSE, x: place.x + place.width / 2, y: place.y + place.height / 2 };
}
