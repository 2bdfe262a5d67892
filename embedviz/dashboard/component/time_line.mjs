// Entry point of the component that moves the words of a map through a series of moments: a button
// that plays it, and a slider.

import { prefersReducedMotion } from "./animation.mjs";
import { registry } from "./registry.mjs";
import { setTrails, showTime, Trails } from "./trails.mjs";

const [SHORTEST, A_MOMENT, LONGEST] = [4000, 400, 12_000]; // milliseconds of the whole series
const PLAY = "M5 3.5V16.5L16 10Z";
const PAUSE = "M5 4H8.5V16H5ZM11.5 4H15V16H11.5Z";

/** The buttons and the state of a time line. */
class TimeLine {
  /** @param {HTMLElement} element */
  constructor(element) {
    const find = (/** @type {string} */ name) => /** @type {any} */ (element.querySelector(name));
    [this.button, this.slider, this.label, this.icon] = ["button", "input", "output", "path"].map(find);
    /** @type {string[]} */
    this.labels = [];
    this.frame = 0;
    this.button.addEventListener("click", () => (this.frame ? this.pause() : this.play()));
    this.slider.addEventListener("input", () => {
      this.pause();
      this.show(Number(this.slider.value));
    });
  }

  get map() { return registry().maps.get(this.key); }
  get last() { return this.labels.length - 1; }

  /** Show a series: from its end, or from the moment at which the visitor left it. @param {any} data */
  set({ map: key, version, labels, places }) {
    const chosen = this.labels[Math.round(this.time ?? 0)];
    const isAtEnd = !this.labels.length || (!this.frame && (this.time ?? 0) >= this.last);
    const place = isAtEnd ? -1 : labels.indexOf(chosen);
    this.pause();
    [this.key, this.labels, this.slider.max] = [key, labels, String(labels.length - 1)];
    const [xs, ys] = ["x", "y"].map((name) => places.getChild(name).toArray());
    const trails = new Trails(xs, ys, labels.length, version);
    trails.time = this.time = place < 0 ? this.last : place;
    registry().trails.set(key, trails);
    if (this.map) setTrails(this.map, trails);
    this.tell();
  }

  play() {
    const start = this.time >= this.last ? 0 : this.time;
    const duration = Math.min(LONGEST, Math.max(SHORTEST, this.last * A_MOMENT));
    const began = performance.now() - (start / this.last) * duration;
    const inSteps = prefersReducedMotion();
    this.icon.setAttribute("d", PAUSE);
    this.button.setAttribute("aria-label", "Pause");
    const next = () => {
      const time = Math.min(this.last, ((performance.now() - began) / duration) * this.last);
      this.show(inSteps ? Math.floor(time) : time);
      if (time < this.last) this.frame = requestAnimationFrame(next);
      else this.pause();
    };
    this.frame = requestAnimationFrame(next);
  }

  pause() {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    this.icon.setAttribute("d", PLAY);
    this.button.setAttribute("aria-label", "Play");
  }

  /** @param {number} time */
  show(time) {
    this.time = time;
    if (this.map?.trails.nMoments) showTime(this.map, time);
    this.tell();
  }

  tell() {
    const moment = Math.round(this.time);
    const label = this.labels[moment] ?? "";
    this.slider.value = String(moment);
    this.slider.setAttribute("aria-valuetext", label);
    if (this.label.textContent !== label) this.label.textContent = label;
  }

  destroy() {
    this.pause();
    registry().trails.delete(this.key);
  }
}

/** @type {WeakMap<HTMLElement, TimeLine>} */
const shown = new WeakMap();

/**
 * @param {object} component
 * @param {any} component.data
 * @param {ParentNode} component.parentElement
 * @returns {() => void}
 */
export default function ({ data, parentElement }) {
  const element = /** @type {HTMLElement} */ (parentElement.querySelector(".time-line"));
  const line = shown.get(element) ?? new TimeLine(element);
  shown.set(element, line);
  line.set(data);
  return () => {
    line.destroy();
    shown.delete(element);
  };
}
