// Selecting several words: with a box, with a lasso, or one by one.

/** @typedef {{x: number, y: number}} Pixel */

export const MOST_SELECTED = 100;

/**
 * Return the outline that a drag draws.
 * @param {"box" | "lasso"} tool
 * @param {Pixel[]} path  Positions of the pointer.
 * @returns {Pixel[]}
 */
export function outlineOf(tool, path) {
  if (tool === "lasso") return path;
  const [from, to] = [path[0], path[path.length - 1]];
  return [from, { x: to.x, y: from.y }, to, { x: from.x, y: to.y }];
}

/**
 * Whether a point lies inside an outline, by the even-odd rule: a ray from it crosses an odd number
 * of sides.
 * @param {Pixel[]} corners @param {number} x @param {number} y
 */
export function isInside(corners, x, y) {
  let within = false;
  for (let i = 0, before = corners.length - 1; i < corners.length; before = i++) {
    const [a, b] = [corners[i], corners[before]];
    if (a.y > y !== b.y > y && x < ((b.x - a.x) * (y - a.y)) / (b.y - a.y) + a.x) within = !within;
  }
  return within;
}

/**
 * List the ids of the words inside an outline, in ascending order.
 * @param {Float32Array} xs @param {Float32Array} ys
 * @param {import("./view.mjs").View} view
 * @param {Pixel[]} corners  In pixels of the map.
 * @returns {number[]}
 */
export function idsInside(xs, ys, view, corners) {
  const [columns, rows] = [corners.map(({ x }) => x), corners.map(({ y }) => y)];
  const [left, right] = [Math.min(...columns), Math.max(...columns)];
  const [top, bottom] = [Math.min(...rows), Math.max(...rows)];
  const found = [];
  for (let id = 0; id < xs.length; id++) {
    const [x, y] = [view.x + view.scale * xs[id], view.y - view.scale * ys[id]];
    if (x < left || x > right || y < top || y > bottom) continue;
    if (isInside(corners, x, y)) found.push(id);
  }
  return found;
}

/**
 * Return the selection with a word added, or removed if it was selected.
 * @param {number[]} ids @param {number} id @returns {number[]}
 */
export function toggleId(ids, id) {
  if (ids.includes(id)) return ids.filter((other) => other !== id);
  return [...ids, id].slice(-MOST_SELECTED);
}
