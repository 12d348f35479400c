/** One finger moves, two fingers zoom: diagram-js has no touch support any more. */

const MOST = 4;
const LEAST = 0.1;

export function startTouch(viewer, element) {
  const canvas = viewer.get('canvas');
  const points = new Map();
  let before = null;

  const state = () => {
    const [a, b] = [...points.values()];
    return b
      ? { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2, apart: Math.hypot(a.x - b.x, a.y - b.y) }
      : { x: a.x, y: a.y, apart: 0 };
  };
  const down = (event) => {
    if (event.pointerType === 'mouse') {
      return;
    }
    points.set(event.pointerId, { x: event.clientX, y: event.clientY });
    before = state();
  };
  const move = (event) => {
    if (!points.has(event.pointerId)) {
      return;
    }
    points.set(event.pointerId, { x: event.clientX, y: event.clientY });
    const now = state();
    canvas.scroll({ dx: now.x - before.x, dy: now.y - before.y });
    if (now.apart && before.apart) {
      const box = element.getBoundingClientRect();
      const scale = Math.min(MOST, Math.max(LEAST, (canvas.zoom() * now.apart) / before.apart));
      canvas.zoom(scale, { x: now.x - box.left, y: now.y - box.top });
    }
    before = now;
  };
  const up = (event) => {
    points.delete(event.pointerId);
    if (points.size) {
      before = state();
    }
  };
  element.style.touchAction = 'none';
  element.addEventListener('pointerdown', down);
  element.addEventListener('pointermove', move);
  element.addEventListener('pointerup', up);
  element.addEventListener('pointercancel', up);
}
