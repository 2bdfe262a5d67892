// What a person does with a map: looking around, pointing, choosing. Actions of input.mjs and tools.mjs.

import { spoken } from "./card.mjs";
import { savePicture } from "./picture.mjs";
import { enclosed, MOST_SELECTED, outline, toggled } from "./selection.mjs";
import { nearest } from "./view.mjs";

const HELD = 220; // milliseconds over a word before its facts are asked for
const TURN = 0.008; // radians a pixel

/** The hovered word, the selection, and what a drag does. */
export class Hands {
  /** @param {import("./word_map.mjs").WordMap} map */
  constructor(map) {
    this.map = map;
    /** @type {import("./tools.mjs").Tool} */
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

  /** The words are others now. */
  forget() {
    clearTimeout(this.waiting);
    this.hovered = -1;
    this.selected = [];
    this.facts.clear();
  }

  // -- looking around --

  /** @param {number} dx @param {number} dy */
  pan(dx, dy) {
    this.map.glide.stop();
    this.map.camera.pan(dx, dy);
    this.map.looked();
  }

  /** @param {number} dx @param {number} dy */
  drag(dx, dy) {
    if (this.map.overlay.dims !== 3) return this.pan(dx, dy);
    this.map.glide.stop();
    this.map.camera.moved = true;
    this.map.cloud.turn(dx * TURN, dy * TURN);
    return this.map.looked();
  }

  /** @param {number} factor @param {number} x @param {number} y */
  zoom(factor, x, y) {
    this.map.glide.stop();
    this.map.camera.zoom(factor, x, y);
    this.map.looked();
  }

  /** @param {number} factor */
  zoomCentre(factor) { this.zoom(factor, this.map.width / 2, this.map.height / 2); }
  reset() { this.map.reset(); }
  save() { savePicture(this.map); }
  find() { document.querySelector(/** @type {"input"} */ ('input[type="search"]'))?.focus(); }

  // -- pointing --

  /** @param {number} x @param {number} y */
  hover(x, y) {
    this.stepped = false;
    this.point(this.wordAt(x, y));
  }
  leave() { this.point(-1); }

  /** @param {1 | -1} direction */
  step(direction) {
    const { labelled } = this.map;
    const n = labelled.length;
    if (!n) return;
    const place = labelled.indexOf(this.hovered);
    this.stepped = true;
    this.point(labelled[(place + direction + n + (place < 0 && direction < 0 ? 1 : 0)) % n]);
    this.speak();
  }

  /** @param {number} id */
  point(id) {
    if (id === this.hovered) return;
    this.hovered = id;
    clearTimeout(this.waiting);
    const rank = this.map.cloud.points.ranks[id];
    if (id >= 0 && !this.facts.has(rank)) {
      this.waiting = setTimeout(() => this.map.tell.asked(rank), HELD);
    }
    this.cursor();
    this.map.request();
  }

  /** Python has answered. @param {import("./card.mjs").Facts} facts */
  learn(facts) {
    const news = !this.facts.has(facts.rank);
    this.facts.set(facts.rank, facts);
    if (news && this.stepped && this.shown()?.rank === facts.rank) this.speak();
    this.map.request();
  }

  /** What the card shows. */
  shown() {
    if (this.hovered < 0) return null;
    const { word, ranks } = this.map.cloud.points;
    const rank = ranks[this.hovered];
    return { word: word(this.hovered), rank, facts: this.facts.get(rank), at: this.map.pixel(this.hovered) };
  }

  speak() {
    const shown = this.shown();
    if (shown) this.map.furniture.say(spoken(shown));
  }

  cursor() {
    const over = this.hovered >= 0 ? "pointer" : this.tool === "move" ? "grab" : "crosshair";
    this.map.frame.style.cursor = over;
  }

  /** @param {number} x @param {number} y */
  wordAt(x, y) {
    const { cloud, camera } = this.map;
    const labelled = new Set(this.map.labelled);
    const bonus = (/** @type {number} */ id) => (labelled.has(id) ? 6 : 0);
    return nearest(cloud.seen.xs, cloud.seen.ys, camera.view, x, y, 14, bonus);
  }

  // -- choosing --

  /** @param {number} x @param {number} y @param {boolean} several */
  pick(x, y, several) {
    const id = this.wordAt(x, y);
    if (id < 0) return;
    if (several) this.select(toggled(this.selected, id));
    else this.map.tell.picked(this.map.cloud.points.ranks[id]);
  }

  choose() { if (this.hovered >= 0) this.map.tell.picked(this.map.cloud.points.ranks[this.hovered]); }
  toggle() { if (this.hovered >= 0) this.select(toggled(this.selected, this.hovered)); }

  clear() {
    this.point(-1);
    this.map.furniture.say("");
    if (this.selected.length) this.select([]);
    else this.map.tell.picked(0);
  }

  /** @param {import("./tools.mjs").Tool} tool */
  use(tool) {
    this.tool = tool;
    this.map.furniture.tools.show(tool);
    this.cursor();
    this.map.looked();
  }

  /** @param {import("./tools.mjs").Tool} tool @param {import("./selection.mjs").Pixel[]} path */
  draw(tool, path) {
    if (tool !== "move") this.point(-1);
    this.outline = tool === "move" ? [] : outline(tool, path);
    this.map.request();
  }

  /** @param {"box" | "lasso"} tool @param {import("./selection.mjs").Pixel[]} path */
  enclose(tool, path) {
    const { xs, ys } = this.map.cloud.seen;
    const found = enclosed(xs, ys, this.map.camera.view, outline(tool, path));
    this.outline = [];
    this.select(found.slice(0, MOST_SELECTED), found.length);
  }

  /** @param {number[]} ids @param {number} found  Of how many they are the most frequent. */
  select(ids, found = ids.length) {
    this.adopt(ids);
    const text = found > ids.length ? `${ids.length} most frequent of ${found} words selected` : `${ids.length} selected`;
    if (ids.length) this.map.furniture.showCount(text);
    this.map.furniture.say(text);
    this.map.tell.selected(ids.map(this.map.cloud.points.word));
  }

  /** Show a selection that Python knows already. @param {number[]} ids */
  adopt(ids) {
    if (ids.join() === this.selected.join()) return;
    this.selected = ids;
    this.map.furniture.showCount(ids.length ? `${ids.length} selected` : "");
    this.map.request();
  }
}
