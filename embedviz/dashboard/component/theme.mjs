// The frame's surroundings: Streamlit's theme, given as CSS variables, and the frame's size.

/**
 * @typedef {object} Theme
 * @property {string} text
 * @property {string} muted
 * @property {string} ground
 * @property {string} primary
 * @property {string} font
 * @property {[number, number, number]} dots
 * @property {boolean} dark
 */

/**
 * Red, green and blue of a colour written as #rgb, #rrggbb or rgb(…).
 * @param {string} colour
 * @returns {[number, number, number]}
 */
export function rgb(colour) {
  const hex = /^#([0-9a-f]{3,8})$/i.exec(colour.trim())?.[1];
  if (hex) {
    const full = hex.length < 6 ? [...hex].map((sign) => sign + sign).join("") : hex;
    return [0, 2, 4].map((at) => Number.parseInt(full.slice(at, at + 2), 16));
  }
  const numbers = colour.match(/[\d.]+/g)?.map(Number) ?? [];
  return [numbers[0] ?? 0, numbers[1] ?? 0, numbers[2] ?? 0];
}

/**
 * A colour between two.
 * @param {string} from @param {string} to
 * @param {number} share  0 for the first, 1 for the second.
 */
export function mix(from, to, share) {
  const [a, b] = [rgb(from), rgb(to)];
  return `rgb(${a.map((value, i) => Math.round(value + (b[i] - value) * share)).join(", ")})`;
}

/** Whether a ground is dark. @param {string} colour */
export function isDark(colour) {
  const [red, green, blue] = rgb(colour);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue < 110;
}

/** Read the theme as it stands at an element. @param {Element} element @returns {Theme} */
export function readTheme(element) {
  const style = getComputedStyle(element);
  /** @param {string} name @param {string} otherwise */
  const value = (name, otherwise) => style.getPropertyValue(name).trim() || otherwise;
  const text = value("--st-text-color", "#1b2330");
  const ground = value("--st-background-color", "#ffffff");
  const dark = isDark(ground);
  return {
    text,
    ground,
    dark,
    muted: mix(text, ground, dark ? 0.42 : 0.38),
    primary: value("--st-primary-color", "#2a3fc4"),
    font: value("--st-font", "system-ui, sans-serif"),
    dots: dark ? [164, 182, 222] : [84, 104, 148],
  };
}

/**
 * Tell of a new size and of a new theme.
 * @param {HTMLElement} frame
 * @param {{resize: () => void, retheme: () => void}} events
 * @returns {() => void}  Stops watching.
 */
export function watch(frame, events) {
  const observer = new ResizeObserver(() => events.resize());
  observer.observe(frame);
  // the frame's ground has a transition of a moment: its end tells of a new theme
  const themed = (/** @type {Event} */ event) => event.target === frame && events.retheme();
  frame.addEventListener("transitionend", themed);
  return () => {
    observer.disconnect();
    frame.removeEventListener("transitionend", themed);
  };
}

/**
 * Give a canvas as many pixels as the screen has where the frame stands.
 * @param {HTMLCanvasElement} canvas
 * @param {HTMLElement} frame
 */
export function fill(canvas, frame) {
  const ratio = window.devicePixelRatio || 1;
  canvas.width = Math.max(1, Math.round(frame.clientWidth * ratio));
  canvas.height = Math.max(1, Math.round(frame.clientHeight * ratio));
}
