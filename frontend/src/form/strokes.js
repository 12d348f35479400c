/** Strokes of a signature between our value (points {x, y, time} in whole numbers), signature_pad and SVG. */

/** [[{x, y, time: ms since the first point}, …], …] from signature_pad's data. */
export function fromPad(groups) {
  const start = groups[0]?.points[0]?.time ?? 0;
  return groups
    .filter(({ points }) => points.length)
    .map(({ points }) => points.map(({ x, y, time }) => ({ x: Math.round(x), y: Math.round(y), time: Math.max(0, Math.round(time - start)) })));
}

/** signature_pad's data, scaled into a box of another size with the drawing's proportions kept. */
export function toPad({ strokes, width = 0, height = 0 }, boxWidth, boxHeight) {
  const scale = width && height ? Math.min(boxWidth / width, boxHeight / height) : 1;
  return strokes.map((points) => ({
    penColor: '#111',
    minWidth: 1,
    maxWidth: 2.6,
    dotSize: 0,
    velocityFilterWeight: 0.7,
    compositeOperation: 'source-over',
    points: points.map(({ x, y, time = 0 }) => ({ x: x * scale, y: y * scale, time, pressure: 0.5 })),
  }));
}

/** One SVG path per stroke; a dot is a very short line so that the round cap shows. */
export function strokePaths(strokes) {
  return strokes.map((points) => {
    const [{ x, y }] = points;
    return points.length === 1 ? `M${x} ${y}h.01` : `M${points.map((point) => `${point.x} ${point.y}`).join('L')}`;
  });
}
