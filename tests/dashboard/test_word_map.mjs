// Tests of how the word map draws, for Node's own runner: node --test tests/dashboard/*.mjs

import assert from "node:assert/strict";
import { test } from "node:test";

import { placeArrows } from "../../embedviz/dashboard/component/arrow_labels.mjs";
import { arrowShape, familyStyle, interleavePairs } from "../../embedviz/dashboard/component/arrows.mjs";
import { accumulate, colourTable, DensityLayer, dotKernel, dotStyle } from "../../embedviz/dashboard/component/density.mjs";
import { emptiestCorner } from "../../embedviz/dashboard/component/user_interface.mjs";
import { gesture } from "../../embedviz/dashboard/component/input.mjs";
import { clip, Occupancy, placeLabels } from "../../embedviz/dashboard/component/labels.mjs";
import { opacityAt } from "../../embedviz/dashboard/component/regions.mjs";
import { isDark, mix, rgb } from "../../embedviz/dashboard/component/theme.mjs";
import {
  boundingBox, Camera, column, fit, nearest, row, zoom,
} from "../../embedviz/dashboard/component/view.mjs";

const f32 = (...values) => Float32Array.from(values);

test("fit shows the whole box, equally scaled, upright", () => {
  const view = fit({ left: -1, right: 3, bottom: 0, top: 1 }, 800, 600);
  for (const [x, y] of [[-1, 0], [3, 1]]) {
    assert.ok(column(view, x) >= 0 && column(view, x) <= 800);
    assert.ok(row(view, y) >= 0 && row(view, y) <= 600);
  }
  assert.ok(row(view, 1) < row(view, 0), "up is up");
  assert.equal(column(view, 1), 400);
});

test("a box of one word, of none, and of chosen ids", () => {
  assert.deepEqual(boundingBox(f32(2), f32(5)), { left: 1, right: 3, bottom: 4, top: 6 });
  assert.deepEqual(boundingBox(f32(), f32()), { left: -1, right: 1, bottom: -1, top: 1 });
  assert.deepEqual(
    boundingBox(f32(0, 9, 1), f32(0, 9, 2), [0, 2]), { left: 0, right: 1, bottom: 0, top: 2 },
  );
});

test("the outermost few words do not shrink the map", () => {
  const xs = Float32Array.from({ length: 1000 }, (_, i) => (i === 0 ? 1e6 : i / 1000));
  assert.ok(boundingBox(xs, xs).right < 2);
});

test("zoom keeps what is under the pointer, and stops at its limits", () => {
  const whole = { scale: 10, x: 100, y: 100 };
  const nearer = zoom(whole, 2, 130, 80, whole);
  assert.equal(nearer.scale, 20);
  assert.equal(column(nearer, 3), 130);
  assert.equal(row(nearer, 2), 80);
  assert.ok(zoom(whole, 1e9, 0, 0, whole).scale <= 4000);
  assert.ok(zoom(whole, 1e-9, 0, 0, whole).scale >= 4);
});

test("the camera knows whether someone moved, and finds what is out of sight", () => {
  const camera = new Camera();
  camera.fit({ left: 0, right: 1, bottom: 0, top: 1 }, 400, 400);
  assert.equal(camera.moved, false);
  assert.equal(camera.viewContaining({ x: 0.5, y: 0.5 }, 400, 400), camera.view);
  const there = camera.viewContaining({ x: 50, y: 0.5 }, 400, 400);
  assert.ok(Math.abs(column(there, 50) - 200) < 1e-9);
  camera.pan(3, 4);
  assert.ok(camera.moved);
});

test("nearest finds the closest word within reach, labelled words first", () => {
  const [xs, ys] = [f32(0, 1, 5), f32(0, 0, 0)];
  const view = { scale: 10, x: 0, y: 0 };
  assert.equal(nearest(xs, ys, view, 4, 0, 14), 0);
  assert.equal(nearest(xs, ys, view, 4, 0, 14, (id) => (id === 1 ? 6 : 0)), 1);
  assert.equal(nearest(xs, ys, view, 30, 0, 14), -1);
  assert.equal(nearest(f32(), f32(), view, 0, 0, 14), -1);
});

test("densities add up, and stay inside the raster", () => {
  const raster = new Uint16Array(100);
  accumulate(raster, 10, 10, f32(5, 5, 99, -3), f32(5, 5, 5, 5), { scale: 1, x: 0, y: 10 }, 1);
  assert.equal(raster[55], 128);
  assert.equal(raster[0], 0);
  const many = new Float32Array(5000).fill(5);
  accumulate(raster, 10, 10, many, many, { scale: 1, x: 0, y: 10 }, 1);
  assert.equal(raster[55], 4096);
});

test("a sample of the words stands for all", () => {
  const raster = new Uint16Array(100);
  const many = new Float32Array(9).fill(5);
  accumulate(raster, 10, 10, many, many, { scale: 1, x: 0, y: 10 }, 1, 4);
  assert.equal(raster[55], 3 * 4 * 64);
});

test("of very many words a sample is drawn while the view moves, and all of them at rest", async () => {
  const sums = [];
  const canvas = { width: 10, height: 10 };
  const context = {
    canvas, createImageData: (width, height) => ({ width, height, data: new Uint8ClampedArray(4 * width * height) }),
    putImageData: () => sums.push(layer.raster[55]),
  };
  const layer = new DensityLayer({ getContext: () => context });
  const n = 600_000;
  const [xs, ys] = [new Float32Array(n).fill(99), new Float32Array(n).fill(5)];
  xs[1] = 5; // not in the sample
  for (let i = 0; i < 3; i++) layer.draw(xs, ys, { scale: 1, x: 0, y: 10 }, 1, 1, [0, 0, 0]);
  await new Promise((done) => setTimeout(done, 400));
  assert.deepEqual(sums, [0, 0, 0, 64]);
  new DensityLayer({ getContext: () => context }, true).draw(xs, ys, { scale: 1, x: 0, y: 10 }, 1, 1, [0, 0, 0]);
  assert.equal(sums.length, 5, "a picture is drawn once");
});

test("a dot is round and full in the middle", () => {
  const { offsets, amounts, reach } = dotKernel(1.5, 100);
  assert.equal(reach, 2);
  assert.equal(amounts[offsets.indexOf(0)], 64);
  assert.ok(!offsets.includes(-2 * 100 - 2));
});

test("colours grow with the density up to a limit", () => {
  const table = colourTable([1, 2, 3], 0.2, 0.75);
  const alpha = (amount) => table[amount] >>> 24;
  assert.equal(table[0], 0);
  assert.ok(alpha(64) < alpha(256) && alpha(256) < alpha(4096));
  assert.ok(alpha(4096) <= 192);
  assert.equal(table[64] & 0xffffff, 0x030201);
  assert.ok(dotStyle(200_000, 1).radius < dotStyle(100, 1).radius);
});

test("a place is taken once, and never outside", () => {
  const grid = new Occupancy(120, 60);
  assert.ok(grid.take(10, 10, 30, 15));
  assert.ok(!grid.take(35, 20, 30, 15));
  assert.ok(grid.take(60, 10, 30, 15));
  assert.ok(!grid.take(100, 10, 60, 15));
  assert.ok(!grid.take(-1, 10, 5, 5));
  grid.block(-50, -50, 500, 500);
  assert.ok(!grid.take(0, 40, 5, 5));
});

test("labels never overlap, and the first come first", () => {
  const places = Array.from({ length: 60 }, (_, i) => ({ x: 20 + (i % 10) * 9, y: 20 + i }));
  const labels = placeLabels(places.keys(), {
    at: (id) => places[id], text: (id) => `w${id}`, measure: () => 24, lineHeight: 16, gap: 5, maxLabels: 60,
  }, new Occupancy(200, 120));
  assert.equal(labels[0].id, 0);
  assert.ok(labels.length > 3 && labels.length < 60);
  for (const a of labels) {
    for (const b of labels) {
      if (a === b) continue;
      const apart = a.x + a.width <= b.x || b.x + b.width <= a.x || Math.abs(a.y - b.y) >= 16;
      assert.ok(apart, `${a.text} over ${b.text}`);
    }
  }
});

const HEIGHT = 17;

/** The arrows between places, and the boxes of their names. */
function arrowsBetween(places, pairs, { width = 1400, height = 680, isNamed = () => false } = {}) {
  const found = placeArrows([{ label: "", style: 0, pairs }], {
    at: (id) => places[id], text: (id) => `word${id}`, measure: (text) => 8 * text.length,
    lineHeight: HEIGHT, isNamed, width, height,
  }, new Occupancy(width, height));
  const boxes = found.names.map(({ x, y, width: wide }) => [x, y - HEIGHT / 2, x + wide, y + HEIGHT / 2]);
  return { ...found, boxes };
}

test("on an empty map a name stands beside its word, wherever the word is", () => {
  for (let x = 200; x < 212; x++) {
    for (let y = 200; y < 212; y++) {
      const { names } = arrowsBetween([{ x, y }, { x: x + 300, y: y + 100 }], [[0, 1]]);
      assert.deepEqual(names.map((name) => name.leader), [undefined, undefined]);
    }
  }
});

test("both ends of every arrow are named, and names cover neither names nor words", () => {
  const places = Array.from({ length: 72 }, (_, i) => ({
    x: 700 + 190 * Math.sin(i * 2.4) * Math.sqrt(i / 72), y: 340 + 150 * Math.cos(i * 2.4) * Math.sqrt(i / 72),
  }));
  const pairs = Array.from({ length: 36 }, (_, i) => [2 * i, 2 * i + 1]);
  const { arrows, names, boxes, nVisible } = arrowsBetween(places, pairs);
  assert.equal(nVisible, 36);
  assert.ok(arrows.length >= 30, `${arrows.length} arrows`);
  const named = new Set(names.map((name) => name.id));
  for (const { source, target } of arrows) assert.ok(named.has(source) && named.has(target));
  assert.equal(named.size, 2 * arrows.length);
  boxes.forEach(([left, top, right, bottom], i) => {
    for (const [otherLeft, otherTop, otherRight, otherBottom] of boxes.slice(i + 1)) {
      assert.ok(right <= otherLeft || otherRight <= left || bottom <= otherTop || otherBottom <= top);
    }
    for (const { x, y } of places) assert.ok(x < left || x > right || y < top || y > bottom);
  });
  for (const { leader, x, y, width } of names) {
    if (!leader) continue;
    const [, end] = leader;
    assert.ok(end.x >= x - 3 && end.x <= x + width + 3 && Math.abs(end.y - y) <= HEIGHT, "a line ends at its name");
  }
});

test("an arrow without room for both names is left out, one that leaves the map is not", () => {
  const [wide, small] = [{ x: 60, y: 20 }, { x: 66, y: 26 }];
  assert.equal(arrowsBetween([wide, small], [[0, 1]], { width: 120, height: 20 }).arrows.length, 0);
  const { arrows, names } = arrowsBetween([wide, { x: -500, y: 20 }], [[0, 1]], { width: 120, height: 60 });
  assert.deepEqual([arrows.length, names.map((name) => name.id)], [1, [0]]);
  assert.equal(arrowsBetween([{ x: -5, y: 0 }, { x: -9, y: 0 }], [[0, 1]]).nVisible, 0);
});

test("a word that is named already gets no second name", () => {
  const { arrows, names } = arrowsBetween([{ x: 100, y: 100 }, { x: 300, y: 100 }], [[0, 1]], { isNamed: (id) => id === 0 });
  assert.deepEqual([arrows.length, names.map((name) => name.id)], [1, [1]]);
});

test("words that would break a line or the map are clipped", () => {
  assert.equal(clip("king"), "king");
  assert.equal([...clip("x".repeat(10_000))].length, 33);
  assert.ok(!/[\n\u202e]/.test(clip("a\nb\u202ec")));
  assert.equal(clip("😀".repeat(3), 2), "😀😀…");
  assert.equal(clip("<script>"), "<script>");
});

test("an arrow keeps clear of its words and points the right way", () => {
  const shape = arrowShape(0, 0, 100, 0, 5, 9);
  assert.deepEqual(shape.shaft, [5, 0, 86, 0]);
  assert.deepEqual(shape.head[0], [95, 0]);
  assert.equal(arrowShape(0, 0, 8, 0, 5, 9), null);
});

test("no two of the twelve families share both colour and dash", () => {
  for (const dark of [false, true]) {
    const styles = Array.from({ length: 12 }, (_, i) => JSON.stringify(familyStyle(i, dark)));
    assert.equal(new Set(styles).size, 12);
  }
  const three = [0, 1, 2].map((i) => familyStyle(i, false).dash.join());
  assert.equal(new Set(three).size, 3);
});

test("families take turns in getting labels", () => {
  const ends = (families) => interleavePairs(families).map(({ source, target }) => [source, target]);
  assert.deepEqual(ends([{ pairs: [[0, 1], [2, 3]] }, { pairs: [[4, 5]] }]), [[0, 1], [4, 5], [2, 3]]);
  assert.deepEqual(ends([]), []);
});

test("colours are read and mixed", () => {
  assert.deepEqual(rgb("#2A3FC4"), [42, 63, 196]);
  assert.deepEqual(rgb("#fff"), [255, 255, 255]);
  assert.deepEqual(rgb("rgb(1, 2, 3)"), [1, 2, 3]);
  assert.equal(mix("#000000", "#ffffff", 0.5), "rgb(128, 128, 128)");
  assert.ok(isDark("#11151C") && !isDark("#FFFFFF"));
});

test("the family colours stand out on both grounds", () => {
  const luminance = (colour) => {
    const [r, g, b] = rgb(colour).map((v) => (v / 255 <= 0.04045 ? v / 3294.6 : ((v / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  for (const [background, dark] of [["#ffffff", false], ["#11151c", true]]) {
    for (let style = 0; style < 6; style++) {
      const [a, b] = [luminance(familyStyle(style, dark).colour), luminance(background)];
      assert.ok((Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05) >= 4.5);
    }
  }
});

test("two fingers have a middle and a spread", () => {
  const pointers = new Map([[1, { x: 0, y: 0 }], [2, { x: 6, y: 8 }]]);
  assert.deepEqual(gesture(pointers), { x: 3, y: 4, spread: 10 });
  pointers.delete(2);
  assert.equal(gesture(pointers).spread, 0);
});

test("the legend stands where it hides least", () => {
  const [box, frame] = [{ width: 10, height: 10 }, { width: 100, height: 100 }];
  assert.equal(emptiestCorner([], box, frame), "bottom left");
  assert.equal(emptiestCorner([[5, 95]], box, frame), "top left");
  assert.equal(emptiestCorner([[5, 95], [5, 5]], box, frame), "bottom right");
});

test("names of areas give way to those of their parts", () => {
  const sums = [0.4, 1, 1.3, 1.6, 2, 3, 4, 10, 300].map((zoom) =>
    [0, 1, 2].map((level) => opacityAt(level, zoom)));
  for (const levels of sums) {
    assert.ok(levels.every((one) => one >= 0 && one <= 1));
    const sum = levels.reduce((a, b) => a + b);
    assert.ok(sum > 0.99 && sum < 1.01, "one level goes as the next one comes");
  }
  assert.deepEqual(sums[1], [1, 0, 0]);
  assert.deepEqual(sums.at(-1), [0, 0, 1]);
});
