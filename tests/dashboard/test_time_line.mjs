// Tests of the trails of words through a series of moments: node --test tests/dashboard/*.mjs

import assert from "node:assert/strict";
import { test } from "node:test";

import { drawTrails, setTrails, Trails } from "../../embedviz/dashboard/component/trails.mjs";

const f32 = (...values) => Float32Array.from(values);
// two words at three moments
const made = () => new Trails(f32(0, 10, 2, 20, 4, 40), f32(0, -1, 1, -2, 2, -4), 3, "v");

test("a series begins at its end, and places lie between those of the two moments", () => {
  const trails = made();
  assert.equal(trails.time, 2);
  assert.deepEqual([...trails.places().xs], [4, 40]);
  trails.time = 0.5;
  assert.deepEqual([...trails.places().xs], [1, 15]);
  assert.deepEqual([...trails.places().ys], [0.5, -1.5]);
  trails.time = 0;
  assert.deepEqual([...trails.places().xs], [0, 10]);
});

test("the view has room for where the words of arrows have been", () => {
  const trails = made();
  assert.deepEqual(trails.corners([0], "v"), [{ x: 0, y: 0 }, { x: 4, y: 2 }]);
  assert.deepEqual(trails.corners([0, 1], "v"), [{ x: 0, y: -4 }, { x: 40, y: 2 }]);
  assert.deepEqual(trails.corners([], "v"), []);
  assert.deepEqual(trails.corners([0], "other words"), []);
});

const mapOf = (version) => {
  const done = [];
  return {
    version, done, camera: { moved: false },
    cloud: { points: { xs: f32(4, 40), ys: f32(2, -4), zs: null }, angles: 1, setAngles: () => done.push("angles") },
    viewChanged: () => done.push("drawn"), resetView: () => done.push("fitted"),
  };
};

test("a map shows a series of its own words only, and keeps a view that was moved", () => {
  const trails = made();
  trails.time = 1;
  const map = mapOf("v");
  setTrails(map, trails);
  assert.deepEqual([...map.cloud.points.xs], [2, 20]);
  assert.deepEqual(map.done, ["angles", "drawn", "fitted"]);
  const moved = mapOf("v");
  moved.camera.moved = true;
  setTrails(moved, trails);
  assert.ok(!moved.done.includes("fitted"));
  const other = mapOf("other words");
  setTrails(other, trails);
  assert.deepEqual(other.done, []);
});

test("trails lead to where the words are now, and no further", () => {
  const trails = made();
  trails.time = 0.5;
  const { xs, ys } = trails.places();
  const lines = [];
  const context = {
    setLineDash() {}, beginPath() {}, stroke() {},
    moveTo: (x, y) => lines.push([x, y]), lineTo: (x, y) => lines.at(-1).push(x, y),
  };
  const arrow = { family: { style: 0 }, source: 0, target: 1 };
  const scene = { trails, xs, ys, view: { scale: 1, x: 0, y: 0 }, theme: { dark: false }, standsOut: () => null };
  drawTrails(context, scene, [arrow]);
  assert.deepEqual(lines.map((line) => line.map((value) => value + 0)), [[0, 0, 1, -0.5], [10, 1, 15, 1.5]]);
  trails.time = 2;
  lines.length = 0;
  drawTrails(context, { ...scene, ...trails.places() }, [arrow]);
  assert.equal(lines.length, 4);
});
