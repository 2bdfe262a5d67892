// Draws a frame of the upper canvas: arrows, points of the pairs, marks, and labels in order of rank.

import { placeArrows } from "./arrow_labels.mjs";
import { DIMMED, drawArrows } from "./drawn_arrows.mjs";
import { drawAxes, drawNamedAxes, drawOutline } from "./guides.mjs";
import { clip, placeLabels } from "./labels.mjs";
import {
  blockParallelogram, drawParallelogram, drawRings, labelMarks, LINE_HEIGHT, marksOf,
} from "./marks.mjs";
import { drawRegions } from "./regions.mjs";
import { drawTrails } from "./trails.mjs";
import { column, row } from "./view.mjs";

const N_FUNCTION_WORDS = 150; // about as many of the most frequent words of a language
const SMALL = 2000; // words of a map that may have none

/** @typedef {{word: string, rank: number, x: number, y: number, z?: number}} Mark  Rank 0: not a word. */
/** @typedef {import("./labels.mjs").Occupancy} Occupancy */

/**
 * @typedef {object} Overlay
 * @property {import("./arrows.mjs").Family[]} families
 * @property {Mark | null} chosen     The searched or clicked word.
 * @property {Mark[]} near            Its nearest words.
 * @property {number[]} selected      Ids of the words that are selected according to Python.
 * @property {Mark[]} parallelogram   Corners a, b, c and b − a + c of an analogy, or empty.
 * @property {2 | 3} dims
 * @property {boolean} has_legend
 * @property {string[]} axis_titles   Names of axes through 0, or empty.
 * @property {string} summary         The map in a sentence, for screen readers.
 * @property {string} version         Version of the points that the ids refer to.
 */

/** Drawn until Python sends an overlay. @type {Overlay} */
export const EMPTY_OVERLAY = {
  families: [], chosen: null, near: [], selected: [], parallelogram: [], dims: 2, has_legend: true, axis_titles: [],
  summary: "Word map", version: "",
};

/**
 * @typedef {object} Painted
 * @property {import("./labels.mjs").Label[]} labels  By priority; those of marks are not among them.
 * @property {import("./arrow_labels.mjs").Arrow[]} arrows
 * @property {string[]} areas  Names of areas.
 * @property {number} nLeftOut  Visible arrows that are not drawn, since their names have no room.
 */

/**
 * @typedef {object} Scene
 * @property {Float32Array} xs
 * @property {Float32Array} ys
 * @property {Int32Array} ranks
 * @property {(id: number) => string} word
 * @property {import("./view.mjs").View} view
 * @property {import("./regions.mjs").Region[]} regions
 * @property {number} zoom    Scale relative to the view of the whole map.
 * @property {number} width
 * @property {number} height
 * @property {Overlay} overlay
 * @property {import("./trails.mjs").Trails} trails
 * @property {(mark: Mark) => {x: number, y: number}} place  Projects a mark to the plane.
 * @property {number[]} selected
 * @property {(drawn: import("./arrow_labels.mjs").Arrow[]) => ((arrow: import("./arrow_labels.mjs").Arrow) => boolean) | null} standsOut
 *   Whether an arrow stands out from the rest, which are dimmed; null if none does.
 * @property {import("./arrow_labels.mjs").Arrow | null} focused  Drawn before all others.
 * @property {import("./selection.mjs").Pixel[]} outline     Of the selection in progress.
 * @property {ReturnType<typeof import("./rotation.mjs").axes>} axes  Empty in two dimensions.
 * @property {import("./theme.mjs").Theme} theme
 */

/**
 * @param {CanvasRenderingContext2D} context
 * @param {import("./labels.mjs").Label[]} labels
 * @param {string} colour
 * @param {string} background
 */
function drawLabels(context, labels, colour, background) {
  context.lineWidth = 4;
  context.strokeStyle = background;
  context.fillStyle = colour;
  for (const { text, x, y } of labels) {
    context.strokeText(text, x, y);
    context.fillText(text, x, y);
  }
}

/**
 * Draw a frame.
 * @param {CanvasRenderingContext2D} context  Scaled so that its unit is a CSS pixel.
 * @param {Scene} scene
 * @param {Occupancy} occupancy  With the legend and the buttons already blocked.
 * @returns {Painted}
 */
export function paint(context, scene, occupancy) {
  const { xs, ys, view, overlay, theme, width, height } = scene;
  context.clearRect(0, 0, width, height);
  context.textBaseline = "middle";
  context.textAlign = "left";
  context.lineJoin = "round";
  drawAxes(context, scene, occupancy);
  drawNamedAxes(context, scene, occupancy);
  blockParallelogram(scene, occupancy);
  // first: other labels must not overlap those of the marks
  const marked = labelMarks(context, scene, occupancy);
  const marks = new Set(marksOf(scene).map(({ mark }) => mark.rank));
  const namedMarks = new Set(marked.map((label) => marksOf(scene)[label.id].mark.rank));
  const options = {
    /** @param {number} id */
    at: (id) => ({ x: column(view, xs[id]), y: row(view, ys[id]) }),
    /** @param {number} id */
    text: (id) => clip(scene.word(id)),
    /** @param {string} text */
    measure: (text) => context.measureText(text).width,
    lineHeight: LINE_HEIGHT,
  };
  context.font = `600 13px ${theme.font}`;
  const selected = placeLabels(
    scene.selected.filter((id) => !marks.has(scene.ranks[id])), { ...options, gap: 6, maxLabels: 240 }, occupancy,
  );
  const isLabelled = new Set(selected.map((label) => label.id));
  const { arrows, names, nVisible } = placeArrows(overlay.families, {
    ...options, width, height, first: scene.focused, isNamed: (id) => isLabelled.has(id) || namedMarks.has(scene.ranks[id]),
  }, occupancy);
  drawTrails(context, scene, arrows);
  drawArrows(context, scene, arrows, names);
  drawParallelogram(context, scene);
  drawRings(context, scene);
  drawOutline(context, scene.outline, theme);

  const areas = drawRegions(context, scene, occupancy);
  const paired = [...selected, ...names];
  const known = new Set([...paired.map((label) => label.id), ...arrows.flatMap((one) => [one.source, one.target])]);
  const maxLabels = (width * height) / (paired.length ? 20_000 : 9_000);
  context.font = `400 12px ${theme.font}`;
  const others = placeLabels(
    visibleWords(scene, (id) => !known.has(id) && !marks.has(scene.ranks[id])),
    { ...options, gap: 4, maxLabels: Math.round(maxLabels * Math.min(2, scene.zoom)) },
    occupancy,
  );
  drawLabels(context, others, theme.muted, theme.background);
  context.font = `600 13px ${theme.font}`;
  const isFocused = scene.standsOut(arrows);
  const focused = isFocused && new Set(arrows.filter(isFocused).flatMap(({ source, target }) => [source, target]));
  const [bright, faint] = [true, false].map((wanted) => paired.filter(({ id }) => (!focused || focused.has(id)) === wanted));
  context.globalAlpha = DIMMED;
  drawLabels(context, faint, theme.text, theme.background);
  context.globalAlpha = 1;
  drawLabels(context, bright, theme.text, theme.background);
  context.font = `700 14px ${theme.font}`;
  drawLabels(context, marked, theme.primary, theme.background);
  return { labels: [...paired, ...others], arrows, areas, nLeftOut: nVisible - arrows.length };
}

/**
 * Yield visible words that are candidates for a label, at most 500: the most frequent, but function
 * words, which name nothing, after all others.
 * @param {Scene} scene
 * @param {(id: number) => boolean} isCandidate
 */
function* visibleWords({ xs, ys, view, width, height }, isCandidate) {
  const nFunction = xs.length > SMALL ? N_FUNCTION_WORDS : 0;
  let left = 500;
  for (let place = 0; place < xs.length && left; place++) {
    const id = (place + nFunction) % xs.length;
    const [x, y] = [column(view, xs[id]), row(view, ys[id])];
    if (x < 0 || y < 0 || x > width || y > height || !isCandidate(id)) continue;
    left--;
    yield id;
  }
}
