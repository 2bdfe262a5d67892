// Tests of messages to Python: one after the other, as each carries the values of all widgets.

import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { sendInTurn } from "../../embedviz/dashboard/component/messages.mjs";

let state = "notRunning";
let sent = [];
globalThis.window = globalThis;
globalThis.document = { querySelector: () => ({ getAttribute: () => state }) };
mock.timers.enable({ apis: ["setTimeout"] });
/** @param {number} milliseconds */
const pass = (milliseconds) => {
  for (let i = 0; i < milliseconds; i += 10) mock.timers.tick(10);
};
beforeEach(() => {
  pass(1000);
  sent = [];
});

/** A message that makes the page busy, as Streamlit does. */
const message = (text) => () => {
  sent.push(text);
  state = "rerunRequested";
};

test("a message is sent at once, the next after the answer", () => {
  sendInTurn("picked", message("a"));
  assert.deepEqual(sent, ["a"]);
  sendInTurn("requested", message("b"));
  state = "running";
  pass(5000);
  assert.deepEqual(sent, ["a"], "the page still answers");
  state = "notRunning";
  pass(100);
  assert.deepEqual(sent, ["a", "b"]);
  state = "notRunning";
});

test("of a name, only the newest is sent", () => {
  state = "running";
  sendInTurn("requested", message("a"));
  sendInTurn("picked", message("b"));
  sendInTurn("requested", message("c"));
  state = "notRunning";
  pass(100);
  assert.deepEqual(sent, ["b"]);
  state = "notRunning";
  pass(100);
  assert.deepEqual(sent, ["b", "c"]);
  state = "notRunning";
});

test("two messages of one moment do not overtake an answer that has not begun", () => {
  sendInTurn("picked", () => sent.push("a"));
  sendInTurn("placed", () => sent.push("b"));
  assert.deepEqual(sent, ["a"]);
  pass(100);
  assert.deepEqual(sent, ["a", "b"]);
});
