// Tests of what is said of a net's heads: node --test tests/dashboard/*.mjs

import assert from "node:assert/strict";
import { test } from "node:test";

import { placesOf, sayCharacter, sayLooks, stripes, visible } from "../../embedviz/dashboard/component/looks.mjs";

test("characters without a look of their own are shown", () => {
  assert.deepEqual(["\n", " ", "a"].map(visible), ["↵", "\u00a0", "a"]);
});

test("each character has a line and a column", () => {
  assert.deepEqual(placesOf("a=\nb").map(({ line, column }) => [line, column]), [[1, 1], [1, 2], [1, 3], [2, 1]]);
});

test("only weights of interest are said", () => {
  const looks = [[0, 3, 0.92], [1, 3, 0.04], [1, 5, 0.1]];
  assert.equal(sayLooks(looks, (place) => `p${place}`), "head 1 at p3 92 %, head 2 at p5 10 %");
  assert.equal(sayLooks([], String), "");
});

test("each head has a stripe, darker with its weight", () => {
  const found = stripes([1, 0]);
  assert.match(found, /var\(--head-0\) 64%, transparent\) 0\.0% 50\.0%, transparent 50\.0% 100\.0%/);
  assert.match(stripes([0.5, 0.25]), /--head-0\) 38%.*--head-1\) 25%/);
});

test("a character is said with its places in the program and in the trace", () => {
  const data = {
    source: "a=7\nprint(a)", program: [[], [[0, 2, 0.9]]], own: [[], [[1, 0, 0.5]]], probabilities: [1, 0.9987],
  };
  assert.equal(sayCharacter(data, "a7", 0), "Character 1 of 2: “a”, probability 100.0 %.");
  assert.equal(
    sayCharacter(data, "a7", 1),
    "Character 2 of 2: “7”, probability 99.9 %. Looks: head 1 at “7” (line 1, column 3) 90 %; " +
      "head 2 at “a” (character 1 of the trace) 50 %.",
  );
});
