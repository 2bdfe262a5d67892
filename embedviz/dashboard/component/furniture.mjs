// What stands on the map besides the canvas: legend, card, buttons, and the voice for screen readers.

import { familyStyle } from "./arrows.mjs";
import { clip } from "./labels.mjs";

/**
 * A new element.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {string} className
 * @param {string} text  Shown as it is, never read as HTML.
 * @returns {HTMLElementTagNameMap[Tag]}
 */
function make(tag, className, text = "") {
  const element = document.createElement(tag);
  element.className = className;
  element.textContent = text;
  return element;
}

/**
 * A sample of a family's arrow.
 * @param {{colour: string, dash: number[]}} style
 * @returns {SVGSVGElement}
 */
function sample({ colour, dash }) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 34 10");
  svg.setAttribute("aria-hidden", "true");
  const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
  line.setAttribute("d", "M1 5H25");
  line.setAttribute("stroke", colour);
  line.setAttribute("stroke-width", "2");
  line.setAttribute("stroke-dasharray", dash.join(" "));
  const head = document.createElementNS("http://www.w3.org/2000/svg", "path");
  head.setAttribute("d", "M33 5 24 1V9Z");
  head.setAttribute("fill", colour);
  svg.append(line, head);
  return svg;
}

/**
 * The corner in which a box hides the fewest points; the first of equals.
 * @param {[number, number][]} points
 * @param {{width: number, height: number}} box
 * @param {{width: number, height: number}} frame
 * @returns {string}
 */
export function quietestCorner(points, box, frame) {
  const low = frame.height - box.height;
  const far = frame.width - box.width;
  const corners = /** @type {const} */ ([
    ["bottom left", 0, low], ["top left", 0, 0], ["bottom right", far, low],
  ]);
  let best = "bottom left";
  let fewest = Infinity;
  for (const [name, left, top] of corners) {
    const hidden = points.filter(
      ([x, y]) => x >= left && x <= left + box.width && y >= top && y <= top + box.height,
    ).length;
    if (hidden < fewest) [best, fewest] = [name, hidden];
  }
  return best;
}

/** Everything on the map that is not drawn on the canvas. */
export class Furniture {
  /**
   * @param {HTMLElement} frame
   * @param {{zoomCentre: (factor: number) => void, reset: () => void}} actions
   */
  constructor(frame, actions) {
    this.legend = make("ul", "legend");
    this.legend.setAttribute("aria-label", "Legend");
    this.card = make("div", "card");
    this.card.hidden = true;
    this.voice = make("div", "unseen");
    this.voice.setAttribute("aria-live", "polite");
    this.buttons = make("div", "buttons");
    for (const [sign, name, action] of /** @type {const} */ ([
      ["+", "Zoom in", () => actions.zoomCentre(1.5)],
      ["−", "Zoom out", () => actions.zoomCentre(1 / 1.5)],
      ["⤢", "Show the whole map", () => actions.reset()],
    ])) {
      const button = make("button", "button", sign);
      button.type = "button";
      button.title = name;
      button.setAttribute("aria-label", name);
      button.addEventListener("click", action);
      this.buttons.append(button);
    }
    frame.append(this.legend, this.buttons, this.card, this.voice);
  }

  /** @param {import("./arrows.mjs").Family[]} families @param {boolean} dark */
  showLegend(families, dark) {
    this.legend.replaceChildren(
      ...families.map((family) => {
        const item = make("li", "family");
        item.append(sample(familyStyle(family.style, dark)), make("span", "", family.label));
        return item;
      }),
    );
    this.legend.hidden = !families.length;
  }

  /**
   * Put the legend where it hides the fewest arrows.
   * @param {[number, number][]} ends  Pixels of the arrows' ends.
   * @param {HTMLElement} frame
   */
  settle(ends, frame) {
    const box = { width: this.legend.offsetWidth + 40, height: this.legend.offsetHeight + 30 };
    const size = { width: frame.clientWidth, height: frame.clientHeight };
    this.legend.dataset.corner = quietestCorner(ends, box, size);
  }

  /**
   * Keep labels from under the legend and the buttons.
   * @param {import("./labels.mjs").Occupancy} occupancy
   */
  reserve(occupancy) {
    for (const element of [this.legend, this.buttons]) {
      if (!element.offsetParent) continue;
      occupancy.block(
        element.offsetLeft, element.offsetTop, element.offsetWidth, element.offsetHeight,
      );
    }
  }

  /**
   * Show the card of a word beside its point; none for null.
   * @param {{word: string, rank: number, at: [number, number]} | null} shown
   * @param {HTMLElement} frame
   */
  showCard(shown, frame) {
    this.card.hidden = !shown;
    if (!shown) return;
    this.card.replaceChildren(
      make("bdi", "word", clip(shown.word, 48)),
      make("span", "rank", `rank ${shown.rank.toLocaleString("en")}`),
    );
    const { offsetWidth, offsetHeight } = this.card;
    const [x, y] = shown.at;
    const most = Math.max(4, frame.clientWidth - offsetWidth - 4);
    const left = Math.min(Math.max(4, x + 14), most);
    const above = y - offsetHeight - 12;
    this.card.style.transform = `translate(${left}px, ${above > 4 ? above : y + 14}px)`;
  }

  /** Say something to a screen reader. @param {string} text */
  say(text) {
    this.voice.textContent = text;
  }
}
