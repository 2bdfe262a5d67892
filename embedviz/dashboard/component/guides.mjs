// Guide lines: the three axes, and the outline of a selection in progress.

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
