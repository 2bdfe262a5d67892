// Draws the arrows of a frame, the points at their ends, and the marks of words in groups.

import { arrowShape, drawArrow, familyStyle, markCorners, markStyle } from "./arrows.mjs";
import { circle } from "./marks.mjs";
import { column, row } from "./view.mjs";

const AT_FULL_SIZE = 300; // marks; more are smaller, so that they cover one another less

/** Opacity of what does not stand out. */
export const DIMMED = 0.2;

/**
 * Draw arrows, the points at their ends, and the leader lines of their names.
 * @param {CanvasRenderingContext2D} context
 * @param {import("./paint.mjs").Scene} scene
 * @param {import("./arrow_labels.mjs").Arrow[]} arrows
 * @param {import("./arrow_labels.mjs").Name[]} names
 */
export function drawArrows(context, { xs, ys, view, theme, standsOut }, arrows, names) {
  const isFocused = standsOut(arrows);
  context.strokeStyle = theme.muted;
  context.lineWidth = 1;
  const bright = isFocused && new Set(arrows.filter(isFocused).flatMap(({ source, target }) => [source, target]));
  for (const { id, leader } of names) {
    if (!leader) continue;
    context.globalAlpha = 0.8 * (bright && !bright.has(id) ? DIMMED : 1);
    context.beginPath();
    for (const { x, y } of leader) context.lineTo(x, y);
    context.stroke();
  }
  const scale = Math.max(0.5, Math.min(1, Math.sqrt(AT_FULL_SIZE / arrows.length)));
  for (const { family, source, target } of arrows) {
    const style = familyStyle(family.style, theme.dark);
    const [x0, y0] = [column(view, xs[source]), row(view, ys[source])];
    const [x1, y1] = [column(view, xs[target]), row(view, ys[target])];
    const dimmed = isFocused && !isFocused({ family, source, target }) ? DIMMED : 1;
    context.globalAlpha = 0.85 * dimmed;
    const shape = arrowShape(x0, y0, x1, y1, 5, 9);
    context.lineWidth = 1.8;
    if (shape) drawArrow(context, shape, style);
    context.globalAlpha = dimmed;
    context.fillStyle = style.colour;
    if (family.is_points) drawMark(context, family, theme, x0, y0, scale);
    else for (const [x, y] of [[x0, y0], [x1, y1]]) {
      circle(context, x, y, 3);
      context.fill();
    }
  }
  context.globalAlpha = 1;
}

/**
 * Draw the mark of a family of points, with an edge that keeps it apart from marks under it.
 * @param {CanvasRenderingContext2D} context
 * @param {import("./arrows.mjs").Family} family
 * @param {import("./theme.mjs").Theme} theme
 * @param {number} x @param {number} y
 * @param {number} scale  Share of the full size.
 */
export function drawMark(context, family, theme, x, y, scale = 1) {
  const { colour, radius } = markStyle(family, theme.dark);
  const corners = markCorners(family.style, x, y, radius * scale);
  context.fillStyle = colour;
  context.strokeStyle = theme.background;
  context.lineWidth = 1.8 * scale;
  context.beginPath();
  if (corners.length) {
    for (const corner of corners) context.lineTo(...corner);
    context.closePath();
  } else circle(context, x, y, radius * scale);
  context.stroke();
  context.fill();
}
