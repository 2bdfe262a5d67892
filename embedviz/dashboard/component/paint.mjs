// One frame of the upper canvas: arrows, points of the pairs, marks, and labels in order of rank.

import { arrowShape, drawArrow, familyStyle, inTurn } from "./arrows.mjs";
import { drawAxes, drawOutline } from "./guides.mjs";
import { clip, placeLabels } from "./labels.mjs";
import {
  blockLine, blockParallelogram, circle, drawParallelogram, drawRings, labelMarks, LINE, marksOf,
} from "./marks.mjs";
import { column, row } from "./view.mjs";

/** @typedef {{word: string, rank: number, x: number, y: number, z?: number}} Mark  Rank 0: no word. */
/** @typedef {import("./labels.mjs").Occupancy} Occupancy */

/**
 * @typedef {object} Overlay
 * @property {import("./arrows.mjs").Family[]} families
 * @property {Mark | null} chosen     The word that was searched or clicked.
 * @property {Mark[]} near            Its nearest words.
 * @property {number[]} selected      Ids of the words that Python knows to be selected.
 * @property {Mark[]} parallelogram   Of an analogy: a, b, c and b − a + c; or none.
 * @property {2 | 3} dims
 * @property {string} summary         The map in a sentence, for screen readers.
 * @property {string} version         Of the words that the ids in it mean.
 */

/** What is drawn before Python has said anything. @type {Overlay} */
export const EMPTY = {
  families: [], chosen: null, near: [], selected: [], parallelogram: [], dims: 2,
  summary: "Word map", version: "",
};

/**
 * @typedef {object} Scene
 * @property {Float32Array} xs
 * @property {Float32Array} ys
 * @property {Int32Array} ranks
 * @property {(id: number) => string} word
 * @property {import("./view.mjs").View} view
 * @property {number} zoom    How many times nearer than the whole.
 * @property {number} width
 * @property {number} height
 * @property {Overlay} overlay
 * @property {(mark: Mark) => {x: number, y: number}} place  Where a mark is seen, on the plane.
 * @property {number[]} selected
 * @property {import("./selection.mjs").Pixel[]} outline     That is being drawn round words.
 * @property {ReturnType<typeof import("./turning.mjs").axes>} axes  None in two dimensions.
 * @property {import("./theme.mjs").Theme} theme
 */

/**
 * @param {CanvasRenderingContext2D} context
 * @param {import("./labels.mjs").Label[]} labels
 * @param {string} colour
 * @param {string} ground
 */
function write(context, labels, colour, ground) {
  context.lineWidth = 4;
  context.strokeStyle = ground;
  context.fillStyle = colour;
  for (const { text, x, y } of labels) {
    context.strokeText(text, x, y);
    context.fillText(text, x, y);
  }
}

/** @param {CanvasRenderingContext2D} context @param {Scene} scene @param {Occupancy} occupancy */
function drawFamilies(context, { xs, ys, view, overlay, theme }, occupancy) {
  context.lineWidth = 1.8;
  for (const family of overlay.families) {
    const style = familyStyle(family.style, theme.dark);
    for (const [source, target] of family.pairs) {
      const [x0, y0] = [column(view, xs[source]), row(view, ys[source])];
      const [x1, y1] = [column(view, xs[target]), row(view, ys[target])];
      context.globalAlpha = 0.85;
      const shape = arrowShape(x0, y0, x1, y1, 5, 9);
      if (shape) drawArrow(context, shape, style);
      context.globalAlpha = 1;
      context.fillStyle = style.colour;
      for (const [x, y] of [[x0, y0], [x1, y1]]) {
        circle(context, x, y, 3);
        context.fill();
        occupancy.block(x - 4, y - 4, 8, 8);
      }
    }
  }
}

/** Keep the words of the map itself off the arrows. @param {Scene} scene @param {Occupancy} occupancy */
function blockShafts({ xs, ys, view, overlay }, occupancy) {
  const at = (/** @type {number} */ id) => ({ x: column(view, xs[id]), y: row(view, ys[id]) });
  for (const { pairs } of overlay.families) {
    for (const [source, target] of pairs) {
      blockLine(occupancy, at(source), at(target));
    }
  }
}

/**
 * Draw a frame.
 * @param {CanvasRenderingContext2D} context  Scaled so that its unit is a CSS pixel.
 * @param {Scene} scene
 * @param {Occupancy} occupancy  With the furniture's places already taken.
 * @returns {number[]}  Ids of the words that got a label, best first.
 */
export function paint(context, scene, occupancy) {
  const { xs, ys, view, overlay, theme, width, height } = scene;
  context.clearRect(0, 0, width, height);
  context.textBaseline = "middle";
  context.textAlign = "left";
  context.lineJoin = "round";
  drawAxes(context, scene, occupancy);
  blockParallelogram(scene, occupancy);
  const marked = labelMarks(context, scene, occupancy); // first: the rest keeps clear of them
  drawFamilies(context, scene, occupancy);
  drawParallelogram(context, scene);
  drawRings(context, scene);
  drawOutline(context, scene.outline, theme);

  const marks = new Set(marksOf(scene).map(({ mark }) => mark.rank));
  const options = {
    /** @param {number} id */
    at: (id) => ({ x: column(view, xs[id]), y: row(view, ys[id]) }),
    /** @param {number} id */
    text: (id) => clip(scene.word(id)),
    /** @param {string} text */
    measure: (text) => context.measureText(text).width,
    lineHeight: LINE,
  };
  const pairIds = [...new Set([...scene.selected, ...inTurn(overlay.families)])];
  context.font = `600 13px ${theme.font}`;
  const paired = placeLabels(
    pairIds.filter((id) => !marks.has(scene.ranks[id])), { ...options, gap: 6, most: 240 }, occupancy,
  );
  blockShafts(scene, occupancy);
  context.font = `400 12px ${theme.font}`;
  const known = new Set(pairIds);
  const room = (width * height) / (pairIds.length ? 20_000 : 9_000);
  const others = placeLabels(
    visible(scene, (id) => !known.has(id) && !marks.has(scene.ranks[id])),
    { ...options, gap: 4, most: Math.round(room * Math.min(2, scene.zoom)) },
    occupancy,
  );
  write(context, others, theme.muted, theme.ground);
  context.font = `600 13px ${theme.font}`;
  write(context, paired, theme.text, theme.ground);
  context.font = `700 14px ${theme.font}`;
  write(context, marked, theme.primary, theme.ground);
  return [...paired, ...others].map((label) => label.id);
}

/**
 * The most frequent words in view that may get a label.
 * @param {Scene} scene
 * @param {(id: number) => boolean} wanted
 */
function* visible({ xs, ys, view, width, height }, wanted) {
  let left = 500;
  for (let id = 0; id < xs.length && left; id++) {
    const [x, y] = [column(view, xs[id]), row(view, ys[id])];
    if (x < 0 || y < 0 || x > width || y > height || !wanted(id)) continue;
    left--;
    yield id;
  }
}
