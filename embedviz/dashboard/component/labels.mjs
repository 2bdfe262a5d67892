// Placing labels in order of rank without overlaps: a coarse grid records occupied cells.

const CELL = 6;
const MAX_LENGTH = 32;

/** @typedef {{id: number, text: string, x: number, y: number, width: number}} Label */

/** A coarse grid over the map; a cell is free or occupied. */
export class Occupancy {
  /** @param {number} width @param {number} height */
  constructor(width, height) {
    this.columns = Math.max(1, Math.ceil(width / CELL));
    this.rows = Math.max(1, Math.ceil(height / CELL));
    this.cells = new Uint8Array(this.columns * this.rows);
  }

  /**
   * Occupy a rectangle if all of it is free and inside the map.
   * @param {number} x @param {number} y @param {number} width @param {number} height
   * @returns {boolean}
   */
  take(x, y, width, height) {
    if (x < 0 || y < 0 || x + width > this.columns * CELL || y + height > this.rows * CELL) {
      return false;
    }
    const [left, right] = [Math.floor(x / CELL), Math.floor((x + width) / CELL)];
    const [top, bottom] = [Math.floor(y / CELL), Math.floor((y + height) / CELL)];
    for (let row = top; row <= bottom && row < this.rows; row++) {
      for (let column = left; column <= right && column < this.columns; column++) {
        if (this.cells[row * this.columns + column]) return false;
      }
    }
    this.block(x, y, width, height);
    return true;
  }

  /**
   * Occupy a rectangle, free or not.
   * @param {number} x @param {number} y @param {number} width @param {number} height
   */
  block(x, y, width, height) {
    const left = Math.max(0, Math.floor(x / CELL));
    const right = Math.min(this.columns - 1, Math.floor((x + width) / CELL));
    const top = Math.max(0, Math.floor(y / CELL));
    const bottom = Math.min(this.rows - 1, Math.floor((y + height) / CELL));
    for (let row = top; row <= bottom; row++) {
      const start = row * this.columns;
      this.cells.fill(1, start + left, Math.max(start + left, start + right + 1));
    }
  }
}

/**
 * Return a word for display on one line: control characters replaced, truncated to a length.
 * @param {string} word
 * @param {number} longest  In characters.
 */
export function clip(word, longest = MAX_LENGTH) {
  // the slice first: a word may be very long
  const characters = [...word.slice(0, 4 * longest)];
  const text = characters.slice(0, longest).join("").replace(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/gu, "\ufffd");
  return word.length > text.length ? `${text}…` : text;
}

/**
 * List positions of a label around its point, best first: left or right, above, below, diagonal.
 * @param {number} x @param {number} y @param {number} width @param {number} height
 * @param {number} gap
 * @returns {[number, number][]}  Left and top.
 */
function candidatePositions(x, y, width, height, gap) {
  const [right, left, middle] = [x + gap, x - gap - width, x - width / 2];
  const [level, above, below] = [y - height / 2, y - gap - height, y + gap];
  return [
    [right, level], [left, level], [middle, above], [middle, below],
    [right, above], [right, below], [left, above], [left, below],
  ];
}

/**
 * Place labels in order; a label without a free position is omitted.
 * @param {Iterable<number>} ids  Most important first.
 * @param {object} options
 * @param {(id: number) => {x: number, y: number}} options.at
 * @param {(id: number) => string} options.text
 * @param {(text: string) => number} options.measure  Width in pixels.
 * @param {number} options.lineHeight
 * @param {number} options.gap   Pixels between a word's point and its label.
 * @param {number} options.maxLabels  Maximum number of labels.
 * @param {Occupancy} occupancy
 * @returns {Label[]}
 */
export function placeLabels(ids, { at, text, measure, lineHeight, gap, maxLabels }, occupancy) {
  /** @type {Label[]} */
  const placed = [];
  const [width, height] = [occupancy.columns * CELL, occupancy.rows * CELL];
  for (const id of ids) {
    if (placed.length >= maxLabels) break;
    const { x, y } = at(id);
    if (x < 0 || y < 0 || x > width || y > height) continue;
    const label = text(id);
    const labelWidth = measure(label);
    for (const [left, top] of candidatePositions(x, y, labelWidth, lineHeight, gap)) {
      if (occupancy.take(left, top, labelWidth, lineHeight)) {
        placed.push({ id, text: label, x: left, y: top + lineHeight / 2, width: labelWidth });
        break;
      }
    }
  }
  return placed;
}
