// Word vectors in bytes, searched in the browser.

import { decodeBase64 } from "./map_data.mjs";

/** Unit vectors as whole numbers from -127 to 127, with a scale for each row. */
export class QuantisedVectors {
  /** @param {{numbers: string, scales: string, n_dims: number}} packed */
  constructor({ numbers, scales, n_dims: nDims }) {
    this.numbers = new Int8Array(decodeBase64(numbers));
    this.scales = new Float32Array(decodeBase64(scales));
    this.nDims = nDims;
  }

  get size() { return this.scales.length; }

  /** The vector of a row. @param {number} row @returns {Float32Array} */
  row(row) {
    const begin = row * this.nDims;
    return Float32Array.from(this.numbers.subarray(begin, begin + this.nDims), (value) => value * this.scales[row]);
  }

  /** Dot products of all rows with a vector. @param {ArrayLike<number>} direction @returns {Float32Array} */
  products(direction) {
    const { numbers, scales, nDims } = this;
    const found = new Float32Array(this.size);
    for (let row = 0, at = 0; row < found.length; row++) {
      let sum = 0;
      for (let axis = 0; axis < nDims; axis++, at++) sum += numbers[at] * direction[axis];
      found[row] = sum * scales[row];
    }
    return found;
  }

  /**
   * The rows nearest to a direction, best first.
   * @param {ArrayLike<number>} direction  Of any length; nothing is near to a vector of zeros.
   * @param {number} n
   * @param {number[]} [without]  Rows that are left out.
   * @returns {{row: number, cosine: number}[]}
   */
  nearestRows(direction, n, without = []) {
    const length = vectorLength(direction);
    if (!length) return [];
    const cosines = this.products(scaled(direction, 1 / length));
    const out = new Set(without);
    /** @type {{row: number, cosine: number}[]} */
    const best = [];
    for (let row = 0; row < cosines.length; row++) {
      if (best.length === n && cosines[row] <= best[n - 1].cosine) continue;
      if (out.has(row)) continue;
      const place = best.findIndex(({ cosine }) => cosine < cosines[row]);
      best.splice(place < 0 ? best.length : place, 0, { row, cosine: cosines[row] });
      best.length = Math.min(best.length, n);
    }
    return best;
  }
}

/** @param {ArrayLike<number>} vector */
export const vectorLength = (vector) => Math.sqrt(Array.from(vector).reduce((sum, value) => sum + value * value, 0));

/** @param {ArrayLike<number>} vector @param {number} factor */
export const scaled = (vector, factor) => Float32Array.from(vector, (value) => value * factor);

/**
 * The weighted sum of vectors.
 * @param {[number, ArrayLike<number>][]} terms
 * @returns {Float32Array}
 */
export function weightedSum(terms) {
  const sum = new Float32Array(terms[0][1].length);
  for (const [weight, vector] of terms) {
    for (let axis = 0; axis < sum.length; axis++) sum[axis] += weight * vector[axis];
  }
  return sum;
}
