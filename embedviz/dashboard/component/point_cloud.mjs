// The words as points, and their projection to the screen plane: flat, or rotated in three dimensions.

import { OBLIQUE, FRONT, projectAll, rotate, projectPoint } from "./rotation.mjs";
import { boundingBox, centre, extendBox } from "./view.mjs";

/**
 * @typedef {object} Points
 * @property {Float32Array} xs
 * @property {Float32Array} ys
 * @property {Float32Array | null} zs  Null if there are only two axes.
 * @property {Int32Array} ranks        Ascending, except for words included only for an arrow.
 * @property {(id: number) => string} word
 * @property {import("./regions.mjs").Region[]} [regions]  Named areas.
 * @property {string} version
 */

/** @returns {Points} */
const none = () => ({
  xs: new Float32Array(0), ys: new Float32Array(0), zs: null,
  ranks: new Int32Array(0), word: () => "", version: "",
});

/** Points, the viewing angles, and the pivot of the rotation. */
export class PointCloud {
  constructor() {
    this.points = none();
    this.pivot = { x: 0, y: 0, z: 0, radius: 1 };
    this.angles = FRONT;
    this.projected = { xs: this.points.xs, ys: this.points.ys };
  }

  get size() { return this.points.xs.length; }

  /** @param {Points} points */
  set(points) {
    this.points = points;
    this.setAngles(this.angles);
  }

  /** Set the pivot to the centre of some words. @param {number[]} ids */
  centreOn(ids) {
    const { xs, ys, zs } = this.points;
    if (!zs) return;
    const [flat, deep] = [boundingBox(xs, ys, ids), boundingBox(zs, zs, ids)];
    const { x, y } = centre(flat);
    const radius = Math.max(flat.right - flat.left, flat.top - flat.bottom, deep.top - deep.bottom) / 2;
    this.pivot = { x, y, z: centre(deep).x, radius };
    this.setAngles(this.angles);
  }

  /**
   * Return the bounding box of the projections of some words and some marks.
   * @param {number[]} ids @param {import("./paint.mjs").Mark[]} marks
   */
  bounds(ids, marks) {
    const words = boundingBox(this.projected.xs, this.projected.ys, ids);
    return extendBox(words, marks.map((mark) => this.project(mark)));
  }

  /** @param {import("./rotation.mjs").Angles} angles */
  setAngles(angles) {
    this.angles = this.points.zs ? angles : FRONT;
    this.projected = projectAll(this.points, this.pivot, this.angles);
  }

  /** @param {number} yaw @param {number} pitch */
  rotate(yaw, pitch) { this.setAngles(rotate(this.angles, yaw, pitch)); }

  /** Return the initial angles of a map of two or three dimensions. @param {number} dims */
  initialAngles(dims) { return dims === 3 && this.points.zs ? OBLIQUE : FRONT; }

  /** Project a place. @param {import("./rotation.mjs").Place} place */
  project(place) { return this.points.zs ? projectPoint(place, this.pivot, this.angles) : place; }
}
