// Export of the map as a PNG, at a higher resolution than the screen. It is made in the browser and
// sent nowhere.

import { drawArrow, arrowShape, familyStyle } from "./arrows.mjs";
import { drawMark } from "./drawn_arrows.mjs";
import { DensityLayer } from "./density.mjs";

export const PNG_SCALE = 3; // pixels of the picture per CSS pixel
const LEGEND_LINE = 20;

/**
 * Draw the legend in the same corner as on the page.
 * @param {CanvasRenderingContext2D} context
 * @param {import("./arrows.mjs").Family[]} families
 * @param {import("./theme.mjs").Theme} theme
 * @param {{left: number, top: number, width: number, height: number}} box
 */
export function drawLegend(context, families, theme, box) {
  if (!families.length) return;
  context.fillStyle = theme.background;
  context.globalAlpha = 0.9;
  context.fillRect(box.left, box.top, box.width, box.height);
  context.globalAlpha = 1;
  context.font = `400 13px ${theme.font}`;
  context.textBaseline = "middle";
  families.forEach((family, i) => {
    const y = box.top + box.height / 2 + (i - (families.length - 1) / 2) * LEGEND_LINE;
    context.lineWidth = 2;
    const shape = family.is_points ? null : arrowShape(box.left + 12, y, box.left + 46, y, 0, 9);
    if (shape) drawArrow(context, shape, familyStyle(family.style, theme.dark));
    if (family.is_points) drawMark(context, family, theme, box.left + 20, y);
    context.fillStyle = theme.text;
    context.fillText(family.label, box.left + (family.is_points ? 37 : 55), y);
  });
}

/**
 * Draw the map on new canvases and download the result as a file.
 * @param {object} map
 * @param {number} map.width @param {number} map.height
 * @param {import("./theme.mjs").Theme} map.theme
 * @param {import("./paint.mjs").Overlay} map.overlay
 * @param {import("./user_interface.mjs").UserInterface} map.ui
 * @param {(density: DensityLayer, upper: CanvasRenderingContext2D, ratio: number) => void} map.render
 */
export function savePng(map) {
  const [whole, lower, upper] = [0, 1, 2].map(() => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [map.width * PNG_SCALE, map.height * PNG_SCALE];
    return canvas;
  });
  const contextOf = (/** @type {HTMLCanvasElement} */ canvas) =>
    /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  map.render(new DensityLayer(lower, true), contextOf(upper), PNG_SCALE);
  const context = contextOf(whole);
  context.fillStyle = map.theme.background;
  context.fillRect(0, 0, whole.width, whole.height);
  context.drawImage(lower, 0, 0);
  context.drawImage(upper, 0, 0);
  context.scale(PNG_SCALE, PNG_SCALE);
  drawLegend(context, map.overlay.families, map.theme, map.ui.legendBox());
  whole.toBlob((blob) => {
    if (!blob) return;
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = "embedviz-map.png";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  }, "image/png");
}
