// Tests of the search in vectors of bytes, for exported sites.

import assert from "node:assert/strict";
import { test } from "node:test";

import { QuantisedVectors, scaled, vectorLength, weightedSum } from "../../embedviz/dashboard/component/quantised.mjs";

const base64 = (/** @type {ArrayBufferView} */ view) => Buffer.from(view.buffer).toString("base64");
const vectors = new QuantisedVectors({
  numbers: base64(Int8Array.of(127, 0, 0, 127, 90, 90, -127, 0)),
  scales: base64(Float32Array.of(1 / 127, 1 / 127, 1 / 127, 1 / 127)),
  n_dims: 2,
});

test("a row is its numbers times its scale", () => {
  assert.equal(vectors.size, 4);
  assert.deepEqual([...vectors.row(3)], [-1, 0]);
});

test("the nearest rows come first, whatever the length of the direction, without those left out", () => {
  const rows = (/** @type {any} */ found) => found.map((/** @type {any} */ one) => one.row);
  assert.deepEqual(rows(vectors.nearestRows([5, 1], 4)), [0, 2, 1, 3]);
  assert.deepEqual(rows(vectors.nearestRows([5, 1], 2, [0])), [2, 1]);
  assert.ok(Math.abs(vectors.nearestRows([0, 9], 1)[0].cosine - 1) < 1e-6);
});

test("sums and lengths", () => {
  assert.deepEqual([...weightedSum([[1, [1, 2]], [-2, [0, 1]]])], [1, 0]);
  assert.equal(vectorLength(scaled([3, 4], 2)), 10);
});
