// Names of both ends of every arrow: beside the word, or further away at the end of a leader line.
// An arrow whose names have no room is not drawn; a point is drawn without its name.

import { interleavePairs } from "./arrows.mjs";
import { candidatePositions, LINE, SOLID } from "./labels.mjs";

/** @typedef {{x: number, y: number}} Place */
/** @typedef {import("./labels.mjs").Label & {leader?: [Place, Place]}} Name */
/** @typedef {{family: import("./arrows.mjs").Family, source: number, target: number}} Arrow */

const MAX_ARROWS = 300; // candidates of a frame: more could not be read; of points, that many names
const DOT = 4;
const GAP = 6;
const POINT_GAP = 9; // of a word with a mark of its own, which is larger
const NEAR_RING = 20;
const RINGS = [NEAR_RING, 32, 46, 64, 88, 120];
const DIRECTIONS = Array.from({ length: 16 }, (_, i) => (i * Math.PI) / 8);
const PAD = 2; // pixels between a leader line and its name

/**
 * Choose the arrows to draw, and place the names of their visible ends.
 * @param {import("./arrows.mjs").Family[]} families
 * @param {object} options
 * @param {(id: number) => Place} options.at
 * @param {(id: number) => string} options.text
 * @param {(text: string) => number} options.measure  Width in pixels.
 * @param {number} options.lineHeight
 * @param {(id: number) => boolean} options.isNamed  Whether a word has its name already.
 * @param {number} options.width @param {number} options.height
 * @param {Arrow | null} [options.first]  Placed before the others.
 * @param {import("./labels.mjs").Occupancy} occupancy
 * @returns {{arrows: Arrow[], names: Name[], nVisible: number}}  `nVisible` of all arrows have a
 *   visible end.
 */
export function placeArrows(families, options, occupancy) {
  const { at, width, height, isNamed, first = null } = options;
  const isVisible = (/** @type {number} */ id) => {
    const { x, y } = at(id);
    return x >= 0 && y >= 0 && x <= width && y <= height;
  };
  const isFirst = (/** @type {Arrow} */ one) => one.source === first?.source && one.target === first?.target;
  const inOrder = interleavePairs(families);
  const ordered = first ? [...inOrder.filter(isFirst), ...inOrder.filter((one) => !isFirst(one))] : inOrder;
  const visible = ordered.filter(
    ({ source, target }) => isVisible(source) || isVisible(target),
  );
  const candidates = visible.filter(({ family }, place) => family.is_points || place < MAX_ARROWS);
  for (const { source, target } of candidates) {
    for (const { x, y } of [at(source), at(target)]) occupancy.block(x - DOT, y - DOT, 2 * DOT, 2 * DOT);
    occupancy.blockLine(at(source), at(target));
  }
  /** @type {Map<number, Name>} */
  const named = new Map();
  const arrows = candidates.filter(({ family, source, target }, place) => {
    if (place >= MAX_ARROWS) return true; // a point
    /** @type {Name[]} */
    const found = [];
    for (const id of new Set([source, target])) {
      if (!isVisible(id) || isNamed(id) || named.has(id)) continue;
      const name = findPlace(id, { ...options, gap: family.is_points ? POINT_GAP : GAP }, occupancy, found);
      if (!name && !family.is_points) return false;
      if (name) found.push(name);
    }
    for (const name of found) {
      named.set(name.id, name);
      occupancy.block(name.x, name.y - options.lineHeight / 2, name.width, options.lineHeight);
      if (name.leader) occupancy.blockLine(...name.leader);
    }
    return true;
  });
  return { arrows, names: [...named.values()], nVisible: visible.length };
}

/**
 * Find a place for a name: beside the word; else close by; else beside it over lines; else anywhere
 * around it.
 * @param {number} id
 * @param {{at: (id: number) => Place, text: (id: number) => string, measure: (text: string) => number, lineHeight: number, gap: number}} options
 * @param {import("./labels.mjs").Occupancy} occupancy
 * @param {Name[]} others  Names that are about to be placed.
 * @returns {Name | null}
 */
function findPlace(id, { at, text, measure, lineHeight, gap }, occupancy, others) {
  const { x, y } = at(id);
  const label = text(id);
  const width = measure(label);
  const beside = candidatePositions(x, y, width, lineHeight, gap);
  const around = RINGS.flatMap((ring) => DIRECTIONS.map((angle) => onRing(x, y, width, lineHeight, ring, angle)));
  const close = around.slice(0, 2 * DIRECTIONS.length);
  for (const [places, by] of /** @type {const} */ ([
    [beside, SOLID | LINE], [close, SOLID | LINE], [beside, SOLID], [around, SOLID | LINE], [around, SOLID],
  ])) {
    for (const [left, top] of places) {
      const isFree = occupancy.isFree(left, top, width, lineHeight, by)
        && others.every((other) => isApart(other, left, top, width, lineHeight));
      if (!isFree) continue;
      const name = { id, text: label, x: left, y: top + lineHeight / 2, width };
      if (places === beside) return name;
      const end = nearestOn(left - PAD, top + PAD, width + 2 * PAD, lineHeight - 2 * PAD, x, y);
      if (occupancy.isClear({ x, y }, end, 2 * DOT)) return { ...name, leader: [{ x, y }, end] };
    }
  }
  return null;
}

/** Left and top of a box whose nearest side is at a distance from a point. @returns {[number, number]} @param {number} x @param {number} y @param {number} width @param {number} height @param {number} distance @param {number} angle */
function onRing(x, y, width, height, distance, angle) {
  const [toX, toY] = [Math.cos(angle), Math.sin(angle)];
  const side = Math.abs(toX) < 0.3 ? -width / 2 : toX > 0 ? 0 : -width;
  return [x + distance * toX + side, y + distance * toY - height / 2 + (Math.sign(toY) * height) / 4];
}

/** @param {Name} name @param {number} left @param {number} top @param {number} width @param {number} height */
function isApart(name, left, top, width, height) {
  return left >= name.x + name.width + PAD || name.x >= left + width + PAD
    || Math.abs(top + height / 2 - name.y) >= height;
}

/** @param {number} left @param {number} top @param {number} width @param {number} height @param {number} x @param {number} y */
function nearestOn(left, top, width, height, x, y) {
  return { x: Math.min(Math.max(x, left), left + width), y: Math.min(Math.max(y, top), top + height) };
}
