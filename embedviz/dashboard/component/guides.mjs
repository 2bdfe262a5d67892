// Guide lines: the three axes, and the outline of a selection in progress.

import { clip, LINE, SOLID } from "./labels.mjs";
import { column, row } from "./view.mjs";

/**
 * Draw the outline of a selection in progress.
 * @param {CanvasRenderingContext2D} context
 * @param {import("./selection.mjs").Pixel[]} corners
 * @param {import("./theme.mjs").Theme} theme
 */
export function drawOutline(context, corners, theme) {
  if (corners.length < 2) return;
  context.strokeStyle = context.fillStyle = theme.primary;
  context.lineWidth = 1.5;
  context.setLineDash([5, 4]);
  context.beginPath();
  for (const { x, y } of corners) context.lineTo(x, y);
  context.closePath();
  context.stroke();
  context.setLineDash([]);
  context.globalAlpha = 0.1;
  context.fill();
  context.globalAlpha = 1;
}

/**
 * Draw the three axes, faint, as long as the extent of the arrows' words.
 * @param {CanvasRenderingContext2D} context
 * @param {import("./paint.mjs").Scene} scene
 * @param {import("./labels.mjs").Occupancy} occupancy
 */
export function drawAxes(context, { view, axes, theme }, occupancy) {
  context.strokeStyle = context.fillStyle = theme.muted;
  context.globalAlpha = 0.6;
  context.lineWidth = 1;
  context.font = `400 11px ${theme.font}`;
  for (const { name, from, to } of axes) {
    const [x, y] = [column(view, to.x), row(view, to.y)];
    context.beginPath();
    context.moveTo(column(view, from.x), row(view, from.y));
    context.lineTo(x, y);
    context.stroke();
    context.fillText(name, x + 5, y);
    occupancy.block(x, y - 6, context.measureText(name).width + 8, 12);
  }
  context.globalAlpha = 1;
}

/**
 * Draw two named axes through 0: x names the right end, y the upper one.
 * @param {CanvasRenderingContext2D} context
 * @param {import("./paint.mjs").Scene} scene
 * @param {import("./labels.mjs").Occupancy} occupancy
 */
export function drawNamedAxes(context, { view, overlay, theme, width, height }, occupancy) {
  if (!overlay.axis_titles.length) return;
  const [x, y] = [column(view, 0), row(view, 0)];
  const [right, upper] = overlay.axis_titles.map((title) => clip(title, 48));
  context.strokeStyle = theme.muted;
  context.fillStyle = theme.text;
  context.lineWidth = 1;
  context.globalAlpha = 0.45;
  context.beginPath();
  context.moveTo(x, 0);
  context.lineTo(x, height);
  context.moveTo(0, y);
  context.lineTo(width, y);
  context.stroke();
  occupancy.block(x - 1, 0, 2, height, LINE);
  occupancy.block(0, y - 1, width, 2, LINE);
  context.globalAlpha = 1;
  context.font = `600 12px ${theme.font}`;
  const [rightWidth, upperWidth] = [right, upper].map((title) => context.measureText(title).width);
  const level = Math.min(Math.max(y - 10, 12), height - 12);
  const beside = Math.min(Math.max(x + 8, 8), width - upperWidth - 8);
  // clear of the buttons, which stand at the right edge or along the top
  const places = /** @type {const} */ ([
    [right, rightWidth, [[width - rightWidth - 10, level], [width - rightWidth - 60, level]]],
    [upper, upperWidth, [[beside, 14], [beside, 64]]],
  ]);
  for (const [text, wide, candidates] of places) {
    const free = candidates.find(([left, middle]) => occupancy.isFree(left, middle - 8, wide, 16, SOLID));
    const [left, middle] = free ?? candidates[0];
    context.fillText(text, left, middle);
    occupancy.block(left, middle - 8, wide, 16);
  }
}
