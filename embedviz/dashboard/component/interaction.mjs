// The actions of input.mjs and toolbar.mjs: navigating, hovering and selecting.

import { describeWord } from "./card.mjs";
import { savePng } from "./png_export.mjs";
import { idsInside, MOST_SELECTED, outlineOf, toggleId } from "./selection.mjs";
import { nearest, placeAt } from "./view.mjs";

const HOVER_DELAY = 220; // milliseconds over a word before its facts are requested
const RADIANS_PER_PIXEL = 0.008;

/** The hovered word, the selection and the current tool. */
export class Interaction {
  /** @param {import("./word_map.mjs").WordMap} map */
  constructor(map) {
    this.map = map;
    /** @type {import("./toolbar.mjs").Tool} */
    this.tool = "move";
    this.hovered = -1;
    /** @type {number[]} */
    this.selected = [];
    /** @type {import("./selection.mjs").Pixel[]} */
    this.outline = [];
    /** @type {Map<number, import("./card.mjs").Facts>} */
    this.facts = new Map();
    this.waiting = 0;
    this.stepped = false;
  }

  /** Reset hover, selection and facts when the map shows other words. */
  clearState() {
    clearTimeout(this.waiting);
    this.hovered = -1;
    this.selected = [];
    this.facts.clear();
  }

  // -- navigating --

  /** @param {number} dx @param {number} dy */
  pan(dx, dy) {
    this.map.transition.stop();
    this.map.camera.pan(dx, dy);
    this.map.viewChanged();
  }

  /** @param {number} dx @param {number} dy */
  drag(dx, dy) {
    if (this.map.overlay.dims !== 3) return this.pan(dx, dy);
    this.map.transition.stop();
    this.map.camera.moved = true;
    this.map.cloud.rotate(dx * RADIANS_PER_PIXEL, dy * RADIANS_PER_PIXEL);
    return this.map.viewChanged();
  }

  /** @param {number} factor @param {number} x @param {number} y */
  zoom(factor, x, y) {
    this.map.transition.stop();
    this.map.camera.zoom(factor, x, y);
    this.map.viewChanged();
  }

  /** @param {number} factor */
  zoomCentre(factor) { this.zoom(factor, this.map.width / 2, this.map.height / 2); }
  reset() { this.map.reset(); }
  save() { savePng(this.map); }
  focusSearch() { document.querySelector(/** @type {"input"} */ ('input[type="search"]'))?.focus(); }

  // -- hovering --

  /** @param {number} x @param {number} y */
  hover(x, y) {
    this.stepped = false;
    this.setHovered(this.wordAt(x, y));
  }
  leave() { this.setHovered(-1); }

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
    this.updateCursor();
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
    if (this.hovered < 0) return null;
    const { word, ranks } = this.map.cloud.points;
    const rank = ranks[this.hovered];
    return { word: word(this.hovered), rank, facts: this.facts.get(rank), at: this.map.pixel(this.hovered) };
  }

  announceWord() {
    const shown = this.cardContent();
    if (shown) this.map.ui.announce(describeWord(shown));
  }

  updateCursor() {
    const over = this.hovered >= 0 ? "pointer" : this.tool === "move" ? "grab" : "crosshair";
    this.map.frame.style.cursor = over;
  }

  /** @param {number} x @param {number} y */
  wordAt(x, y) {
    const { cloud, camera } = this.map;
    const labelled = new Set(this.map.labelled);
    const bonus = (/** @type {number} */ id) => (labelled.has(id) ? 6 : 0);
    return nearest(cloud.projected.xs, cloud.projected.ys, camera.view, x, y, 14, bonus);
  }

  // -- selecting --

  /** Extend the selection, or choose the word, or the place itself. @param {number} x @param {number} y @param {boolean} extend @param {boolean} place */
  pick(x, y, extend, place) {
    const id = place ? -1 : this.wordAt(x, y);
    if (id < 0) {
      // a pixel is a place of the plane only as long as the plane is not rotated
      if (!extend && this.map.overlay.dims === 2) this.map.callbacks.placed(placeAt(this.map.camera.view, x, y));
      return;
    }
    if (extend) this.select(toggleId(this.selected, id));
    else this.map.callbacks.picked(this.map.cloud.points.ranks[id]);
  }

  choose() { if (this.hovered >= 0) this.map.callbacks.picked(this.map.cloud.points.ranks[this.hovered]); }
  toggle() { if (this.hovered >= 0) this.select(toggleId(this.selected, this.hovered)); }

  clear() {
    this.setHovered(-1);
    this.map.ui.announce("");
    if (this.selected.length) this.select([]);
    else this.map.callbacks.picked(0);
  }

  /** @param {import("./toolbar.mjs").Tool} tool */
  setTool(tool) {
    this.tool = tool;
    this.map.ui.toolbar.show(tool);
    this.updateCursor();
    this.map.viewChanged();
  }

  /** @param {import("./toolbar.mjs").Tool} tool @param {import("./selection.mjs").Pixel[]} path */
  draw(tool, path) {
    if (tool !== "move") this.setHovered(-1);
    this.outline = tool === "move" ? [] : outlineOf(tool, path);
    this.map.requestDraw();
  }

  /** @param {"box" | "lasso"} tool @param {import("./selection.mjs").Pixel[]} path */
  enclose(tool, path) {
    const { xs, ys } = this.map.cloud.projected;
    const found = idsInside(xs, ys, this.map.camera.view, outlineOf(tool, path));
    this.outline = [];
    this.select(found.slice(0, MOST_SELECTED), found.length);
  }

  /** @param {number[]} ids  The most frequent of those found. @param {number} found  How many were found. */
  select(ids, found = ids.length) {
    this.setSelection(ids);
    const text = found > ids.length ? `${ids.length} most frequent of ${found} words selected` : `${ids.length} selected`;
    if (ids.length) this.map.ui.showCount(text);
    this.map.ui.announce(text);
    this.map.callbacks.selected(ids.map(this.map.cloud.points.word));
  }

  /** Show a selection without reporting it to Python. @param {number[]} ids */
  setSelection(ids) {
    if (ids.join() === this.selected.join()) return;
    this.selected = ids;
    this.map.ui.showCount(ids.length ? `${ids.length} selected` : "");
    this.map.requestDraw();
  }
}
