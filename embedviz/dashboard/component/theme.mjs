// Streamlit's theme, read from CSS variables, and the size of the map's frame.

/**
 * @typedef {object} Theme
 * @property {string} text
 * @property {string} muted
 * @property {string} background
 * @property {string} primary
 * @property {string} font
 * @property {[number, number, number]} dots
 * @property {boolean} dark
 */

/**
 * Parse a colour written as #rgb, #rrggbb or rgb(…) into red, green and blue.
 * @param {string} colour
 * @returns {[number, number, number]}
 */
export function rgb(colour) {
  const hex = /^#([0-9a-f]{3,8})$/i.exec(colour.trim())?.[1];
  if (hex) {
    const full = hex.length < 6 ? [...hex].map((digit) => digit + digit).join("") : hex;
    return [0, 2, 4].map((at) => Number.parseInt(full.slice(at, at + 2), 16));
  }
  const numbers = colour.match(/[\d.]+/g)?.map(Number) ?? [];
  return [numbers[0] ?? 0, numbers[1] ?? 0, numbers[2] ?? 0];
}

/**
 * Interpolate two colours.
 * @param {string} from @param {string} to
 * @param {number} share  0 for the first, 1 for the second.
 */
export function mix(from, to, share) {
  const [a, b] = [rgb(from), rgb(to)];
  return `rgb(${a.map((value, i) => Math.round(value + (b[i] - value) * share)).join(", ")})`;
}

/** Whether a background is dark. @param {string} colour */
export function isDark(colour) {
  const [red, green, blue] = rgb(colour);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue < 110;
}

/** Read the theme that applies to an element. @param {Element} element @returns {Theme} */
export function readTheme(element) {
  const style = getComputedStyle(element);
  /** @param {string} name @param {string} otherwise */
  const value = (name, otherwise) => style.getPropertyValue(name).trim() || otherwise;
  const text = value("--st-text-color", "#1b2330");
  const background = value("--st-background-color", "#ffffff");
  const dark = isDark(background);
  return {
    text,
    background,
    dark,
    muted: mix(text, background, dark ? 0.42 : 0.38),
    primary: value("--st-primary-color", "#2a3fc4"),
    font: value("--st-font", "system-ui, sans-serif"),
    dots: dark ? [164, 182, 222] : [84, 104, 148],
  };
}

/**
 * Report changes of size and of theme.
 * @param {HTMLElement} frame
 * @param {{resize: () => void, retheme: () => void}} events
 * @returns {() => void}  Stops watching.
 */
export function watchFrame(frame, events) {
  const observer = new ResizeObserver(() => events.resize());
  observer.observe(frame);
  // the frame's background has a transition of 1 ms, whose end signals a change of theme
  const themed = (/** @type {Event} */ event) => event.target === frame && events.retheme();
  frame.addEventListener("transitionend", themed);
  return () => {
    observer.disconnect();
    frame.removeEventListener("transitionend", themed);
  };
}

/**
 * Set the size of a canvas to the device pixels of the frame.
 * @param {HTMLCanvasElement} canvas
 * @param {HTMLElement} frame
 */
export function fitCanvas(canvas, frame) {
  const ratio = window.devicePixelRatio || 1;
  canvas.width = Math.max(1, Math.round(frame.clientWidth * ratio));
  canvas.height = Math.max(1, Math.round(frame.clientHeight * ratio));
}
