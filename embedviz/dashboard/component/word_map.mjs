// The map: keeps the words, the view and the overlay, and draws when something changed.

import { DensityLayer } from "./density.mjs";
import { Furniture } from "./furniture.mjs";
import { listen } from "./input.mjs";
import { Occupancy } from "./labels.mjs";
import { EMPTY, paint } from "./paint.mjs";
import { fill, readTheme, watch } from "./theme.mjs";
import { boundingBox, Camera, column, nearest, row } from "./view.mjs";


/** A word map in a frame; its methods are the actions of input.mjs and the events of theme.mjs. */
export class WordMap {
  /**
   * @param {HTMLElement} frame
   * @param {(rank: number) => void} onPick  Called with a word's rank, or 0 to choose none.
   */
  constructor(frame, onPick) {
    this.frame = frame;
    this.onPick = onPick;
    const [lower, upper] = [document.createElement("canvas"), document.createElement("canvas")];
    frame.append(lower, upper);
    this.canvases = [lower, upper];
    this.density = new DensityLayer(lower);
    this.context = /** @type {CanvasRenderingContext2D} */ (upper.getContext("2d"));
    this.furniture = new Furniture(frame, {
      zoomCentre: (factor) => this.zoomCentre(factor),
      reset: () => this.reset(),
    });
    this.xs = this.ys = new Float32Array(0);
    this.ranks = new Int32Array(0);
    /** @type {(id: number) => string} */
    this.word = () => "";
    this.version = "";
    this.overlay = EMPTY;
    this.camera = new Camera();
    this.hovered = -1;
    /** @type {number[]} */
    this.labelled = [];
    this.pending = 0;
    this.lowerKey = "";
    this.stopListening = listen(frame, this);
    this.stopWatching = watch(frame, this);
    this.retheme();
  }

  /**
   * Show other words, or the same words elsewhere.
   * @param {import("./paint.mjs").Points} points
   */
  setPoints(points) {
    Object.assign(this, points);
    this.hovered = -1;
    this.lowerKey = "";
    this.reset();
  }

  /** @param {import("./paint.mjs").Overlay} overlay */
  setOverlay(overlay) {
    const before = this.overlay;
    this.overlay = overlay;
    this.frame.setAttribute("aria-label", overlay.summary);
    this.furniture.showLegend(overlay.families, this.theme.dark);
    if (!this.camera.moved) this.reset();
    if (overlay.chosen && before.chosen && overlay.chosen.rank !== before.chosen.rank) {
      this.camera.bringIntoView(overlay.chosen, this.width, this.height);
    }
    this.request();
  }

  get width() { return this.frame.clientWidth; }
  get height() { return this.frame.clientHeight; }

  /** @param {number} dx @param {number} dy */
  pan(dx, dy) {
    this.camera.pan(dx, dy);
    this.look();
  }
  /** @param {number} factor @param {number} x @param {number} y */
  zoom(factor, x, y) {
    this.camera.zoom(factor, x, y);
    this.look();
  }
  /** @param {number} factor */
  zoomCentre(factor) { this.zoom(factor, this.width / 2, this.height / 2); }

  /** Show the whole map. */
  reset() {
    const ids = this.overlay.families.flatMap((family) => family.pairs.flat());
    this.camera.fit(boundingBox(this.xs, this.ys, ids), this.width, this.height);
    this.furniture.settle(ids.map((id) => this.pixel(id)), this.frame);
    this.look();
  }

  look() {
    // over the whole map a phone's page still scrolls
    this.frame.style.touchAction = this.camera.moved ? "none" : "pan-y";
    this.request();
  }

  /** @param {number} x @param {number} y */
  hover(x, y) { this.point(this.wordAt(x, y)); }
  leave() { this.point(-1); }

  /** @param {number} x @param {number} y */
  pick(x, y) {
    const id = this.wordAt(x, y);
    if (id >= 0) this.onPick(this.ranks[id]);
  }

  /** @param {1 | -1} direction */
  step(direction) {
    const n = this.labelled.length;
    if (!n) return;
    const place = this.labelled.indexOf(this.hovered);
    this.point(this.labelled[(place + direction + n + (place < 0 && direction < 0 ? 1 : 0)) % n]);
    this.furniture.say(`${this.word(this.hovered)}, rank ${this.ranks[this.hovered]}`);
  }

  choose() { if (this.hovered >= 0) this.onPick(this.ranks[this.hovered]); }
  clear() { this.point(-1); this.onPick(0); }

  /** @param {number} id @returns {[number, number]} */
  pixel(id) {
    return [column(this.camera.view, this.xs[id]), row(this.camera.view, this.ys[id])];
  }

  /** @param {number} x @param {number} y */
  wordAt(x, y) {
    const labelled = new Set(this.labelled);
    return nearest(this.xs, this.ys, this.camera.view, x, y, 14, (id) => (labelled.has(id) ? 6 : 0));
  }

  /** @param {number} id */
  point(id) {
    if (id === this.hovered) return;
    this.hovered = id;
    this.frame.style.cursor = id < 0 ? "grab" : "pointer";
    this.request();
  }

  retheme() {
    this.theme = readTheme(this.frame);
    this.lowerKey = "";
    this.furniture.showLegend(this.overlay.families, this.theme.dark);
    this.request();
  }

  resize() {
    for (const canvas of this.canvases) fill(canvas, this.frame);
    this.lowerKey = "";
    if (this.camera.moved) this.request();
    else this.reset();
  }

  /** Draw at the next frame. */
  request() {
    this.pending ||= requestAnimationFrame(() => {
      this.pending = 0;
      this.draw();
    });
  }

  draw() {
    const { width, height, theme, xs, ys } = this;
    const { view, nearness } = this.camera;
    // words and overlay arrive one after the other: wait for both
    if (!width || !height || !xs.length || this.overlay.version !== this.version) return;
    const ratio = this.canvases[0].width / width;
    const key = [view.scale, view.x, view.y].join();
    if (key !== this.lowerKey) {
      const scaled = { scale: view.scale * ratio, x: view.x * ratio, y: view.y * ratio };
      this.density.draw(xs, ys, scaled, nearness, ratio, theme.dots);
      this.lowerKey = key;
    }
    const occupancy = new Occupancy(width, height);
    this.furniture.reserve(occupancy);
    this.context.setTransform(ratio, 0, 0, ratio, 0, 0);
    const scene = {
      xs, ys, view, theme, width, height, zoom: nearness,
      ranks: this.ranks, overlay: this.overlay, word: this.word,
    };
    this.labelled = paint(this.context, scene, occupancy);
    this.furniture.showCard(this.hovered < 0 ? null : {
      word: this.word(this.hovered),
      rank: this.ranks[this.hovered],
      at: this.pixel(this.hovered),
    }, this.frame);
    this.frame.dataset.ready = "true";
  }

  /** Let go of everything. */
  destroy() {
    this.stopListening();
    this.stopWatching();
    cancelAnimationFrame(this.pending);
    this.frame.replaceChildren();
  }
}
