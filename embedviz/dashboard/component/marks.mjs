// Highlighted words: the searched word and its nearest words, the selection, and the parallelogram.

import { arrowShape, drawArrow, familyStyle } from "./arrows.mjs";
import { clip, placeLabels } from "./labels.mjs";
import { column, row } from "./view.mjs";

export const LINE_HEIGHT = 17;

/** @typedef {import("./paint.mjs").Scene} Scene */
/** @typedef {import("./paint.mjs").Mark} Mark */
/** @typedef {{mark: Mark, x: number, y: number}} ScreenMark  A mark and its pixel position. */

/** @param {CanvasRenderingContext2D} context @param {number} x @param {number} y @param {number} radius */
export function circle(context, x, y, radius) {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
}

/** @param {Scene} scene @param {Mark} mark @returns {ScreenMark} */
function locate({ view, place }, mark) {
  const { x, y } = place(mark);
  return { mark, x: column(view, x), y: row(view, y) };
}

/** List the marks: the chosen word, the corners of the parallelogram, the nearest words. @param {Scene} scene */
export function marksOf(scene) {
  const { chosen, near, parallelogram } = scene.overlay;
  const marks = [...(chosen ? [chosen] : []), ...parallelogram, ...near];
  return marks.map((mark) => locate(scene, mark));
}

/** Draw rings around the marks, and dots on the selected words. @param {CanvasRenderingContext2D} context @param {Scene} scene */
export function drawRings(context, scene) {
  const { xs, ys, view, overlay, theme } = scene;
  for (const { mark, x, y } of marksOf(scene)) {
    if (!mark.rank) { // a place without a word
      if (mark === overlay.chosen) diamond(context, { mark, x, y }, theme);
      continue;
    }
    context.strokeStyle = theme.primary;
    context.lineWidth = mark === overlay.chosen ? 3 : 1.6;
    circle(context, x, y, mark === overlay.chosen ? 8 : 5);
    context.stroke();
  }
  context.lineWidth = 1.5;
  context.fillStyle = theme.primary;
  for (const id of scene.selected) {
    circle(context, column(view, xs[id]), row(view, ys[id]), 3.2);
    context.fill();
  }
}

/** Block labels on the parallelogram. @param {Scene} scene @param {import("./labels.mjs").Occupancy} occupancy */
export function blockParallelogram(scene, occupancy) {
  const [a, b, c, sum] = scene.overlay.parallelogram.map((mark) => locate(scene, mark));
  if (!sum) return;
  for (const [from, to] of [[a, b], [c, sum], [a, c], [b, sum]]) occupancy.blockLine(from, to);
  if (scene.overlay.chosen) occupancy.blockLine(sum, locate(scene, scene.overlay.chosen));
}

/**
 * Place the labels of the marks, whether or not the map draws the word.
 * @param {CanvasRenderingContext2D} context
 * @param {Scene} scene
 * @param {import("./labels.mjs").Occupancy} occupancy
 */
export function labelMarks(context, scene, occupancy) {
  const marks = marksOf(scene);
  context.font = `700 14px ${scene.theme.font}`;
  const labels = placeLabels(marks.keys(), {
    at: (i) => marks[i],
    text: (i) => clip(marks[i].mark.word),
    measure: (text) => context.measureText(text).width,
    lineHeight: LINE_HEIGHT,
    gap: 11,
    maxLabels: marks.length,
  }, occupancy);
  for (const { x, y } of marks) occupancy.block(x - 6, y - 6, 12, 12);
  return labels;
}

/**
 * Draw the parallelogram a, b, c, b − a + c of an analogy: two arrows that are equal by construction,
 * the two other sides dashed, and a dotted line from the fourth corner to the answer.
 * @param {CanvasRenderingContext2D} context
 * @param {Scene} scene
 */
export function drawParallelogram(context, scene) {
  const { overlay, theme } = scene;
  const [a, b, c, sum] = overlay.parallelogram.map((mark) => locate(scene, mark));
  if (!sum) return;
  context.fillStyle = theme.primary;
  context.globalAlpha = 0.07;
  context.beginPath();
  for (const { x, y } of [a, b, sum, c]) context.lineTo(x, y);
  context.fill();
  context.globalAlpha = 1;
  context.lineWidth = 2.2;
  for (const [from, to] of [[a, b], [c, sum]]) {
    const shape = arrowShape(from.x, from.y, to.x, to.y, 6, 11);
    if (shape) drawArrow(context, shape, familyStyle(0, theme.dark));
  }
  context.lineWidth = 1.4;
  context.strokeStyle = theme.muted;
  line(context, a, c, [6, 5]);
  line(context, b, sum, [6, 5]);
  if (overlay.chosen) {
    context.strokeStyle = theme.primary;
    line(context, sum, locate(scene, overlay.chosen), [2, 4]);
  }
  diamond(context, sum, theme);
}

/** @param {CanvasRenderingContext2D} context @param {ScreenMark} from @param {ScreenMark} to @param {number[]} dash */
function line(context, from, to, dash) {
  context.setLineDash(dash);
  context.beginPath();
  context.moveTo(from.x, from.y);
  context.lineTo(to.x, to.y);
  context.stroke();
  context.setLineDash([]);
}

/** Draw the position of the formula's sum. @param {CanvasRenderingContext2D} context @param {ScreenMark} at @param {import("./theme.mjs").Theme} theme */
function diamond(context, { x, y }, theme) {
  context.fillStyle = theme.background;
  context.strokeStyle = familyStyle(0, theme.dark).colour;
  context.lineWidth = 2;
  context.beginPath();
  for (const [dx, dy] of [[0, -6], [6, 0], [0, 6], [-6, 0]]) context.lineTo(x + dx, y + dy);
  context.closePath();
  context.fill();
  context.stroke();
}
