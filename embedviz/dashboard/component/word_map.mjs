// The map: contains the words, the view and the overlay, and redraws after a change.

import { PointCloud } from "./point_cloud.mjs";
import { DensityLayer } from "./density.mjs";
import { UserInterface } from "./user_interface.mjs";
import { Interaction } from "./interaction.mjs";
import { listen } from "./input.mjs";
import { Occupancy } from "./labels.mjs";
import { NO_CALLBACKS } from "./registry.mjs";
import { interpolate, Transition } from "./animation.mjs";
import { EMPTY_OVERLAY, paint } from "./paint.mjs";
import { NO_TRAILS } from "./trails.mjs";
import { fitCanvas, readTheme, watchFrame } from "./theme.mjs";
import { axes } from "./rotation.mjs";
import { Camera, column, row } from "./view.mjs";

/** A word map in a frame. */
export class WordMap {
  /** @param {HTMLElement} frame */
  constructor(frame) {
    this.frame = frame;
    this.callbacks = NO_CALLBACKS;
    const [lower, upper] = [document.createElement("canvas"), document.createElement("canvas")];
    frame.append(lower, upper);
    this.canvases = [lower, upper];
    this.density = new DensityLayer(lower);
    this.context = /** @type {CanvasRenderingContext2D} */ (upper.getContext("2d"));
    this.cloud = new PointCloud();
    this.camera = new Camera();
    this.transition = new Transition();
    this.overlay = EMPTY_OVERLAY;
    this.trails = NO_TRAILS;
    this.interaction = new Interaction(this);
    this.ui = new UserInterface(frame, this.interaction);
    /** @type {import("./paint.mjs").Painted} */
    this.painted = { labels: [], arrows: [], areas: [], nLeftOut: 0 };
    [this.pending, this.lowerKey] = [0, ""];
    [this.stopListening, this.stopWatching] = [listen(frame, this.interaction), watchFrame(frame, this)];
    this.retheme();
  }

  /** Ids of the labelled words, by priority. */
  get labelled() { return this.painted.labels.map((label) => label.id); }
  get version() { return this.cloud.points.version; }
  get width() { return this.frame.clientWidth; }
  get height() { return this.frame.clientHeight; }

  /** Replace the words, or their coordinates. @param {import("./point_cloud.mjs").Points} points */
  setPoints(points) {
    this.cloud.set(points);
    this.interaction.clearState();
    this.lowerKey = "";
    this.resetView();
  }

  /** @param {Partial<import("./paint.mjs").Overlay>} given  The rest is empty. */
  setOverlay(given) {
    const [before, overlay] = [this.overlay, { ...EMPTY_OVERLAY, ...given }];
    this.overlay = overlay;
    this.frame.setAttribute("aria-label", overlay.summary);
    this.showLegend();
    this.interaction.setSelection(overlay.selected);
    if (before.version && overlay.dims !== before.dims) this.reset();
    else if (!this.camera.moved) this.resetView();
    if (overlay.chosen && before.version && overlay.chosen.rank !== before.chosen?.rank) {
      const place = this.cloud.project(overlay.chosen);
      this.moveTo(this.camera.viewContaining(place, this.width, this.height), this.cloud.angles);
    }
    this.requestDraw();
  }

  /** Show the whole map at its initial angles, without a transition. */
  resetView() {
    this.transition.stop();
    this.cloud.angles = this.cloud.initialAngles(this.overlay.dims);
    this.fitWhole();
    this.viewChanged();
  }

  /** Show the whole map at its initial angles, with a transition. */
  reset() {
    const [view, angles] = [this.camera.view, this.cloud.angles];
    this.resetView();
    const [whole, start] = [this.camera.whole, this.cloud.angles];
    this.camera.view = view;
    this.cloud.setAngles(angles);
    this.moveTo(whole, start);
    this.camera.moved = false;
  }

  /** Fit the view to the words of the arrows and of the parallelogram, or to all words. */
  fitWhole() {
    const ids = this.overlay.families.flatMap((family) => family.pairs.flat());
    const { parallelogram: corners, chosen } = this.overlay;
    this.cloud.centreOn(ids);
    const places = [...corners, ...(corners.length && chosen ? [chosen] : []), ...this.trails.corners(ids, this.version)];
    this.camera.fit(this.cloud.bounds(ids, places), this.width, this.height);
    this.ui.placeLegend(ids.map((id) => this.pixel(id)), this.frame);
  }

  /** @param {import("./view.mjs").View} view @param {import("./rotation.mjs").Angles} angles */
  moveTo(view, angles) {
    const from = { view: this.camera.view, angles: this.cloud.angles };
    this.camera.moved = true;
    this.transition.start((share) => {
      this.camera.view = interpolate(from.view, view, share);
      this.cloud.setAngles(interpolate(from.angles, angles, share));
      this.viewChanged();
    });
  }

  /** Redraw after a change of the view or angles. */
  viewChanged() {
    // while the whole map is shown, a vertical swipe on a phone scrolls the page
    const capturesTouch = this.camera.moved || this.interaction.tool !== "move" || this.overlay.dims === 3;
    this.frame.style.touchAction = capturesTouch ? "none" : "pan-y";
    this.requestDraw();
  }

  /** @param {number} id @returns {[number, number]} */
  pixel(id) {
    const { xs, ys } = this.cloud.projected;
    return [column(this.camera.view, xs[id]), row(this.camera.view, ys[id])];
  }

  retheme() {
    this.theme = readTheme(this.frame);
    this.lowerKey = "";
    this.showLegend();
    this.requestDraw();
  }

  showLegend() {
    const { overlay: { families, has_legend: isWanted }, interaction: { pointer } } = this;
    this.ui.showLegend(families, this.theme.dark, isWanted, pointer.focus.hidden);
  }

  resize() {
    for (const canvas of this.canvases) fitCanvas(canvas, this.frame);
    this.lowerKey = "";
    this.camera.moved ? this.requestDraw() : this.resetView();
  }

  /** Draw in the next animation frame. */
  requestDraw() {
    this.pending ||= requestAnimationFrame(() => {
      this.pending = 0;
      this.draw();
    });
  }

  draw() {
    const { width, height, cloud } = this;
    // words and overlay arrive separately: wait until both belong together
    if (!width || !height || !cloud.size || this.overlay.version !== this.version) return;
    const { scale, x, y } = this.camera.view;
    const key = [scale, x, y, cloud.angles.yaw, cloud.angles.pitch].join();
    const density = key === this.lowerKey ? null : this.density;
    this.lowerKey = key;
    this.painted = this.render(density, this.context, this.canvases[0].width / width);
    this.ui.showNumber(this.painted.arrows.length, this.painted.nLeftOut);
    this.ui.card.show(this.interaction.pointer.cardContent(), this.frame);
    this.frame.dataset.ready = "true";
  }

  /**
   * Draw the map on two layers.
   * @param {DensityLayer | null} density  Lower layer; null if it is unchanged.
   * @param {CanvasRenderingContext2D} context  Upper layer.
   * @param {number} ratio  Canvas pixels per CSS pixel.
   */
  render(density, context, ratio) {
    const { width, height, theme, cloud, overlay, camera: { view, zoomLevel } } = this;
    const { focus, hovered } = this.interaction.pointer;
    const { xs, ys } = cloud.projected;
    const scaled = { scale: view.scale * ratio, x: view.x * ratio, y: view.y * ratio };
    density?.draw(xs, ys, scaled, zoomLevel, ratio, theme.dots);
    const occupancy = new Occupancy(width, height);
    this.ui.reserve(occupancy);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    return paint(context, {
      xs, ys, view, theme, width, height, zoom: zoomLevel, regions: cloud.points.regions ?? [],
      trails: this.trails.version === this.version ? this.trails : NO_TRAILS, overlay: { ...overlay, families: focus.visible(overlay.families) },
      standsOut: (arrows) => focus.test(hovered, arrows), focused: focus.hovered,
      ranks: cloud.points.ranks, word: cloud.points.word, place: (mark) => cloud.project(mark),
      selected: this.interaction.selected, outline: this.interaction.outline,
      axes: overlay.dims === 3 ? axes(cloud.pivot, cloud.angles) : [],
    }, occupancy);
  }

  /** Remove listeners, timers and elements. */
  destroy() {
    for (const stop of [this.stopListening, this.stopWatching]) stop();
    this.interaction.clearState();
    this.transition.stop();
    clearTimeout(this.density.atRest);
    cancelAnimationFrame(this.pending);
    this.frame.replaceChildren();
  }
}
