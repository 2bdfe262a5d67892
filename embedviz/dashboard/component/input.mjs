// What hands do: mouse, wheel, touch and keyboard, told to the map as a few plain actions.

/**
 * @typedef {object} Actions
 * @property {(dx: number, dy: number) => void} pan
 * @property {(factor: number, x: number, y: number) => void} zoom   Around a pixel of the map.
 * @property {(factor: number) => void} zoomCentre
 * @property {() => void} reset
 * @property {(x: number, y: number) => void} hover
 * @property {() => void} leave
 * @property {(x: number, y: number) => void} pick
 * @property {(direction: 1 | -1) => void} step   To the next or the previous labelled word.
 * @property {() => void} choose                  The word stepped to.
 * @property {() => void} clear
 */

const KEY_PAN = 60;
const KEY_ZOOM = 1.3;
const CLICK_SLACK = 5;

/**
 * What a key does on the map; undefined if nothing.
 * @param {string} key
 * @param {Actions} actions
 * @returns {(() => void) | undefined}
 */
export function keyAction(key, actions) {
  /** @type {Record<string, () => void>} */
  const table = {
    ArrowLeft: () => actions.pan(KEY_PAN, 0),
    ArrowRight: () => actions.pan(-KEY_PAN, 0),
    ArrowUp: () => actions.pan(0, KEY_PAN),
    ArrowDown: () => actions.pan(0, -KEY_PAN),
    "+": () => actions.zoomCentre(KEY_ZOOM),
    "=": () => actions.zoomCentre(KEY_ZOOM),
    "-": () => actions.zoomCentre(1 / KEY_ZOOM),
    "0": () => actions.reset(),
    n: () => actions.step(1),
    p: () => actions.step(-1),
    Enter: () => actions.choose(),
    Escape: () => actions.clear(),
  };
  return Object.hasOwn(table, key) ? table[key] : undefined;
}

/**
 * Middle and spread of the pointers that are down.
 * @param {Map<number, {x: number, y: number}>} pointers
 * @returns {{x: number, y: number, spread: number}}
 */
export function gesture(pointers) {
  const points = [...pointers.values()];
  const x = points.reduce((sum, point) => sum + point.x, 0) / points.length;
  const y = points.reduce((sum, point) => sum + point.y, 0) / points.length;
  const spread = points.length < 2 ? 0 : Math.hypot(points[0].x - points[1].x, points[0].y - points[1].y);
  return { x, y, spread };
}

/**
 * Listen on the map's element.
 * @param {HTMLElement} element
 * @param {Actions} actions
 * @returns {() => void}  Stops listening.
 */
export function listen(element, actions) {
  const stop = new AbortController();
  const options = { signal: stop.signal };
  /** @type {Map<number, {x: number, y: number}>} */
  const pointers = new Map();
  let moved = 0;

  /** @param {MouseEvent} event */
  const place = (event) => {
    const frame = element.getBoundingClientRect();
    return { x: event.clientX - frame.left, y: event.clientY - frame.top };
  };

  element.addEventListener("wheel", (event) => {
    event.preventDefault();
    const { x, y } = place(event);
    const lines = event.deltaMode === 1 ? 16 : 1;
    actions.zoom(Math.exp(-event.deltaY * lines * 0.0016), x, y);
  }, { ...options, passive: false });

  element.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || event.target !== element) return;
    moved = pointers.size ? CLICK_SLACK : 0;
    pointers.set(event.pointerId, place(event));
    element.setPointerCapture(event.pointerId);
  }, options);

  element.addEventListener("pointermove", (event) => {
    const here = place(event);
    if (!pointers.has(event.pointerId)) {
      actions.hover(here.x, here.y);
      return;
    }
    const before = gesture(pointers);
    pointers.set(event.pointerId, here);
    const after = gesture(pointers);
    moved += Math.abs(after.x - before.x) + Math.abs(after.y - before.y);
    if (moved >= CLICK_SLACK) actions.pan(after.x - before.x, after.y - before.y);
    if (before.spread && after.spread) actions.zoom(after.spread / before.spread, after.x, after.y);
  }, options);

  element.addEventListener("pointerup", (event) => {
    if (!pointers.delete(event.pointerId) || moved >= CLICK_SLACK) return;
    const { x, y } = place(event);
    actions.pick(x, y);
  }, options);

  element.addEventListener("pointercancel", (event) => pointers.delete(event.pointerId), options);
  element.addEventListener("pointerleave", () => actions.leave(), options);

  element.addEventListener("keydown", (event) => {
    if (event.target !== element || event.ctrlKey || event.metaKey || event.altKey) return;
    const action = keyAction(event.key, actions);
    if (!action) return;
    event.preventDefault();
    action();
  }, options);

  return () => stop.abort();
}
