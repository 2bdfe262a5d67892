// Tests of the marks of own words, for Node's own runner: node --test tests/dashboard/*.mjs

import assert from "node:assert/strict";
import { test } from "node:test";

import { placeArrows } from "../../embedviz/dashboard/component/arrow_labels.mjs";
import { markCorners, markStyle } from "../../embedviz/dashboard/component/arrows.mjs";
import { drawArrows, drawMark } from "../../embedviz/dashboard/component/drawn_arrows.mjs";
import { Occupancy } from "../../embedviz/dashboard/component/labels.mjs";
import { rgb } from "../../embedviz/dashboard/component/theme.mjs";

/** A context that remembers the colours and radii of circles. */
function recorder() {
  const circles = [];
  const context = {
    circles, fillStyle: "", beginPath() {}, closePath() {}, lineTo() {}, moveTo() {}, stroke() {}, setLineDash() {},
    arc(x, y, radius) { circles.push({ x, y, radius, colour: this.fillStyle }); },
    fill() {},
  };
  return context;
}

const points = (n, rest = {}) => ({
  label: "a", style: 0, is_points: true, shade: null, pairs: Array.from({ length: n }, (_, i) => [i, i]), ...rest,
});

test("no two of thirteen groups share both colour and mark", () => {
  for (const dark of [false, true]) {
    const marks = Array.from({ length: 13 }, (_, style) =>
      JSON.stringify([markStyle({ style }, dark).colour, markCorners(style, 0, 0, 1)]));
    assert.equal(new Set(marks).size, 13);
  }
});

test("a higher shade is larger, and further from the ground", () => {
  const light = (colour) => {
    const [r, g, b] = rgb(colour);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  for (const dark of [false, true]) {
    const styles = Array.from({ length: 7 }, (_, i) => markStyle({ style: 0, shade: i / 6 }, dark));
    for (let i = 1; i < styles.length; i++) {
      assert.ok(styles[i].radius > styles[i - 1].radius);
      const step = light(styles[i].colour) - light(styles[i - 1].colour);
      assert.ok(dark ? step > 0 : step < 0);
    }
  }
  assert.equal(markStyle({ style: 1, shade: null }, false).colour, markStyle({ style: 1 }, false).colour);
});

test("every point is drawn, though only some can have a name; arrows are limited", () => {
  const options = {
    at: (id) => ({ x: (id % 50) * 60 + 5, y: Math.floor(id / 50) * 60 + 5 }),
    text: () => "w", measure: () => 8, lineHeight: 14, isNamed: () => false, width: 3000, height: 3000,
  };
  const found = placeArrows([points(2000)], options, new Occupancy(3000, 3000));
  assert.equal(found.arrows.length, 2000);
  assert.ok(found.names.length > 0 && found.names.length <= 300);
  const lines = { ...points(0), is_points: false, pairs: Array.from({ length: 900 }, (_, i) => [i, i + 1000]) };
  assert.ok(placeArrows([lines], options, new Occupancy(3000, 3000)).arrows.length <= 300);
});

test("marks of many words are smaller, in the map only", () => {
  const radius = (n) => {
    const context = recorder();
    const family = points(n, { shade: 1 });
    const [xs, ys] = [new Float32Array(n), new Float32Array(n)];
    const arrows = family.pairs.map(([source, target]) => ({ family, source, target }));
    const scene = { xs, ys, view: { scale: 1, x: 0, y: 0 }, theme: { dark: false, muted: "" }, standsOut: () => null };
    drawArrows(context, scene, arrows, []);
    assert.equal(context.circles.length, n);
    return context.circles[0].radius;
  };
  assert.equal(radius(300), 7);
  assert.ok(radius(600) < 6 && radius(5000) === 3.5);
  const context = recorder();
  drawMark(context, points(1, { shade: 0 }), { dark: true, background: "" }, 3, 4);
  assert.deepEqual(context.circles[0], { x: 3, y: 4, radius: 3, colour: markStyle({ style: 0, shade: 0 }, true).colour });
});
