// Entry point of the component that shows a program beside the trace that a net writes of it. A
// character is chosen by a click, or with a slider that can play; the places at which the net looks
// while it writes it are marked in the program and in the trace.

import { prefersReducedMotion } from "./animation.mjs";
import { familyStyle } from "./arrows.mjs";
import { sayCharacter, stripes, visible } from "./looks.mjs";
import { readTheme } from "./theme.mjs";
import { makeElement } from "./toolbar.mjs";

const A_CHARACTER = 140; // milliseconds
const STYLES = [3, 0, 1, 2]; // of the heads
const SURE = 0.995;

/** The program, the trace, and the character that is chosen. */
class WrittenTrace {
  /** @param {HTMLElement} element */
  constructor(element) {
    [this.element, this.timer, this.chosen] = [element, 0, 0];
    /** @type {HTMLElement[][]} */
    [this.read, this.written] = [[], []];
  }

  /** @param {any} data */
  set(data) {
    this.pause();
    this.data = data;
    this.trace = data.steps.map((/** @type {any} */ step) => step.text).join("");
    if (this.before !== data.source + this.trace) this.chosen = data.alike < this.trace.length ? data.alike : 0;
    this.before = data.source + this.trace;
    const { dark } = readTheme(this.element);
    for (let head = 0; head < data.heads; head++) {
      const { colour } = familyStyle(STYLES[head % STYLES.length], dark);
      this.element.style.setProperty(`--head-${head}`, colour);
    }
    const texts = makeElement("div", "texts");
    texts.append(this.makeProgram(), this.makeSteps());
    this.element.replaceChildren(this.makeControls(), texts);
    this.show(Math.max(0, this.chosen));
  }

  makeControls() {
    const controls = makeElement("div", "controls");
    this.button = makeElement("button", "play");
    this.button.type = "button";
    this.name("▶", "Play");
    this.button.addEventListener("click", () => (this.timer ? this.pause() : this.play()));
    this.slider = makeElement("input", "slider");
    Object.assign(this.slider, { type: "range", min: "0", max: String(Math.max(0, this.trace.length - 1)), step: "1" });
    this.slider.setAttribute("aria-label", "Character of the trace");
    this.slider.addEventListener("input", () => this.choose(Number(this.slider.value)));
    this.said = makeElement("p", "said");
    const key = makeElement("p", "key");
    for (let head = 0; head < this.data.heads; head++) {
      const name = makeElement("span", "head", `head ${head + 1}`);
      name.style.setProperty("--colour", `var(--head-${head})`);
      key.append(name);
    }
    controls.append(this.button, this.slider, this.said, key);
    return controls;
  }

  makeProgram() {
    const list = makeElement("ol", "program");
    list.setAttribute("aria-label", "Program");
    this.read = [];
    const lines = this.data.source.split("\n");
    for (const [number, line] of lines.entries()) {
      const row = makeElement("li", "line");
      row.append(makeElement("span", "number", String(number + 1)));
      const code = makeElement("span", "code");
      for (const sign of number < lines.length - 1 ? `${line}\n` : line) {
        this.read.push(makeElement("span", sign === "\n" ? "sign break" : "sign", visible(sign)));
        code.append(this.read[this.read.length - 1]);
      }
      row.append(code);
      list.append(row);
    }
    this.lines = [...list.children];
    return list;
  }

  makeSteps() {
    const list = makeElement("ol", "steps");
    list.setAttribute("aria-label", "Trace");
    this.written = [];
    this.steps = this.data.steps.map((/** @type {any} */ step) => {
      const row = makeElement("li", "step");
      const begin = this.written.length;
      row.append(makeElement("span", "number", step.lines));
      const body = makeElement("div", "body");
      const text = makeElement("div", "text");
      for (const sign of step.text) text.append(this.makeSign(sign));
      if (!step.text) text.append(makeElement("span", "none", "nothing more"));
      body.append(text);
      const meaning = step.meaning || "cannot be read";
      if (step.text === step.true) {
        body.append(makeElement("div", "meaning", meaning));
      } else {
        row.classList.add("wrong");
        const true_ = makeElement("div", "text true");
        for (const sign of step.true) true_.append(makeElement("span", "sign", visible(sign)));
        true_.append(makeElement("span", "none", step.true ? " true" : "nothing more would be true"));
        body.append(true_, makeElement("div", "meaning", `✗ ${meaning}`));
        if (step.true_meaning) body.append(makeElement("div", "meaning", `✓ ${step.true_meaning}`));
      }
      row.append(body);
      list.append(row);
      return { row, begin, end: this.written.length, step };
    });
    return list;
  }

  /** @param {string} sign */
  makeSign(sign) {
    const place = this.written.length;
    const one = makeElement("span", "sign", visible(sign));
    const sure = this.data.probabilities[place] ?? 1;
    one.title = `character ${place + 1}, p ${sure.toFixed(3)}`;
    one.classList.toggle("doubt", sure < SURE);
    one.style.setProperty("--doubt", String(1 - sure));
    if (place === this.data.alike) one.classList.add("parts");
    one.addEventListener("click", () => this.choose(place));
    this.written.push(one);
    return one;
  }

  /** Mark where the net looks while it writes a character. @param {number} place */
  show(place) {
    this.chosen = place;
    const { program, own, heads } = this.data;
    for (const [signs, looks] of [[this.read, program[place]], [this.written, own[place]]]) {
      const weights = new Map();
      for (const [head, at, weight] of looks ?? []) {
        if (!weights.has(at)) weights.set(at, new Array(heads).fill(0));
        weights.get(at)[head] = weight;
      }
      signs.forEach((/** @type {HTMLElement} */ sign, /** @type {number} */ at) => {
        const here = weights.get(at);
        sign.style.background = here ? stripes(here) : "";
        sign.classList.toggle("seen", Boolean(here) && Math.max(...here) >= 0.5);
      });
    }
    this.written.forEach((sign, at) => sign.classList.toggle("chosen", at === place));
    const now = this.steps.find((one) => place >= one.begin && place < one.end);
    for (const one of this.steps) one.row.classList.toggle("now", one === now);
    const [first, last] = now ? [now.step.first - 1, now.step.last - 1] : [0, -1];
    this.lines.forEach((line, i) => line.classList.toggle("now", i >= first && i <= last));
    this.said.textContent = sayCharacter(this.data, this.trace, place);
    this.slider.value = String(place);
    this.slider.setAttribute("aria-valuetext", this.said.textContent);
  }

  /** @param {number} place */
  choose(place) {
    this.pause();
    this.show(place);
  }

  play() {
    if (this.chosen >= this.trace.length - 1) this.show(0);
    this.name("❚❚", "Pause");
    this.timer = setInterval(() => {
      if (this.chosen < this.trace.length - 1) this.show(this.chosen + 1);
      else this.pause();
    }, prefersReducedMotion() ? 4 * A_CHARACTER : A_CHARACTER);
  }

  pause() {
    clearInterval(this.timer);
    this.timer = 0;
    if (this.button) this.name("▶", "Play");
  }

  /** Name the button. @param {string} sign @param {string} label */
  name(sign, label) {
    this.button.textContent = sign;
    this.button.setAttribute("aria-label", label);
  }
}

/** @type {WeakMap<HTMLElement, WrittenTrace>} */
const onPage = new WeakMap();

/**
 * @param {object} component
 * @param {any} component.data
 * @param {ParentNode} component.parentElement
 * @returns {() => void}
 */
export default function ({ data, parentElement }) {
  const element = /** @type {HTMLElement} */ (parentElement.querySelector(".written-trace"));
  const trace = onPage.get(element) ?? new WrittenTrace(element);
  onPage.set(element, trace);
  trace.set(data);
  return () => {
    trace.pause();
    onPage.delete(element);
  };
}
