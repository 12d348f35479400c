/** Where the boxes and arrows of the map of procedures stand: layered, from left to right. */
import * as dagre from '@dagrejs/dagre';

export const BOX = { width: 150, height: 46 };
const GAP = 14;
const BETWEEN = 64; // pixels between two layers

/**
 * @param {{boxes: {key: string}[], arrows: {source: string, target: string, kind: string}[]}} picture
 * @returns {{width: number, height: number, boxes: Map<string, {x: number, y: number}>, arrows: {x: number, y: number}[][]}}
 *   pixels; boxes by their middle, arrows as points in the order of the picture.
 */
export function layOut(picture) {
  const joined = new Set(picture.arrows.flatMap(({ source, target }) => [source, target]));
  const graph = new dagre.graphlib.Graph({ multigraph: true });
  graph.setGraph({ rankdir: 'LR', ranksep: BETWEEN, nodesep: GAP, edgesep: 8, marginx: 16, marginy: 24 });
  graph.setDefaultEdgeLabel(() => ({}));
  joined.forEach((key) => graph.setNode(key, { ...BOX }));
  picture.arrows.forEach(({ source, target }, index) => graph.setEdge(source, target, {}, String(index)));
  if (joined.size) {
    dagre.layout(graph);
  }
  const { width = 0, height = 0 } = joined.size ? graph.graph() : {};
  const boxes = new Map([...joined].map((key) => [key, { x: graph.node(key).x, y: graph.node(key).y }]));
  const alone = picture.boxes.map(({ key }) => key).filter((key) => !joined.has(key));
  const inRow = Math.max(1, Math.floor((Math.max(width, 800) - 2 * GAP) / (BOX.width + GAP)));
  alone.forEach((key, index) =>
    boxes.set(key, {
      x: 16 + BOX.width / 2 + (index % inRow) * (BOX.width + GAP),
      y: height + BOX.height / 2 + Math.floor(index / inRow) * (BOX.height + GAP),
    }),
  );
  return {
    width: Math.max(width, ...[...boxes.values()].map(({ x }) => x + BOX.width / 2 + 16)),
    height: Math.max(height, ...[...boxes.values()].map(({ y }) => y + BOX.height / 2 + 16)),
    boxes,
    arrows: picture.arrows.map(({ source, target }, index) =>
      fromSideToSide(graph.edge(source, target, String(index)).points, boxes.get(source), boxes.get(target)),
    ),
  };
}

/** Arrows leave a box on its right and arrive on the left; those that go back do it the other way round. */
function fromSideToSide(points, source, target) {
  const way = Math.sign(target.x - source.x) || 1;
  const begin = { x: source.x + (way * BOX.width) / 2, y: source.y };
  const end = { x: target.x - (way * BOX.width) / 2, y: target.y };
  return [begin, ...points.slice(1, -1), end];
}

/** An SVG path through points, level where it leaves and arrives. */
export function smooth([first, ...rest]) {
  let before = first;
  const parts = [`M${round(first.x)} ${round(first.y)}`];
  for (const point of rest) {
    const middle = round((before.x + point.x) / 2);
    parts.push(`C${middle} ${round(before.y)} ${middle} ${round(point.y)} ${round(point.x)} ${round(point.y)}`);
    before = point;
  }
  return parts.join(' ');
}

const round = (value) => Math.round(value * 10) / 10;
