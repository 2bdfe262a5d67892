// Tests of interaction with the word map: rotating, selecting, stepping, keys.

import assert from "node:assert/strict";
import { test } from "node:test";

import { ArrowFocus, arrowAt } from "../../embedviz/dashboard/component/arrow_focus.mjs";
import { arrowContent, describeWord, rankAndCount, stable } from "../../embedviz/dashboard/component/card.mjs";
import { PointCloud } from "../../embedviz/dashboard/component/point_cloud.mjs";
import { Interaction } from "../../embedviz/dashboard/component/interaction.mjs";
import { dragTool, keyAction } from "../../embedviz/dashboard/component/input.mjs";
import { ease, interpolate, Transition } from "../../embedviz/dashboard/component/animation.mjs";
import { EMPTY_OVERLAY } from "../../embedviz/dashboard/component/paint.mjs";
import {
  idsInside, isInside, MOST_SELECTED, outlineOf, toggleId,
} from "../../embedviz/dashboard/component/selection.mjs";
import { OBLIQUE, axes, FRONT, projectAll, rotate, projectPoint } from "../../embedviz/dashboard/component/rotation.mjs";
import { Camera, extendBox, placeAt } from "../../embedviz/dashboard/component/view.mjs";

const f32 = (...values) => Float32Array.from(values);
const near = (a, b, slack = 1e-5) => assert.ok(Math.abs(a - b) < slack, `${a} is not ${b}`);
const PIVOT = { x: 0, y: 0, z: 0, radius: 1 };

// -- rotating --

test("from the front the map is flat: nothing moves, whatever the depth", () => {
  const places = { xs: f32(1, 2), ys: f32(3, 4), zs: f32(0.5, -0.5) };
  assert.equal(projectAll(places, PIVOT, FRONT).xs, places.xs);
  const flat = { xs: f32(1), ys: f32(2), zs: null };
  assert.equal(projectAll(flat, PIVOT, OBLIQUE).xs, flat.xs, "without a third axis nothing turns");
});

test("a quarter turn shows the third axis where the first was", () => {
  const seen = projectPoint({ x: 0, y: 0, z: 0.5 }, PIVOT, { yaw: Math.PI / 2, pitch: 0 });
  near(seen.x, 0.5);
  near(seen.y, 0);
});

test("what is nearer is seen larger, and never turned inside out", () => {
  const angles = { yaw: 0, pitch: 0.5 };
  const close = projectPoint({ x: 1, y: 0, z: 0.9 }, PIVOT, angles);
  const far = projectPoint({ x: 1, y: 0, z: -0.9 }, PIVOT, angles);
  assert.ok(close.x > 1 && far.x < 1);
  const beyond = projectPoint({ x: 1, y: 0, z: 1e6 }, PIVOT, angles);
  near(beyond.x, 2);
});

test("the middle stays where it is at every angle", () => {
  const pivot = { x: 3, y: -2, z: 7, radius: 2 };
  for (const yaw of [-3, -1, 0.2, 2]) {
    const seen = projectPoint(pivot, pivot, { yaw, pitch: 0.7 });
    near(seen.x, 3);
    near(seen.y, -2);
  }
});

test("a turn is smooth where it begins", () => {
  const place = { x: 0.8, y: 0.3, z: 0.9 };
  const seen = projectPoint(place, PIVOT, { yaw: 1e-4, pitch: 0 });
  near(seen.x, 0.8, 1e-3);
  near(seen.y, 0.3, 1e-3);
});

test("the map is never turned upside down", () => {
  const angles = rotate(rotate(FRONT, 0, 5), 9, 0);
  assert.equal(angles.pitch, Math.PI / 2);
  assert.equal(angles.yaw, 9);
  assert.equal(rotate(FRONT, 0, -5).pitch, -Math.PI / 2);
});

test("the three axes start in the middle and are named", () => {
  const lines = axes({ ...PIVOT, x: 1 }, FRONT);
  assert.deepEqual(lines.map(({ name }) => name), ["axis 1", "axis 2", "axis 3"]);
  assert.deepEqual(lines[0].from, { x: 1, y: 0 });
  assert.deepEqual(lines[0].to, { x: 2, y: 0 });
});

test("a cloud rotates about the words of the arrows; a flat one does not rotate", () => {
  const cloud = new PointCloud();
  const points = { ranks: Int32Array.of(1, 2, 3), word: String, version: "v" };
  cloud.set({ ...points, xs: f32(0, 2, 90), ys: f32(0, 2, 0), zs: f32(-1, 1, 0) });
  cloud.centreOn([0, 1]);
  assert.deepEqual(cloud.pivot, { x: 1, y: 1, z: 0, radius: 1 });
  assert.equal(cloud.initialAngles(3), OBLIQUE);
  assert.equal(cloud.initialAngles(2), FRONT);
  cloud.rotate(1, 0);
  const seen = cloud.project({ x: 0, y: 0, z: -1 });
  near(cloud.projected.xs[0], seen.x);
  cloud.set({ ...points, xs: f32(0, 1, 2), ys: f32(0, 1, 2), zs: null });
  cloud.rotate(1, 1);
  assert.deepEqual([cloud.angles, cloud.initialAngles(3)], [FRONT, FRONT]);
});

test("a box is extended by places outside it", () => {
  const box = extendBox({ left: 0, right: 1, bottom: 0, top: 1 }, [{ x: -2, y: 0.5 }, { x: 0.5, y: 3 }]);
  assert.deepEqual(box, { left: -2, right: 1, bottom: 0, top: 3 });
});

// -- selecting --

const VIEW = { scale: 10, x: 0, y: 100 };

test("a box is drawn in any direction, and holds the words inside", () => {
  const corners = outlineOf("box", [{ x: 50, y: 90 }, { x: 30, y: 20 }, { x: 5, y: 40 }]);
  assert.equal(corners.length, 4);
  assert.deepEqual(idsInside(f32(1, 3, 3, 9), f32(3, 3, 9, 3), VIEW, corners), [0, 1]);
});

test("a lasso follows its bends", () => {
  const bent = [[0, 0], [10, 0], [10, 10], [5, 2], [0, 10]].map(([x, y]) => ({ x, y }));
  assert.ok(isInside(bent, 2, 3) && isInside(bent, 8, 3));
  assert.ok(!isInside(bent, 5, 8), "in the notch");
  assert.ok(!isInside(bent, 12, 3));
  assert.ok(!isInside([], 0, 0));
});

test("a word is taken in and out of the selection, which does not grow for ever", () => {
  assert.deepEqual(toggleId([1, 2], 3), [1, 2, 3]);
  assert.deepEqual(toggleId([1, 2, 3], 2), [1, 3]);
  const full = Array.from({ length: MOST_SELECTED }, (_, i) => i);
  assert.equal(toggleId(full, 999).length, MOST_SELECTED);
  assert.ok(toggleId(full, 999).includes(999));
});

// -- card --

test("the card shows rank, frequency and the nearest", () => {
  const facts = { rank: 1200, count: 3456, near: ["prince", "x".repeat(99)] };
  assert.equal(rankAndCount({ word: "king", rank: 1200, facts }), "rank 1,200 · 3,456 times");
  assert.equal(rankAndCount({ word: "a", rank: 1, facts: { rank: 1, count: 1, near: [] } }), "rank 1 · 1 time");
  assert.equal(rankAndCount({ word: "a", rank: 1, facts: { rank: 1, count: null, near: [] } }), "rank 1");
  assert.match(describeWord({ word: "king", rank: 1200, facts }), /^king, rank 1,200, 3,456 times, nearest: prince, x{32}…$/);
  assert.equal(describeWord({ word: "king", rank: 2, facts: undefined }), "king, rank 2");
  assert.equal(stable({ facts }), "");
  assert.equal(stable({ facts: { ...facts, stability: 0.842 } }), " · 84 % stable over seeds");
});

// -- transitions --

test("a transition starts and ends gently, exactly where it should", () => {
  assert.deepEqual([ease(0), ease(0.5), ease(1)], [0, 0.5, 1]);
  assert.ok(ease(0.1) < 0.1);
  const to = { x: 2, y: 8 };
  assert.deepEqual(interpolate({ x: 0, y: 4 }, to, 0.5), { x: 1, y: 6 });
  assert.equal(interpolate({ x: 0, y: 4 }, to, 1), to);
});

test("reduced motion: one step, at once", () => {
  globalThis.matchMedia = () => ({ matches: true });
  globalThis.cancelAnimationFrame = () => {};
  globalThis.requestAnimationFrame = () => assert.fail("moved");
  const shares = [];
  new Transition().start((share) => shares.push(share));
  assert.deepEqual(shares, [1]);
});

// -- keys and drags --

test("keys trigger the documented actions", () => {
  const done = [];
  const actions = new Proxy({}, { get: (_, name) => (...args) => done.push([name, ...args]) });
  const keys = ["ArrowLeft", "+", "-", "0", "n", "P", "b", "l", "m", "Enter", " ", "Escape", "/"];
  for (const key of keys) keyAction(key, actions)();
  keyAction("ArrowLeft", actions, true)();
  assert.deepEqual(done.map(([name]) => name), [
    "drag", "zoomCentre", "zoomCentre", "reset", "step", "step", "setTool", "setTool", "setTool", "choose",
    "toggle", "clear", "focusSearch", "pan",
  ]);
  assert.equal(keyAction("Tab", actions), undefined);
  assert.equal(keyAction("toString", actions), undefined);
});

test("Shift draws a box and Alt a lasso, whatever tool is chosen", () => {
  assert.equal(dragTool({ shiftKey: true, altKey: false }, "lasso"), "box");
  assert.equal(dragTool({ shiftKey: false, altKey: true }, "move"), "lasso");
  assert.equal(dragTool({ shiftKey: false, altKey: false }, "box"), "box");
});

/** A map without a page. */
function standIn(dims = 2) {
  const reported = [];
  const cloud = new PointCloud();
  cloud.set({
    xs: f32(1, 2, 3), ys: f32(1, 2, 3), zs: f32(0, 0, 0), ranks: Int32Array.of(1, 2, 3),
    word: (id) => "abc"[id], version: "v",
  });
  const map = {
    cloud, camera: new Camera(), transition: { stop() {} }, overlay: { ...EMPTY_OVERLAY, dims },
    labelled: [2, 0], frame: { style: {} }, width: 100, height: 100,
    ui: {
      announced: [], counts: [], toolbar: { show() {} },
      announce(text) { this.announced.push(text); }, showCount(text) { this.counts.push(text); },
    },
    requestDraw() {}, viewChanged() {}, pixel: () => [0, 0],
    callbacks: {
      picked: (rank) => reported.push(["picked", rank]),
      placed: (place) => reported.push(["placed", place]),
      selected: (words) => reported.push(["selected", words]),
      focused: () => {}, requested: (rank) => reported.push(["requested", rank]),
    },
  };
  map.camera.view = VIEW;
  return { map, reported, interaction: new Interaction(map) };
}

test("stepping goes through the labelled words and announces each", () => {
  const { map, reported, interaction } = standIn();
  for (let i = 0; i < 3; i++) interaction.step(1);
  assert.deepEqual(map.ui.announced, ["c, rank 3", "a, rank 1", "c, rank 3"]);
  interaction.pointer.receiveFacts({ rank: 3, count: 7, near: ["b"] });
  assert.equal(map.ui.announced.at(-1), "c, rank 3, 7 times, nearest: b");
  interaction.choose();
  interaction.toggle();
  assert.deepEqual(reported, [["picked", 3], ["selected", ["c"]]]);
  interaction.clearState();
});

test("an arrow under the pointer stands out, and so do those of the word under it", () => {
  const family = { label: "f", style: 0, pairs: [[0, 1], [1, 2]] };
  const arrows = family.pairs.map(([source, target]) => ({ family, source, target }));
  const pixel = (id) => [[0, 0], [100, 0], [100, 80]][id];
  assert.equal(arrowAt(arrows, pixel, 50, 4), arrows[0]);
  assert.equal(arrowAt(arrows, pixel, 50, 9), null);
  assert.equal(arrowAt(arrows, pixel, 96, 40), arrows[1]);
  const focus = new ArrowFocus();
  assert.equal(focus.test(-1, arrows), null, "none stands out");
  assert.deepEqual(arrows.filter(focus.test(1, arrows)), arrows);
  assert.deepEqual(arrows.filter(focus.test(0, arrows)), [arrows[0]]);
  focus.hovered = { ...arrows[1] }; // as of an earlier frame
  assert.deepEqual(arrows.filter(focus.test(0, arrows)), [arrows[1]]);
  const content = arrowContent(arrows[1], (id) => "abc"[id], pixel);
  assert.deepEqual([content.pair, content.word, content.at], ["b → c", "f", [100, 40]]);
});

test("the legend hides a family and shows it again", () => {
  const focus = new ArrowFocus();
  const families = [{ label: "a" }, { label: "b" }];
  focus.toggle("a");
  assert.deepEqual(focus.visible(families), [{ label: "b" }]);
  focus.toggle("a");
  assert.equal(focus.visible(families).length, 2);
});

test("facts are requested after a word was hovered for a while, and only once", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const { reported, interaction } = standIn();
  interaction.pointer.setHovered(0);
  interaction.pointer.setHovered(1); // passing over a word requests nothing
  context.mock.timers.tick(1000);
  assert.deepEqual(reported, [["requested", 2]]);
  interaction.pointer.receiveFacts({ rank: 2, count: null, near: [] });
  interaction.pointer.setHovered(-1);
  interaction.pointer.setHovered(1);
  context.mock.timers.tick(1000);
  assert.equal(reported.length, 1);
});

test("a box reports the words to Python, and how many there were", () => {
  const { map, reported, interaction } = standIn();
  interaction.enclose("box", [{ x: 5, y: 95 }, { x: 25, y: 75 }]);
  assert.deepEqual(reported, [["selected", ["a", "b"]]]);
  assert.equal(map.ui.counts.at(-1), "2 selected");
  interaction.select([0], 500);
  assert.equal(map.ui.counts.at(-1), "1 most frequent of 500 words selected");
  interaction.clear();
  assert.deepEqual(reported.at(-1), ["selected", []]);
  interaction.clear();
  assert.deepEqual(reported.at(-1), ["picked", 0], "a second Escape clears the search");
});

test("a click beside all words reports the place, but not of a rotated plane", () => {
  const flat = standIn(2);
  flat.interaction.pick(60, 40, false, false);
  flat.interaction.pick(60, 40, true, false); // extends a selection of words
  flat.interaction.pick(10, 90, false, true); // on a word
  assert.deepEqual(flat.reported, [["placed", placeAt(VIEW, 60, 40)], ["placed", placeAt(VIEW, 10, 90)]]);
  const deep = standIn(3);
  deep.interaction.pick(60, 40, false, false);
  assert.deepEqual(deep.reported, []);
});

test("a drag turns in three dimensions and pans in two", () => {
  const flat = standIn(2);
  flat.interaction.drag(10, 0);
  assert.equal(flat.map.camera.view.x, 10);
  assert.deepEqual(flat.map.cloud.angles, FRONT);
  const deep = standIn(3);
  deep.interaction.drag(10, 0);
  assert.equal(deep.map.camera.view.x, 0);
  assert.ok(deep.map.cloud.angles.yaw > 0);
});
