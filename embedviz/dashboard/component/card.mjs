// The card next to a word: the word, its frequency, and its nearest words in the full space.

import { clip } from "./labels.mjs";
import { makeElement } from "./toolbar.mjs";

/**
 * @typedef {object} Facts  What Python returns for a word.
 * @property {number} rank
 * @property {number | null} count  Occurrences in the training text; null if not recorded.
 * @property {string[]} near        Nearest words, most similar first.
 * @property {string | null} [picture]  Address of a PNG picture, as data.
 * @property {number | null} [stability]  Share of its nearest words that other seeds have too.
 */

/** @typedef {{word: string, rank: number, facts: Facts | undefined, pair?: string}} Shown  `pair`: of an arrow. */

/** @param {number} number */
const formatNumber = (number) => number.toLocaleString("en");

/**
 * Format rank and count in one line.
 * @param {Shown} shown
 */
export function rankAndCount({ rank, facts }) {
  const times = facts?.count == null ? "" : ` · ${formatNumber(facts.count)} ${facts.count === 1 ? "time" : "times"}`;
  return `rank ${formatNumber(rank)}${times}`;
}

/** Describe a word in one sentence, for screen readers. @param {Shown} shown */
export function describeWord(shown) {
  const near = shown.facts?.near.length ? `, nearest: ${shown.facts.near.map((word) => clip(word)).join(", ")}` : "";
  return `${clip(shown.word)}, ${rankAndCount(shown).replace(" · ", ", ")}${near}`;
}

/**
 * Return what the card shows of an arrow.
 * @param {import("./arrow_labels.mjs").Arrow} arrow
 * @param {(id: number) => string} word @param {(id: number) => [number, number]} pixel
 */
export function arrowContent({ family, source, target }, word, pixel) {
  const [[x0, y0], [x1, y1]] = [pixel(source), pixel(target)];
  const pair = `${clip(word(source), 24)} → ${clip(word(target), 24)}`;
  return {
    pair, word: family.label, rank: 0, facts: undefined,
    at: /** @type {[number, number]} */ ([(x0 + x1) / 2, (y0 + y1) / 2]),
  };
}

/** The picture of what is shown, if it has one. @param {Shown} shown @returns {HTMLElement[]} */
function pictureOf({ facts }) {
  if (!facts?.picture?.startsWith("data:image/png;base64,")) return [];
  const picture = /** @type {HTMLImageElement} */ (makeElement("img", "picture"));
  picture.src = facts.picture;
  picture.alt = "";
  return [picture];
}

/** How stable the nearest words are, if it was measured. @param {Pick<Shown, "facts">} shown */
export const stable = ({ facts }) =>
  facts?.stability == null ? "" : ` · ${Math.round(100 * facts.stability)} % stable over seeds`;

/** What the card shows of a word. @param {Shown} shown @returns {HTMLElement[]} */
function rowsOf(shown) {
  const near = makeElement("span", "near");
  for (const word of shown.facts?.near ?? []) near.append(makeElement("bdi", "", clip(word, 24)));
  return [
    ...pictureOf(shown),
    makeElement("bdi", "word", clip(shown.word, 48)),
    makeElement("span", "rank", rankAndCount(shown)),
    ...(near.childElementCount ? [makeElement("span", "rank", `nearest in the full space${stable(shown)}`), near] : []),
  ];
}

/** Shows a word, its rank, its count and its nearest words. */
export class Card {
  constructor() {
    this.element = makeElement("div", "card");
    this.element.hidden = true;
  }

  /**
   * Show the card next to a point; hide it for null.
   * @param {(Shown & {at: [number, number]}) | null} shown
   * @param {HTMLElement} frame
   */
  show(shown, frame) {
    this.element.hidden = !shown;
    if (!shown) return;
    this.element.replaceChildren(...(shown.pair
      ? [makeElement("bdi", "word", shown.pair), makeElement("span", "rank", shown.word)]
      : rowsOf(shown)));
    const { offsetWidth, offsetHeight } = this.element;
    const [x, y] = shown.at;
    const most = Math.max(4, frame.clientWidth - offsetWidth - 4);
    const left = Math.min(Math.max(4, x + 14), most);
    const above = y - offsetHeight - 12;
    this.element.style.transform = `translate(${left}px, ${above > 4 ? above : y + 14}px)`;
  }
}
