// The map: keeps the words, the look and the overlay, and draws when something changed.

import { Cloud } from "./cloud.mjs";
import { DensityLayer } from "./density.mjs";
import { Furniture } from "./furniture.mjs";
import { Hands } from "./hands.mjs";
import { listen } from "./input.mjs";
import { Occupancy } from "./labels.mjs";
import { NOBODY } from "./meeting.mjs";
import { between, Glide } from "./motion.mjs";
import { EMPTY, paint } from "./paint.mjs";
import { fill, readTheme, watch } from "./theme.mjs";
import { axes } from "./turning.mjs";
import { Camera, column, row } from "./view.mjs";

/** A word map in a frame. */
export class WordMap {
  /** @param {HTMLElement} frame */
  constructor(frame) {
    this.frame = frame;
    this.tell = NOBODY;
    const [lower, upper] = [document.createElement("canvas"), document.createElement("canvas")];
    frame.append(lower, upper);
    this.canvases = [lower, upper];
    this.density = new DensityLayer(lower);
    this.context = /** @type {CanvasRenderingContext2D} */ (upper.getContext("2d"));
    this.cloud = new Cloud();
    this.camera = new Camera();
    this.glide = new Glide();
    this.overlay = EMPTY;
    this.hands = new Hands(this);
    this.furniture = new Furniture(frame, this.hands);
    /** @type {number[]} */
    this.labelled = [];
    this.pending = 0;
    this.lowerKey = "";
    this.stopListening = listen(frame, this.hands);
    this.stopWatching = watch(frame, this);
    this.retheme();
  }

  get version() { return this.cloud.points.version; }
  get width() { return this.frame.clientWidth; }
  get height() { return this.frame.clientHeight; }

  /**
   * Show other words, or the same words elsewhere.
   * @param {import("./cloud.mjs").Points} points
   */
  setPoints(points) {
    this.cloud.set(points);
    this.hands.forget();
    this.lowerKey = "";
    this.lookAgain();
  }

  /** @param {import("./paint.mjs").Overlay} overlay */
  setOverlay(overlay) {
    const before = this.overlay;
    this.overlay = overlay;
    this.frame.setAttribute("aria-label", overlay.summary);
    this.furniture.showLegend(overlay.families, this.theme.dark);
    this.hands.adopt(overlay.selected);
    if (before.version && overlay.dims !== before.dims) this.reset();
    else if (!this.camera.moved) this.lookAgain();
    if (overlay.chosen && before.chosen && overlay.chosen.rank !== before.chosen.rank) {
      const place = this.cloud.place(overlay.chosen);
      this.moveTo(this.camera.showing(place, this.width, this.height), this.cloud.angles);
    }
    this.request();
  }

  /** Look at the whole from the front, or from where three dimensions are first seen, at once. */
  lookAgain() {
    this.glide.stop();
    this.cloud.angles = this.cloud.start(this.overlay.dims);
    this.fitWhole();
    this.looked();
  }

  /** Move to where the whole is seen. */
  reset() {
    const [view, angles] = [this.camera.view, this.cloud.angles];
    this.lookAgain();
    const [whole, start] = [this.camera.whole, this.cloud.angles];
    this.camera.view = view;
    this.cloud.look(angles);
    this.moveTo(whole, start);
    this.camera.moved = false;
  }

  /** Fit the view to the words of the arrows and of the parallelogram, or to all. */
  fitWhole() {
    const ids = this.overlay.families.flatMap((family) => family.pairs.flat());
    const { parallelogram, chosen } = this.overlay;
    this.cloud.centreOn(ids);
    const corners = parallelogram.length && chosen ? [...parallelogram, chosen] : parallelogram;
    this.camera.fit(this.cloud.box(ids, corners), this.width, this.height);
    this.furniture.settle(ids.map((id) => this.pixel(id)), this.frame);
  }

  /** @param {import("./view.mjs").View} view @param {import("./turning.mjs").Angles} angles */
  moveTo(view, angles) {
    const from = { view: this.camera.view, angles: this.cloud.angles };
    this.camera.moved = true;
    this.glide.start((share) => {
      this.camera.view = between(from.view, view, share);
      this.cloud.look(between(from.angles, angles, share));
      this.looked();
    });
  }

  /** The view or the angles are new. */
  looked() {
    // over the whole map a phone's page still scrolls
    const held = this.camera.moved || this.hands.tool !== "move" || this.overlay.dims === 3;
    this.frame.style.touchAction = held ? "none" : "pan-y";
    this.request();
  }

  /** @param {number} id @returns {[number, number]} */
  pixel(id) {
    const { xs, ys } = this.cloud.seen;
    return [column(this.camera.view, xs[id]), row(this.camera.view, ys[id])];
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
    else this.lookAgain();
  }

  /** Draw at the next frame. */
  request() {
    this.pending ||= requestAnimationFrame(() => {
      this.pending = 0;
      this.draw();
    });
  }

  draw() {
    const { width, height, cloud } = this;
    // words and overlay arrive one after the other: wait for both
    if (!width || !height || !cloud.size || this.overlay.version !== this.version) return;
    const { scale, x, y } = this.camera.view;
    const key = [scale, x, y, cloud.angles.yaw, cloud.angles.pitch].join();
    const density = key === this.lowerKey ? null : this.density;
    this.lowerKey = key;
    this.labelled = this.render(density, this.context, this.canvases[0].width / width);
    this.furniture.card.show(this.hands.shown(), this.frame);
    this.frame.dataset.ready = "true";
  }

  /**
   * Draw the map on two layers.
   * @param {DensityLayer | null} density  The lower one; null if it is as it was.
   * @param {CanvasRenderingContext2D} context  The upper one.
   * @param {number} ratio  Pixels to one of the page.
   * @returns {number[]}  Ids of the words that got a label.
   */
  render(density, context, ratio) {
    const { width, height, theme, cloud, overlay } = this;
    const { view, nearness } = this.camera;
    const { xs, ys } = cloud.seen;
    const scaled = { scale: view.scale * ratio, x: view.x * ratio, y: view.y * ratio };
    density?.draw(xs, ys, scaled, nearness, ratio, theme.dots);
    const occupancy = new Occupancy(width, height);
    this.furniture.reserve(occupancy);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    return paint(context, {
      xs, ys, view, theme, width, height, overlay, zoom: nearness,
      ranks: cloud.points.ranks, word: cloud.points.word, place: (mark) => cloud.place(mark),
      selected: this.hands.selected, outline: this.hands.outline,
      axes: overlay.dims === 3 ? axes(cloud.pivot, cloud.angles) : [],
    }, occupancy);
  }

  /** Let go of everything. */
  destroy() {
    this.stopListening();
    this.stopWatching();
    this.hands.forget();
    this.glide.stop();
    cancelAnimationFrame(this.pending);
    this.frame.replaceChildren();
  }
}
