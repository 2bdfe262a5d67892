// Entry point of the notebook widget: anywidget calls `render` with the values that Python shares.

import { unpackPoints } from "./map_data.mjs";
import { NO_CALLBACKS } from "./registry.mjs";
import { isDark, mix } from "./theme.mjs";
import { WordMap } from "./word_map.mjs";

/**
 * @typedef {object} Model  Values shared with Python.
 * @property {(name: string) => any} get
 * @property {(message: object) => void} send
 * @property {(event: string, listener: (message?: any) => void) => void} on
 * @property {(event: string, listener: (message?: any) => void) => void} off
 */

const THEME_CHECK = 1000; // milliseconds

/** @type {CanvasRenderingContext2D | null} */
let pixel = null;

/**
 * Red, green, blue and opacity, 0 to 255, of any colour of CSS: notebooks also write them as oklch(…) or color(…).
 * @param {string} colour
 */
function painted(colour) {
  const made = () => Object.assign(document.createElement("canvas"), { width: 1, height: 1 });
  pixel ??= /** @type {CanvasRenderingContext2D} */ (made().getContext("2d", { willReadFrequently: true }));
  pixel.clearRect(0, 0, 1, 1);
  pixel.fillStyle = colour;
  pixel.fillRect(0, 0, 1, 1);
  return pixel.getImageData(0, 0, 1, 1).data;
}

/** The colour behind an element: that of the nearest one that has any. @param {Element | null} element */
function backgroundOf(element) {
  // a notebook may keep outputs in shadow trees
  const parent = (/** @type {any} */ one) => one.parentElement ?? one.getRootNode().host ?? null;
  for (let one = element; one; one = parent(one)) {
    const [red, green, blue, opacity] = painted(getComputedStyle(one).backgroundColor);
    if (opacity) return `rgb(${red}, ${green}, ${blue})`;
  }
  return "rgb(255, 255, 255)";
}

/** Take text colour and background from the notebook, whichever it is. @param {HTMLElement} frame @param {HTMLElement} outside */
function adoptTheme(frame, outside) {
  const background = backgroundOf(outside);
  const dark = isDark(background);
  const text = dark ? "rgb(230, 234, 242)" : "rgb(27, 35, 48)";
  const colours = {
    "--st-background-color": background, "--st-text-color": text,
    "--st-border-color": mix(background, text, 0.2),
    "--st-primary-color": dark ? "#8aa0ff" : "#2a3fc4",
    "--st-font": getComputedStyle(outside).fontFamily || "system-ui, sans-serif",
  };
  for (const [name, value] of Object.entries(colours)) {
    if (frame.style.getPropertyValue(name) !== value) frame.style.setProperty(name, value);
  }
}

/** @returns {HTMLElement} */
function makeFrame() {
  const frame = document.createElement("div");
  frame.className = "word-map";
  frame.tabIndex = 0;
  for (const [name, value] of [["role", "application"], ["aria-roledescription", "word map"], ["aria-label", "Word map"]]) {
    frame.setAttribute(name, value);
  }
  // keys are the map's: a notebook would delete cells or run them
  frame.dataset.lmSuppressShortcuts = "true";
  frame.addEventListener("keydown", (event) => event.stopPropagation());
  return frame;
}

/** @param {{model: Model, el: HTMLElement}} given @returns {() => void}  Removes the map. */
function render({ model, el }) {
  const frame = makeFrame();
  frame.style.height = `${model.get("height")}px`;
  el.classList.add("embedviz-notebook");
  el.append(frame);
  // a notebook calls this before it places the element, which has no colours until then
  const placed = new ResizeObserver(() => adoptTheme(frame, el));
  placed.observe(frame);
  const map = new WordMap(frame);
  map.interaction.focusSearch = () => {}; // the notebook's search fields are not the map's

  map.callbacks = {
    ...NO_CALLBACKS,
    picked: (rank) => model.send({ picked: rank }),
    placed: () => model.send({ picked: 0 }),
    selected: () => model.send({ selected: map.interaction.selected }),
    requested: (rank) => model.send({ requested: rank }),
  };
  const listeners = {
    "change:_data": () => {
      const data = model.get("_data");
      map.setOverlay(data.overlay);
      map.setPoints(unpackPoints(data));
      listeners["change:_overlay"]();
    },
    "change:_overlay": () => map.setOverlay(model.get("_overlay")),
    "msg:custom": (/** @type {any} */ message) => {
      if (message?.facts) map.interaction.pointer.receiveFacts(message.facts);
    },
    "change:height": () => { frame.style.height = `${model.get("height")}px`; },
  };
  for (const [event, listener] of Object.entries(listeners)) model.on(event, listener);
  listeners["change:_data"]();

  // a notebook does not say that its theme changed, and its style sheets arrive one by one
  const watching = setInterval(() => adoptTheme(frame, el), THEME_CHECK);
  return () => {
    for (const [event, listener] of Object.entries(listeners)) model.off(event, listener);
    clearInterval(watching);
    placed.disconnect();
    map.destroy();
  };
}

export default { render };
