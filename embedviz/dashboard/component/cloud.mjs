// The words and where they are seen: flat, or turned in space.

import { ASKEW, FRONT, turnAll, turned, turnOne } from "./turning.mjs";
import { boundingBox, middle, widened } from "./view.mjs";

/**
 * @typedef {object} Points
 * @property {Float32Array} xs
 * @property {Float32Array} ys
 * @property {Float32Array | null} zs  Null if there are two axes only.
 * @property {Int32Array} ranks        Ascending but for the words that are there for an arrow.
 * @property {(id: number) => string} word
 * @property {string} version
 */

/** @returns {Points} */
const none = () => ({
  xs: new Float32Array(0), ys: new Float32Array(0), zs: null,
  ranks: new Int32Array(0), word: () => "", version: "",
});

/** Words, the angles they are seen at, and the middle they are turned about. */
export class Cloud {
  constructor() {
    this.points = none();
    this.pivot = { x: 0, y: 0, z: 0, radius: 1 };
    this.angles = FRONT;
    this.seen = { xs: this.points.xs, ys: this.points.ys };
  }

  get size() { return this.points.xs.length; }

  /** @param {Points} points */
  set(points) {
    this.points = points;
    this.look(this.angles);
  }

  /** Turn about the words of some ids. @param {number[]} ids */
  centreOn(ids) {
    const { xs, ys, zs } = this.points;
    if (!zs) return;
    const [flat, deep] = [boundingBox(xs, ys, ids), boundingBox(zs, zs, ids)];
    const { x, y } = middle(flat);
    const radius = Math.max(flat.right - flat.left, flat.top - flat.bottom, deep.top - deep.bottom) / 2;
    this.pivot = { x, y, z: middle(deep).x, radius };
    this.look(this.angles);
  }

  /**
   * The box in which the words of some ids and some marks are seen.
   * @param {number[]} ids @param {import("./paint.mjs").Mark[]} marks
   */
  box(ids, marks) {
    const words = boundingBox(this.seen.xs, this.seen.ys, ids);
    return widened(words, marks.map((mark) => this.place(mark)));
  }

  /** @param {import("./turning.mjs").Angles} angles */
  look(angles) {
    this.angles = this.points.zs ? angles : FRONT;
    this.seen = turnAll(this.points, this.pivot, this.angles);
  }

  /** @param {number} yaw @param {number} pitch */
  turn(yaw, pitch) { this.look(turned(this.angles, yaw, pitch)); }

  /** Angles at which a map of so many dimensions is first seen. @param {number} dims */
  start(dims) { return dims === 3 && this.points.zs ? ASKEW : FRONT; }

  /** Where a place is seen. @param {import("./turning.mjs").Place} place */
  place(place) { return this.points.zs ? turnOne(place, this.pivot, this.angles) : place; }
}
