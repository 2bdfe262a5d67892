// Density image of all words: each word adds a soft dot, and denser regions are darker.

const STEPS = 4096;
const UNIT = 64; // amount that one word adds to a fully covered pixel
const MOST_IN_MOTION = 250_000; // words of a frame while the view moves
const AT_REST = 140; // milliseconds without a move

/**
 * Return a soft round dot as offsets into a raster and the amounts to add there.
 * @param {number} radius  In raster pixels.
 * @param {number} width   Of the raster.
 * @returns {{offsets: Int32Array, amounts: Uint16Array, reach: number}}
 */
export function dotKernel(radius, width) {
  const reach = Math.ceil(radius);
  const offsets = [];
  const amounts = [];
  for (let y = -reach; y <= reach; y++) {
    for (let x = -reach; x <= reach; x++) {
      const cover = Math.max(0, Math.min(1, radius + 0.5 - Math.hypot(x, y)));
      if (cover > 0) {
        offsets.push(y * width + x);
        amounts.push(Math.round(cover * UNIT));
      }
    }
  }
  return { offsets: Int32Array.from(offsets), amounts: Uint16Array.from(amounts), reach };
}

/**
 * Add a dot for every word to a raster.
 * @param {Uint16Array} raster  In row-major order; overwritten.
 * @param {number} width
 * @param {number} height
 * @param {Float32Array} xs
 * @param {Float32Array} ys
 * @param {import("./view.mjs").View} view  In raster pixels.
 * @param {number} radius
 * @param {number} step  Draw every step-th word, as if it were as many.
 */
export function accumulate(raster, width, height, xs, ys, view, radius, step = 1) {
  raster.fill(0);
  const { offsets, amounts, reach } = dotKernel(radius, width);
  for (let i = 0; i < amounts.length; i++) amounts[i] *= step;
  const n = offsets.length;
  for (let id = 0; id < xs.length; id += step) {
    const x = (view.x + view.scale * xs[id]) | 0;
    const y = (view.y - view.scale * ys[id]) | 0;
    if (x < reach || y < reach || x >= width - reach || y >= height - reach) continue;
    const centre = y * width + x;
    for (let i = 0; i < n; i++) {
      const at = centre + offsets[i];
      raster[at] = Math.min(STEPS, raster[at] + amounts[i]);
    }
  }
}

/**
 * Return the colour (a little-endian RGBA word) of every possible amount in a raster.
 * @param {[number, number, number]} rgb
 * @param {number} opacity     Of a single word, between 0 and 1.
 * @param {number} maxOpacity  Limit that the densest region approaches.
 * @returns {Uint32Array}
 */
export function colourTable(rgb, opacity, maxOpacity) {
  const table = new Uint32Array(STEPS + 1);
  const [red, green, blue] = rgb;
  for (let amount = 1; amount <= STEPS; amount++) {
    const alpha = maxOpacity * (1 - (1 - opacity / maxOpacity) ** (amount / UNIT));
    table[amount] =
      ((Math.round(alpha * 255) << 24) | (blue << 16) | (green << 8) | red) >>> 0;
  }
  return table;
}

/**
 * Return radius and opacity of a dot: small and faint for many words, larger for few.
 * @param {number} nWords
 * @param {number} zoom  Scale relative to the view of the whole map.
 * @returns {{radius: number, opacity: number}}
 */
export function dotStyle(nWords, zoom) {
  const base = nWords > 100_000 ? 0.7 : nWords > 20_000 ? 0.9 : nWords > 3_000 ? 1.3 : 1.9;
  const opacity = nWords > 100_000 ? 0.1 : nWords > 20_000 ? 0.16 : nWords > 3_000 ? 0.24 : 0.34;
  const nearer = Math.sqrt(Math.min(8, Math.max(1, zoom)));
  return { radius: Math.min(4, base * nearer), opacity: Math.min(0.5, opacity * nearer) };
}

/** Draws densities on a canvas; its buffers are reused between frames. */
export class DensityLayer {
  /** @param {HTMLCanvasElement} canvas @param {boolean} isStill  A picture, which nothing moves. */
  constructor(canvas, isStill = false) {
    this.isStill = isStill;
    this.context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    this.raster = new Uint16Array(0);
    /** @type {ImageData | null} */
    this.image = null;
    this.atRest = 0;
  }

  /**
   * Draw all words; of very many only a sample, until the view is at rest.
   * @param {Float32Array} xs
   * @param {Float32Array} ys
   * @param {import("./view.mjs").View} view  In canvas pixels.
   * @param {number} zoom
   * @param {number} pixelRatio
   * @param {[number, number, number]} rgb
   */
  draw(xs, ys, view, zoom, pixelRatio, rgb) {
    const step = this.isStill ? 1 : Math.ceil(xs.length / MOST_IN_MOTION);
    clearTimeout(this.atRest);
    if (step > 1) this.atRest = setTimeout(() => this.drawEvery(1, xs, ys, view, zoom, pixelRatio, rgb), AT_REST);
    this.drawEvery(step, xs, ys, view, zoom, pixelRatio, rgb);
  }

  /** @param {number} step @param {Float32Array} xs @param {Float32Array} ys @param {import("./view.mjs").View} view @param {number} zoom @param {number} pixelRatio @param {[number, number, number]} rgb */
  drawEvery(step, xs, ys, view, zoom, pixelRatio, rgb) {
    const { width, height } = this.context.canvas;
    if (!this.image || this.image.width !== width || this.image.height !== height) {
      this.image = this.context.createImageData(width, height);
      this.raster = new Uint16Array(width * height);
    }
    const { radius, opacity } = dotStyle(xs.length, zoom);
    accumulate(this.raster, width, height, xs, ys, view, radius * pixelRatio, step);
    const table = colourTable(rgb, opacity, 0.75);
    const pixels = new Uint32Array(this.image.data.buffer);
    for (let i = 0; i < pixels.length; i++) pixels[i] = table[this.raster[i]];
    this.context.putImageData(this.image, 0, 0);
  }
}
