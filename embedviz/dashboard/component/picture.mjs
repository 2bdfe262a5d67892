// The map as a PNG, finer than the screen: made here, and never sent anywhere.

import { drawArrow, arrowShape, familyStyle } from "./arrows.mjs";
import { DensityLayer } from "./density.mjs";

export const FINER = 3; // pixels of the picture to one of the page
const LEGEND_LINE = 20;

/**
 * Draw the legend in the corner where the page shows it.
 * @param {CanvasRenderingContext2D} context
 * @param {import("./arrows.mjs").Family[]} families
 * @param {import("./theme.mjs").Theme} theme
 * @param {{left: number, top: number, width: number, height: number}} box
 */
export function drawLegend(context, families, theme, box) {
  if (!families.length) return;
  context.fillStyle = theme.ground;
  context.globalAlpha = 0.9;
  context.fillRect(box.left, box.top, box.width, box.height);
  context.globalAlpha = 1;
  context.font = `400 13px ${theme.font}`;
  context.textBaseline = "middle";
  context.lineWidth = 2;
  families.forEach((family, i) => {
    const y = box.top + box.height / 2 + (i - (families.length - 1) / 2) * LEGEND_LINE;
    const shape = arrowShape(box.left + 12, y, box.left + 46, y, 0, 9);
    if (shape) drawArrow(context, shape, familyStyle(family.style, theme.dark));
    context.fillStyle = theme.text;
    context.fillText(family.label, box.left + 55, y);
  });
}

/**
 * Draw the map anew on canvases of its own and offer the picture as a file.
 * @param {object} map
 * @param {number} map.width @param {number} map.height
 * @param {import("./theme.mjs").Theme} map.theme
 * @param {import("./paint.mjs").Overlay} map.overlay
 * @param {import("./furniture.mjs").Furniture} map.furniture
 * @param {(density: DensityLayer, upper: CanvasRenderingContext2D, ratio: number) => void} map.render
 */
export function savePicture(map) {
  const [whole, lower, upper] = [0, 1, 2].map(() => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [map.width * FINER, map.height * FINER];
    return canvas;
  });
  const draw = (/** @type {HTMLCanvasElement} */ canvas) =>
    /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  map.render(new DensityLayer(lower), draw(upper), FINER);
  const context = draw(whole);
  context.fillStyle = map.theme.ground;
  context.fillRect(0, 0, whole.width, whole.height);
  context.drawImage(lower, 0, 0);
  context.drawImage(upper, 0, 0);
  context.scale(FINER, FINER);
  drawLegend(context, map.overlay.families, map.theme, map.furniture.legendBox());
  whole.toBlob((blob) => {
    if (!blob) return;
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = "embedviz-map.png";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  }, "image/png");
}
