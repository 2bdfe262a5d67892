// The elements above the canvas: legend, card, toolbar, selection count, live region for screen readers.

import { familyStyle, markCorners, markStyle } from "./arrows.mjs";
import { Card } from "./card.mjs";
import { makeElement, Toolbar } from "./toolbar.mjs";

/**
 * Draw a sample of a family's arrow, or of its mark, for the legend.
 * @param {import("./arrows.mjs").Family} family
 * @param {boolean} dark
 * @returns {SVGSVGElement}
 */
function sample(family, dark) {
  const { colour, dash } = familyStyle(family.style, dark);
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", family.is_points ? "0 0 16 10" : "0 0 34 10");
  svg.setAttribute("aria-hidden", "true");
  const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
  line.setAttribute("d", "M1 5H25");
  line.setAttribute("stroke", colour);
  line.setAttribute("stroke-width", "2");
  line.setAttribute("stroke-dasharray", dash.join(" "));
  const head = document.createElementNS("http://www.w3.org/2000/svg", "path");
  head.setAttribute("d", "M33 5 24 1V9Z");
  head.setAttribute("fill", colour);
  if (family.is_points) {
    svg.setAttribute("class", "mark");
    svg.append(markSample(family, dark));
  } else svg.append(line, head);
  return svg;
}

/** @param {import("./arrows.mjs").Family} family @param {boolean} dark */
function markSample(family, dark) {
  const { colour, radius } = markStyle(family, dark);
  const corners = markCorners(family.style, 8, 5, radius);
  const mark = document.createElementNS("http://www.w3.org/2000/svg", corners.length ? "polygon" : "circle");
  for (const [name, value] of corners.length ? [["points", corners.join(" ")]] : [["cx", "8"], ["cy", "5"], ["r", `${radius}`]]) {
    mark.setAttribute(name, value);
  }
  mark.setAttribute("fill", colour);
  return mark;
}

/**
 * Return the corner in which a box covers the fewest points; the first in case of a tie.
 * @param {[number, number][]} points
 * @param {{width: number, height: number}} box
 * @param {{width: number, height: number}} frame
 * @returns {string}
 */
export function emptiestCorner(points, box, frame) {
  const bottom = frame.height - box.height;
  const right = frame.width - box.width;
  const corners = /** @type {const} */ ([
    ["bottom left", 0, bottom], ["top left", 0, 0], ["bottom right", right, bottom],
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

/** All HTML elements of the map except the canvases. */
export class UserInterface {
  /**
   * @param {HTMLElement} frame
   * @param {import("./toolbar.mjs").ToolActions & {toggleFamily: (label: string) => void}} actions
   */
  constructor(frame, actions) {
    this.legend = makeElement("ul", "legend");
    this.legend.setAttribute("aria-label", "Legend");
    this.actions = actions;
    this.card = new Card();
    this.liveRegion = makeElement("div", "unseen");
    this.liveRegion.setAttribute("aria-live", "polite");
    this.toolbar = new Toolbar(actions);
    this.count = makeElement("div", "count");
    this.count.hidden = true;
    frame.append(this.legend, this.toolbar.element, this.count, this.card.element, this.liveRegion);
  }

  /**
   * Show a button for each family, which hides its arrows and shows them again.
   * @param {import("./arrows.mjs").Family[]} families
   * @param {boolean} dark @param {boolean} isWanted
   * @param {Set<string>} hidden  Labels of hidden families.
   */
  showLegend(families, dark, isWanted, hidden) {
    const focused = this.legend.contains(document.activeElement) && document.activeElement?.textContent;
    this.legend.replaceChildren(
      ...families.map((family) => {
        const item = makeElement("li", "");
        const button = makeElement("button", "family");
        button.type = "button";
        button.title = `Hide or show these ${family.is_points ? "words" : "arrows"}`;
        button.setAttribute("aria-pressed", String(!hidden.has(family.label)));
        button.append(sample(family, dark), makeElement("span", "", family.label));
        button.addEventListener("click", () => this.actions.toggleFamily(family.label));
        item.append(button);
        return item;
      }),
    );
    for (const button of this.legend.querySelectorAll("button")) {
      if (focused && button.textContent === focused) button.focus();
    }
    this.isOfPoints = families.some((family) => family.is_points);
    this.number = makeElement("li", "number");
    this.showNumber(0, 0);
    this.legend.append(this.number);
    this.legend.hidden = !families.length || !isWanted;
  }

  /** Tell how many arrows are drawn; always one line, as labels keep clear of the legend. @param {number} drawn @param {number} leftOut */
  showNumber(drawn, leftOut) {
    if (!this.number) return;
    const text = leftOut ? `${drawn} of ${drawn + leftOut} arrows: zoom in for the rest` : `${drawn.toLocaleString("en")} ${this.isOfPoints ? "words" : "arrows"}`;
    if (this.number.textContent !== text) this.number.textContent = text;
  }

  /**
   * Put the legend in the corner where it covers the fewest arrows.
   * @param {[number, number][]} ends  Pixel positions of the arrows' ends.
   * @param {HTMLElement} frame
   */
  placeLegend(ends, frame) {
    const box = { width: this.legend.offsetWidth + 40, height: this.legend.offsetHeight + 30 };
    const size = { width: frame.clientWidth, height: frame.clientHeight };
    this.legend.dataset.corner = emptiestCorner(ends, box, size);
  }

  /**
   * Block labels under the legend and the toolbar.
   * @param {import("./labels.mjs").Occupancy} occupancy
   */
  reserve(occupancy) {
    for (const element of [this.legend, this.toolbar.element, this.count]) {
      if (!element.offsetParent) continue;
      occupancy.block(
        element.offsetLeft, element.offsetTop, element.offsetWidth, element.offsetHeight,
      );
    }
  }

  /** Return the position and size of the legend. */
  legendBox() {
    const { offsetLeft: left, offsetTop: top, offsetWidth: width, offsetHeight: height } = this.legend;
    return { left, top, width, height };
  }

  /** Show how many words are selected. @param {string} text */
  showCount(text) {
    this.count.textContent = text;
    this.count.hidden = !text;
  }

  /** Announce a text to screen readers. @param {string} text */
  announce(text) {
    this.liveRegion.textContent = text;
  }
}
