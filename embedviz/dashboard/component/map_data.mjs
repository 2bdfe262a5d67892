// Words and coordinates as Python packs them for pages and notebooks: columns of numbers in base64.

/** @param {string} text @returns {ArrayBuffer} */
export const decodeBase64 = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0)).buffer;

/**
 * @typedef {object} MapData
 * @property {string[]} words
 * @property {string} x
 * @property {string} y
 * @property {string} [z]  Only of three dimensions.
 * @property {string} rank
 * @property {import("./paint.mjs").Overlay} overlay
 */

/** @param {MapData} data @returns {import("./point_cloud.mjs").Points} */
export function unpackPoints({ words, x, y, z, rank, overlay }) {
  return {
    xs: new Float32Array(decodeBase64(x)),
    ys: new Float32Array(decodeBase64(y)),
    zs: z ? new Float32Array(decodeBase64(z)) : null,
    ranks: new Int32Array(decodeBase64(rank)),
    word: (/** @type {number} */ row) => words[row] ?? "",
    version: overlay.version,
  };
}
