// What is under the pointer or stepped to by the keyboard: a word, or an arrow; and the card about it.

import { ArrowFocus, arrowAt } from "./arrow_focus.mjs";
import { arrowContent, describeWord } from "./card.mjs";
import { nearest } from "./view.mjs";

const HOVER_DELAY = 220; // milliseconds over a word before its facts are requested
const CLOSE = 2; // pixels from a word

/** The hovered word or arrow, and the facts of words that were hovered before. */
export class Pointer {
  /** @param {import("./word_map.mjs").WordMap} map @param {() => void} changed  Called when the word changes. */
  constructor(map, changed) {
    this.map = map;
    this.changed = changed;
    this.hovered = -1;
    this.focus = new ArrowFocus();
    /** @type {Map<number, import("./card.mjs").Facts>} */
    this.facts = new Map();
    this.waiting = 0;
    this.stepped = false;
  }

  /** Forget words and facts when the map shows other words. */
  clear() {
    clearTimeout(this.waiting);
    this.hovered = -1;
    this.focus.hovered = null;
    this.facts.clear();
  }

  /** @param {number} x @param {number} y */
  move(x, y) {
    this.stepped = false;
    const id = this.wordAt(x, y);
    const arrows = this.map.painted.arrows.filter(({ family }) => !family.is_points);
    const arrow = arrowAt(arrows, (end) => this.map.pixel(end), x, y);
    // among many dots an arrow could not be reached if every one of them went first
    const isWord = id >= 0 && (!arrow || this.map.labelled.includes(id) || this.distance(id, x, y) < CLOSE);
    this.focusArrow(isWord ? null : arrow);
    this.setHovered(isWord ? id : -1);
  }
  leave() {
    this.focusArrow(null);
    this.setHovered(-1);
  }

  /** @param {number} id @param {number} x @param {number} y */
  distance(id, x, y) {
    const [wordX, wordY] = this.map.pixel(id);
    return Math.hypot(wordX - x, wordY - y);
  }

  /** @param {import("./arrow_labels.mjs").Arrow | null} arrow */
  focusArrow(arrow) {
    if (arrow === this.focus.hovered) return;
    this.focus.hovered = arrow;
    this.map.callbacks.focused(arrow);
    this.map.requestDraw();
  }

  /** @param {1 | -1} direction */
  step(direction) {
    const { labelled } = this.map;
    const n = labelled.length;
    if (!n) return;
    const place = labelled.indexOf(this.hovered);
    this.stepped = true;
    this.setHovered(labelled[(place + direction + n + (place < 0 && direction < 0 ? 1 : 0)) % n]);
    this.announceWord();
  }

  /** @param {number} id */
  setHovered(id) {
    if (id === this.hovered) return;
    this.hovered = id;
    clearTimeout(this.waiting);
    const rank = this.map.cloud.points.ranks[id];
    if (id >= 0 && !this.facts.has(rank)) {
      this.waiting = setTimeout(() => this.map.callbacks.requested(rank), HOVER_DELAY);
    }
    this.changed();
    this.map.requestDraw();
  }

  /** Store the facts that Python returned. @param {import("./card.mjs").Facts} facts */
  receiveFacts(facts) {
    const isNew = !this.facts.has(facts.rank);
    this.facts.set(facts.rank, facts);
    if (isNew && this.stepped && this.cardContent()?.rank === facts.rank) this.announceWord();
    this.map.requestDraw();
  }

  /** Return what the card shows. */
  cardContent() {
    const { word, ranks } = this.map.cloud.points;
    const arrow = this.focus.hovered;
    if (this.hovered < 0 && arrow) return arrowContent(arrow, word, (id) => this.map.pixel(id));
    if (this.hovered < 0) return null;
    const rank = ranks[this.hovered];
    return { word: word(this.hovered), rank, facts: this.facts.get(rank), at: this.map.pixel(this.hovered) };
  }

  announceWord() {
    const shown = this.cardContent();
    if (shown && !shown.pair) this.map.ui.announce(describeWord(shown));
  }

  /** @param {number} x @param {number} y */
  wordAt(x, y) {
    const { cloud, camera } = this.map;
    const labelled = new Set(this.map.labelled);
    const bonus = (/** @type {number} */ id) => (labelled.has(id) ? 6 : 0);
    return nearest(cloud.projected.xs, cloud.projected.ys, camera.view, x, y, 14, bonus);
  }
}
