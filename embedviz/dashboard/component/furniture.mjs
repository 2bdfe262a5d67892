// What stands on the map besides the canvas: legend, card, buttons, and the voice for screen readers.

import { familyStyle } from "./arrows.mjs";
import { Card } from "./card.mjs";
import { make, Tools } from "./tools.mjs";

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
   * @param {import("./tools.mjs").ToolActions} actions
   */
  constructor(frame, actions) {
    this.legend = make("ul", "legend");
    this.legend.setAttribute("aria-label", "Legend");
    this.card = new Card();
    this.voice = make("div", "unseen");
    this.voice.setAttribute("aria-live", "polite");
    this.tools = new Tools(actions);
    this.count = make("div", "count");
    this.count.hidden = true;
    frame.append(this.legend, this.tools.element, this.count, this.card.element, this.voice);
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
    for (const element of [this.legend, this.tools.element, this.count]) {
      if (!element.offsetParent) continue;
      occupancy.block(
        element.offsetLeft, element.offsetTop, element.offsetWidth, element.offsetHeight,
      );
    }
  }

  /** Where the legend stands. */
  legendBox() {
    const { offsetLeft: left, offsetTop: top, offsetWidth: width, offsetHeight: height } = this.legend;
    return { left, top, width, height };
  }

  /** Tell how many words are selected, of how many that were enclosed. @param {string} text */
  showCount(text) {
    this.count.textContent = text;
    this.count.hidden = !text;
  }

  /** Say something to a screen reader. @param {string} text */
  say(text) {
    this.voice.textContent = text;
  }
}
