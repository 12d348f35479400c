import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { BOX, layOut, smooth } from '../src/map/layout.js';

const box = (key) => ({ key });
const arrow = (source, target) => ({ source, target, kind: 'message' });
const apart = (one, other) => Math.abs(one.x - other.x) >= BOX.width || Math.abs(one.y - other.y) >= BOX.height;

describe('the map of procedures', () => {
  const picture = {
    boxes: ['intake', 'repair', 'dispatch', 'visit', 'complaint', 'alone', 'alone_too'].map(box),
    arrows: [arrow('intake', 'repair'), arrow('repair', 'dispatch'), arrow('dispatch', 'visit'), arrow('visit', 'dispatch'), arrow('intake', 'complaint')],
  };
  const { boxes, arrows, width, height } = layOut(picture);

  it('goes from left to right', () => {
    assert.ok(boxes.get('intake').x < boxes.get('repair').x && boxes.get('repair').x < boxes.get('dispatch').x);
  });
  it('puts no box on another, and all of them inside', () => {
    const places = [...boxes.values()];
    assert.equal(places.length, picture.boxes.length);
    places.forEach((one, index) => places.slice(index + 1).forEach((other) => assert.ok(apart(one, other))));
    places.forEach(({ x, y }) => assert.ok(x > 0 && y > 0 && x + BOX.width / 2 <= width && y + BOX.height / 2 <= height));
  });
  it('lets arrows leave and arrive at the sides, also back', () => {
    picture.arrows.forEach(({ source, target }, index) => {
      const way = boxes.get(target).x > boxes.get(source).x ? 1 : -1;
      assert.equal(arrows[index][0].x, boxes.get(source).x + (way * BOX.width) / 2);
      assert.equal(arrows[index].at(-1).x, boxes.get(target).x - (way * BOX.width) / 2);
    });
  });
  it('draws nothing for nothing', () => assert.equal(layOut({ boxes: [], arrows: [] }).boxes.size, 0));
  it('places boxes without any arrow', () => assert.equal(layOut({ boxes: [box('a'), box('b')], arrows: [] }).boxes.size, 2));
  it('is level where an arrow leaves and arrives', () => {
    assert.equal(smooth([{ x: 0, y: 0 }, { x: 10, y: 20 }]), 'M0 0C5 0 5 20 10 20'.replace('C', ' C'));
  });
});
