// Mouse, wheel, touch and keyboard events, translated into a few actions of the map.

/** @typedef {import("./selection.mjs").Pixel} Pixel */
/** @typedef {import("./toolbar.mjs").Tool} Tool */

/**
 * @typedef {object} Actions
 * @property {Tool} tool                          What a drag does.
 * @property {(tool: Tool) => void} setTool
 * @property {(dx: number, dy: number) => void} pan
 * @property {(dx: number, dy: number) => void} drag  Rotates in three dimensions, pans in two.
 * @property {(tool: Tool, path: Pixel[]) => void} draw   An unfinished outline.
 * @property {(tool: Tool, path: Pixel[]) => void} enclose  A finished outline.
 * @property {(factor: number, x: number, y: number) => void} zoom   Around a pixel of the map.
 * @property {(factor: number) => void} zoomCentre
 * @property {() => void} reset
 * @property {(x: number, y: number) => void} hover
 * @property {() => void} leave
 * @property {(x: number, y: number, several: boolean, place: boolean) => void} pick
 * @property {(direction: 1 | -1) => void} step   To the next or the previous labelled word.
 * @property {() => void} choose                  The hovered word.
 * @property {() => void} toggle                  Adds the hovered word to the selection or removes it.
 * @property {() => void} clear
 * @property {() => void} focusSearch             Moves the focus to the search field.
 */

const KEY_PAN = 60;
const KEY_ZOOM = 1.3;
const CLICK_SLACK = 5; // pixels that a click may move

/**
 * Return the action of a key; undefined if it has none.
 * @param {string} key
 * @param {Actions} actions
 * @param {boolean} shift  Whether Shift is pressed: arrow keys then pan in three dimensions too.
 * @returns {(() => void) | undefined}
 */
export function keyAction(key, actions, shift = false) {
  const move = (/** @type {number} */ dx, /** @type {number} */ dy) =>
    shift ? actions.pan(dx, dy) : actions.drag(dx, dy);
  /** @type {Record<string, () => void>} */
  const table = {
    ArrowLeft: () => move(KEY_PAN, 0),
    ArrowRight: () => move(-KEY_PAN, 0),
    ArrowUp: () => move(0, KEY_PAN),
    ArrowDown: () => move(0, -KEY_PAN),
    "+": () => actions.zoomCentre(KEY_ZOOM),
    "=": () => actions.zoomCentre(KEY_ZOOM),
    "-": () => actions.zoomCentre(1 / KEY_ZOOM),
    "0": () => actions.reset(),
    n: () => actions.step(1),
    p: () => actions.step(-1),
    m: () => actions.setTool("move"),
    b: () => actions.setTool("box"),
    l: () => actions.setTool("lasso"),
    Enter: () => actions.choose(),
    " ": () => actions.toggle(),
    Escape: () => actions.clear(),
    "/": () => actions.focusSearch(),
  };
  const name = key.length === 1 ? key.toLowerCase() : key;
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

/**
 * Return the tool of a drag that starts with these modifier keys pressed.
 * @param {{shiftKey: boolean, altKey: boolean}} event
 * @param {Tool} tool  The selected tool.
 * @returns {Tool}
 */
export function dragTool(event, tool) {
  if (event.shiftKey) return "box";
  return event.altKey ? "lasso" : tool;
}

/**
 * Return the centre of the pressed pointers and the distance between the first two.
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
 * Add the event listeners to the map's element.
 * @param {HTMLElement} element
 * @param {Actions} actions
 * @returns {() => void}  Removes the listeners.
 */
export function listen(element, actions) {
  const stop = new AbortController();
  const options = { signal: stop.signal };
  /** @type {Map<number, {x: number, y: number}>} */
  const pointers = new Map();
  let moved = 0;
  /** @type {Tool} */
  let tool = "move";
  /** @type {Pixel[]} */
  let path = [];

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
    tool = pointers.size ? "move" : dragTool(event, actions.tool); // a second finger pans and zooms
    actions.draw(tool, (path = [place(event)]));
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
    if (moved < CLICK_SLACK) return;
    if (tool !== "move") {
      path.push(here);
      actions.draw(tool, path);
      return;
    }
    const pans = pointers.size > 1 || event.ctrlKey;
    actions[pans ? "pan" : "drag"](after.x - before.x, after.y - before.y);
    if (before.spread && after.spread) actions.zoom(after.spread / before.spread, after.x, after.y);
  }, options);

  element.addEventListener("pointerup", (event) => {
    if (!pointers.delete(event.pointerId)) return;
    const { x, y } = place(event);
    if (moved < CLICK_SLACK) actions.pick(x, y, event.shiftKey, event.altKey);
    else if (tool !== "move") actions.enclose(tool, path);
  }, options);

  element.addEventListener("pointercancel", (event) => {
    pointers.delete(event.pointerId);
    actions.draw("move", []);
  }, options);
  element.addEventListener("pointerleave", () => actions.leave(), options);

  element.addEventListener("keydown", (event) => {
    if (event.target !== element || event.ctrlKey || event.metaKey || event.altKey) return;
    const action = keyAction(event.key, actions, event.shiftKey);
    if (!action) return;
    event.preventDefault();
    action();
  }, options);

  return () => stop.abort();
}
