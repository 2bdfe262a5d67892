// The map's toolbar: buttons for zooming, choosing a drag tool, and saving a picture.

/** @typedef {"move" | "box" | "lasso"} Tool */

/**
 * @typedef {object} ToolActions
 * @property {(factor: number) => void} zoomCentre
 * @property {() => void} reset
 * @property {(tool: Tool) => void} setTool
 * @property {() => void} save
 */

// SVG paths in a 20 × 20 view box
const ICONS = {
  nearer: "M10 4v12M4 10h12",
  farther: "M4 10h12",
  whole: "M3 8V3h5M12 3h5v5M17 12v5h-5M8 17H3v-5",
  move: "M10 2v16M2 10h16M8 4l2-2 2 2M8 16l2 2 2-2M4 8l-2 2 2 2M16 8l2 2-2 2",
  box: "M3 5v-2h2M8 3h4M15 3h2v2M17 8v4M17 15v2h-2M12 17H8M5 17H3v-2M3 12V8",
  lasso: "M6 13C2 11 2 4 10 4s9 7 4 9c-3 1.2-6 1-8 0zM6 13c-2 1-1 3 0 4",
  save: "M10 3v9M6 8.5l4 4 4-4M3 16.5h14",
};

/**
 * Create an element.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {string} className
 * @param {string} text  Plain text, never parsed as HTML.
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function makeElement(tag, className, text = "") {
  const element = document.createElement(tag);
  element.className = className;
  element.textContent = text;
  return element;
}

/** @param {keyof typeof ICONS} name @param {string} label @param {() => void} action */
function button(name, label, action) {
  const element = makeElement("button", "button");
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 20 20");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  element.append(svg);
  element.type = "button";
  element.title = label;
  element.setAttribute("aria-label", label);
  element.addEventListener("click", action);
  return element;
}

/** Column of buttons. */
export class Toolbar {
  /** @param {ToolActions} actions */
  constructor(actions) {
    this.element = makeElement("div", "buttons");
    this.choices = new Map(/** @type {[Tool, HTMLButtonElement][]} */ ([
      ["move", button("move", "Drag moves the map (M)", () => actions.setTool("move"))],
      ["box", button("box", "Drag selects words in a box (B, or Shift and drag)", () => actions.setTool("box"))],
      ["lasso", button("lasso", "Drag selects words with a lasso (L, or Alt and drag)", () => actions.setTool("lasso"))],
    ]));
    for (const choice of this.choices.values()) choice.classList.add("tool");
    this.element.append(
      button("nearer", "Zoom in (+)", () => actions.zoomCentre(1.5)),
      button("farther", "Zoom out (−)", () => actions.zoomCentre(1 / 1.5)),
      button("whole", "Show the whole map (0)", () => actions.reset()),
      ...this.choices.values(),
      button("save", "Save the map as a picture (PNG)", () => actions.save()),
    );
    this.show("move");
  }

  /** @param {Tool} tool */
  show(tool) {
    for (const [name, element] of this.choices) {
      element.setAttribute("aria-pressed", String(name === tool));
    }
  }
}
