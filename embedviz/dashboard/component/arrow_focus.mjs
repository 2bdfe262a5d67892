// Which arrows stand out: the one under the pointer, or those of the word under it; and which
// families the visitor has hidden by the legend.

const REACH = 6; // pixels from a shaft

/** @typedef {import("./arrow_labels.mjs").Arrow} Arrow */

/**
 * Return the arrow whose shaft is nearest to a pixel, or null if none is within reach.
 * @param {Arrow[]} arrows
 * @param {(id: number) => [number, number]} pixel
 * @param {number} x @param {number} y
 * @returns {Arrow | null}
 */
export function arrowAt(arrows, pixel, x, y) {
  let best = null;
  let least = REACH;
  for (const arrow of arrows) {
    const [x0, y0] = pixel(arrow.source);
    const [dx, dy] = [pixel(arrow.target)[0] - x0, pixel(arrow.target)[1] - y0];
    const along = ((x - x0) * dx + (y - y0) * dy) / (dx * dx + dy * dy || 1);
    const share = Math.min(1, Math.max(0, along));
    const distance = Math.hypot(x - x0 - share * dx, y - y0 - share * dy);
    if (distance < least) [best, least] = [arrow, distance];
  }
  return best;
}

/** The arrow under the pointer, and the hidden families. */
export class ArrowFocus {
  constructor() {
    /** @type {Arrow | null} */
    this.hovered = null;
    /** Labels of hidden families. @type {Set<string>} */
    this.hidden = new Set();
  }

  /** Show a hidden family, or hide it. @param {string} label */
  toggle(label) {
    if (!this.hidden.delete(label)) this.hidden.add(label);
  }

  /** @param {import("./arrows.mjs").Family[]} families */
  visible(families) {
    return families.filter((family) => !this.hidden.has(family.label));
  }

  /**
   * Return the test of whether an arrow stands out; null if all do.
   * @param {number} hoveredWord  Id, or -1.
   * @param {Arrow[]} drawn
   * @returns {((arrow: Arrow) => boolean) | null}
   */
  test(hoveredWord, drawn) {
    const { hovered } = this;
    if (hovered) {
      return (arrow) => arrow.source === hovered.source && arrow.target === hovered.target
        && arrow.family.label === hovered.family.label;
    }
    const isEnd = (/** @type {Arrow} */ arrow) => arrow.source === hoveredWord || arrow.target === hoveredWord;
    return drawn.some(isEnd) ? isEnd : null;
  }
}
