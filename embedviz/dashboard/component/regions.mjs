// Names of areas, which fade in and out with the zoom: large areas first, their parts when nearer.

import { column, row } from "./view.mjs";

/** @typedef {{word: string, x: number, y: number, level: number}} Region */

const SIZES = [22, 18, 16]; // pixels, by level
const APPEAR = [-10, 0.6, 1.6]; // log2 of the zoom at which a level appears, and the one before fades
const FADE = 0.5;
const OPACITY = 0.5;

/**
 * Return the opacity of a level at a zoom, between 0 and 1.
 * @param {number} level @param {number} zoom  Relative to the view of the whole map.
 */
export function opacityAt(level, zoom) {
  const at = Math.log2(Math.max(zoom, 1e-3));
  const appeared = Math.min(1, Math.max(0, (at - APPEAR[level]) / FADE + 0.5));
  const next = APPEAR[level + 1] ?? Infinity;
  const gone = Math.min(1, Math.max(0, (at - next) / FADE + 0.5));
  return Math.min(appeared, 1 - gone);
}

/**
 * Draw the names that have room.
 * @param {CanvasRenderingContext2D} context
 * @param {import("./paint.mjs").Scene} scene
 * @param {import("./labels.mjs").Occupancy} occupancy
 * @returns {string[]}  The names drawn.
 */
export function drawRegions(context, { regions, view, zoom, theme, overlay }, occupancy) {
  if (overlay.dims === 3) return []; // areas are those of the first two axes
  const drawn = [];
  context.fillStyle = theme.muted;
  for (const { word, x, y, level } of regions) {
    const opacity = opacityAt(level, zoom);
    if (opacity < 0.05) continue;
    const size = SIZES[level];
    context.font = `600 ${size}px ${theme.font}`;
    const width = context.measureText(word).width;
    const [left, middle] = [column(view, x) - width / 2, row(view, y)];
    const [top, height] = [middle - size * 0.6, size * 1.2];
    if (!occupancy.take(left, top, width, height)) continue;
    context.globalAlpha = OPACITY * opacity;
    context.fillText(word, left, middle);
    drawn.push(word);
  }
  context.globalAlpha = 1;
  return drawn;
}
