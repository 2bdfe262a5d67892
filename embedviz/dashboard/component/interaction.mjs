// The actions of input.mjs and toolbar.mjs: navigating, hovering and selecting.

import { savePng } from "./png_export.mjs";
import { Pointer } from "./pointer.mjs";
import { idsInside, MOST_SELECTED, outlineOf, toggleId } from "./selection.mjs";
import { placeAt } from "./view.mjs";

const RADIANS_PER_PIXEL = 0.008;

/** The hovered word, the selection and the current tool. */
export class Interaction {
  /** @param {import("./word_map.mjs").WordMap} map */
  constructor(map) {
    this.map = map;
    /** @type {import("./toolbar.mjs").Tool} */
    this.tool = "move";
    this.pointer = new Pointer(map, () => this.updateCursor());
    /** @type {number[]} */
    this.selected = [];
    /** @type {import("./selection.mjs").Pixel[]} */
    this.outline = [];
  }

  /** Reset hover, selection and facts when the map shows other words. */
  clearState() {
    this.pointer.clear();
    this.selected = [];
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
  hover(x, y) { this.pointer.move(x, y); }
  leave() { this.pointer.leave(); }

  /** @param {1 | -1} direction */
  step(direction) { this.pointer.step(direction); }

  /** Hide or show a family. @param {string} label */
  toggleFamily(label) {
    this.pointer.focus.toggle(label);
    this.map.retheme();
  }

  updateCursor() {
    const over = this.pointer.hovered >= 0 ? "pointer" : this.tool === "move" ? "grab" : "crosshair";
    this.map.frame.style.cursor = over;
  }

  // -- selecting --

  /** Extend the selection, or choose the word, or the place itself. @param {number} x @param {number} y @param {boolean} extend @param {boolean} place */
  pick(x, y, extend, place) {
    const id = place ? -1 : this.pointer.wordAt(x, y);
    if (id < 0) {
      // a pixel is a place of the plane only as long as the plane is not rotated
      if (!extend && this.map.overlay.dims === 2) this.map.callbacks.placed(placeAt(this.map.camera.view, x, y));
      return;
    }
    if (extend) this.select(toggleId(this.selected, id));
    else this.map.callbacks.picked(this.map.cloud.points.ranks[id]);
  }

  choose() { if (this.pointer.hovered >= 0) this.map.callbacks.picked(this.map.cloud.points.ranks[this.pointer.hovered]); }
  toggle() { if (this.pointer.hovered >= 0) this.select(toggleId(this.selected, this.pointer.hovered)); }

  clear() {
    this.pointer.setHovered(-1);
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
    if (tool !== "move") this.pointer.setHovered(-1);
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
