// The visible part of the plane, and the mapping from plane coordinates to pixels.

/**
 * @typedef {object} View
 * @property {number} scale   Pixels per unit of the plane.
 * @property {number} x       Pixel column of the plane's origin.
 * @property {number} y       Pixel row of the plane's origin.
 */

/** @typedef {{left: number, right: number, bottom: number, top: number}} Box */

const MIN_ZOOM = 0.4;
const MAX_ZOOM = 400;
const TRIMMED = 0.002; // share of the words ignored at each end

/**
 * Return the bounding box of some words; without ids, of all words but the outermost.
 * @param {Float32Array} xs
 * @param {Float32Array} ys
 * @param {number[]} ids
 * @returns {Box}
 */
export function boundingBox(xs, ys, ids = []) {
  const some = (/** @type {Float32Array} */ all) =>
    ids.length ? Float32Array.from(ids, (id) => all[id]) : all;
  const [left, right] = range(some(xs), ids.length ? 0 : TRIMMED);
  const [bottom, top] = range(some(ys), ids.length ? 0 : TRIMMED);
  return { left, right, bottom, top };
}

/** @param {Float32Array} values @param {number} trimmed @returns {[number, number]} */
function range(values, trimmed) {
  if (!values.length) return [-1, 1];
  const sorted = Float32Array.from(values).sort();
  const low = sorted[Math.floor((sorted.length - 1) * trimmed)];
  const high = sorted[Math.ceil((sorted.length - 1) * (1 - trimmed))];
  return high > low ? [low, high] : [low - 1, high + 1];
}

/** Middle of a box. @param {Box} box */
export const centre = (box) => ({ x: (box.left + box.right) / 2, y: (box.bottom + box.top) / 2 });

/** Extend a box to contain some places. @param {Box} box @param {{x: number, y: number}[]} places */
export function extendBox(box, places) {
  const [xs, ys] = [places.map(({ x }) => x), places.map(({ y }) => y)];
  return {
    left: Math.min(box.left, ...xs), right: Math.max(box.right, ...xs),
    bottom: Math.min(box.bottom, ...ys), top: Math.max(box.top, ...ys),
  };
}

/**
 * Return the view of a whole box, with one scale for both axes and a margin for labels.
 * @param {Box} box
 * @param {number} width
 * @param {number} height
 * @returns {View}
 */
export function fit(box, width, height) {
  const [marginX, marginY] = [Math.min(72, width * 0.12), Math.min(52, height * 0.11)];
  const scale = Math.min(
    (width - 2 * marginX) / (box.right - box.left),
    (height - 2 * marginY) / (box.top - box.bottom),
  );
  const { x, y } = centre(box);
  return { scale, x: width / 2 - x * scale, y: height / 2 + y * scale };
}

/**
 * Zoom so that the point under (x, y) stays where it is.
 * @param {View} view
 * @param {number} factor
 * @param {number} x
 * @param {number} y
 * @param {View} whole  The view of the whole map; zoom limits are relative to it.
 * @returns {View}
 */
export function zoom(view, factor, x, y, whole) {
  const wanted = view.scale * factor;
  const scale = Math.min(whole.scale * MAX_ZOOM, Math.max(whole.scale * MIN_ZOOM, wanted));
  const ratio = scale / view.scale;
  return { scale, x: x - (x - view.x) * ratio, y: y - (y - view.y) * ratio };
}

/** @param {View} view @param {number} dx @param {number} dy @returns {View} */
export function pan(view, dx, dy) {
  return { scale: view.scale, x: view.x + dx, y: view.y + dy };
}

/** Pixel column of a coordinate. @param {View} view @param {number} x */
export const column = (view, x) => view.x + view.scale * x;

/** Pixel row of a coordinate. @param {View} view @param {number} y */
export const row = (view, y) => view.y - view.scale * y;

/** Place of the plane at a pixel. @param {View} view @param {number} x @param {number} y @returns {[number, number]} */
export const placeAt = (view, x, y) => [(x - view.x) / view.scale, (view.y - y) / view.scale];

/**
 * Return the id of the word nearest to a pixel, or -1 if none is close enough.
 * @param {Float32Array} xs
 * @param {Float32Array} ys
 * @param {View} view
 * @param {number} x
 * @param {number} y
 * @param {number} reach  In pixels.
 * @param {(id: number) => number} bonus  Pixels subtracted from the distance of a word.
 * @returns {number}
 */
export function nearest(xs, ys, view, x, y, reach, bonus = () => 0) {
  const [planeX, planeY] = placeAt(view, x, y);
  const planeReach = reach / view.scale;
  let best = -1;
  let bestDistance = Infinity;
  for (let id = 0; id < xs.length; id++) {
    const dx = xs[id] - planeX;
    if (dx > planeReach || dx < -planeReach) continue;
    const dy = ys[id] - planeY;
    if (dy > planeReach || dy < -planeReach) continue;
    const distance = Math.hypot(dx, dy) * view.scale;
    if (distance > reach) continue;
    if (distance - bonus(id) < bestDistance) {
      bestDistance = distance - bonus(id);
      best = id;
    }
  }
  return best;
}

/** The current view, and whether it has been changed from the view of the whole map. */
export class Camera {
  constructor() {
    /** @type {View} */
    this.whole = { scale: 1, x: 0, y: 0 };
    this.view = this.whole;
    this.moved = false;
  }

  /** Scale relative to the view of the whole map. */
  get zoomLevel() {
    return this.view.scale / this.whole.scale;
  }

  /** @param {Box} box @param {number} width @param {number} height */
  fit(box, width, height) {
    this.view = this.whole = fit(box, width, height);
    this.moved = false;
  }

  /** @param {number} dx @param {number} dy */
  pan(dx, dy) {
    this.view = pan(this.view, dx, dy);
    this.moved = true;
  }

  /** @param {number} factor @param {number} x @param {number} y */
  zoom(factor, x, y) {
    this.view = zoom(this.view, factor, x, y, this.whole);
    this.moved = true;
  }

  /**
   * Return a view that contains a place: the current one, or one centred on the place.
   * @param {{x: number, y: number}} place @param {number} width @param {number} height
   */
  viewContaining(place, width, height) {
    const [x, y] = [column(this.view, place.x), row(this.view, place.y)];
    const isVisible = x >= 20 && y >= 20 && x <= width - 20 && y <= height - 20;
    return isVisible ? this.view : pan(this.view, width / 2 - x, height / 2 - y);
  }
}
