// Placing labels in order of rank without overlaps: a fine grid records what covers its cells.

const CELL = 2; // pixels; a coarser grid would let a word's own point refuse its label
const MAX_LENGTH = 32;

/** What may cover a cell: lines may be written over if there is no other room, the rest never. */
export const SOLID = 1;
export const LINE = 2;

/** @typedef {{id: number, text: string, x: number, y: number, width: number}} Label */

/** A grid over the map; a cell is free, or covered by something. */
export class Occupancy {
  /** @param {number} width @param {number} height */
  constructor(width, height) {
    this.columns = Math.max(1, Math.ceil(width / CELL));
    this.rows = Math.max(1, Math.ceil(height / CELL));
    this.cells = new Uint8Array(this.columns * this.rows);
  }

  /**
   * Whether a rectangle is inside the map and not covered.
   * @param {number} x @param {number} y @param {number} width @param {number} height
   * @param {number} by  SOLID, LINE, or both.
   */
  isFree(x, y, width, height, by = SOLID | LINE) {
    if (x < 0 || y < 0 || x + width > this.columns * CELL || y + height > this.rows * CELL) {
      return false;
    }
    const { left, right, top, bottom } = this.#cellsOf(x, y, width, height);
    for (let row = top; row <= bottom; row++) {
      for (let at = row * this.columns + left; at <= row * this.columns + right; at++) {
        if (this.cells[at] & by) return false;
      }
    }
    return true;
  }

  /**
   * Occupy a rectangle if all of it is free and inside the map.
   * @param {number} x @param {number} y @param {number} width @param {number} height
   * @returns {boolean}
   */
  take(x, y, width, height) {
    const isFree = this.isFree(x, y, width, height);
    if (isFree) this.block(x, y, width, height);
    return isFree;
  }

  /**
   * Occupy a rectangle, free or not.
   * @param {number} x @param {number} y @param {number} width @param {number} height
   * @param {number} by  SOLID or LINE.
   */
  block(x, y, width, height, by = SOLID) {
    const { left, right, top, bottom } = this.#cellsOf(x, y, width, height);
    for (let row = top; row <= bottom; row++) {
      for (let at = row * this.columns + left; at <= row * this.columns + right; at++) {
        this.cells[at] |= by;
      }
    }
  }

  /**
   * Cover the cells on a line.
   * @param {{x: number, y: number}} from @param {{x: number, y: number}} to
   */
  blockLine(from, to) {
    for (const { x, y } of pointsOn(from, to)) this.block(x - 2, y - 2, 4, 4, LINE);
  }

  /**
   * Whether nothing solid is on a line, beyond a distance from its start.
   * @param {{x: number, y: number}} from @param {{x: number, y: number}} to
   * @param {number} beyond  In pixels.
   */
  isClear(from, to, beyond) {
    return pointsOn(from, to).every(
      ({ x, y }) => Math.hypot(x - from.x, y - from.y) < beyond || this.isFree(x - 1, y - 1, 2, 2, SOLID),
    );
  }

  /** @param {number} x @param {number} y @param {number} width @param {number} height */
  #cellsOf(x, y, width, height) {
    return {
      left: Math.max(0, Math.floor(x / CELL)),
      right: Math.min(this.columns - 1, Math.floor((x + width) / CELL)),
      top: Math.max(0, Math.floor(y / CELL)),
      bottom: Math.min(this.rows - 1, Math.floor((y + height) / CELL)),
    };
  }
}

/** @param {{x: number, y: number}} from @param {{x: number, y: number}} to */
function pointsOn(from, to) {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const steps = Math.max(1, Math.min(400, Math.ceil(Math.hypot(dx, dy) / 4)));
  return Array.from({ length: steps + 1 }, (_, i) => ({
    x: from.x + (dx * i) / steps, y: from.y + (dy * i) / steps,
  }));
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
export function candidatePositions(x, y, width, height, gap) {
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
