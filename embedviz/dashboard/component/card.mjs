// The card beside a word: what it is, how frequent, and what lies nearest to it in the full space.

import { clip } from "./labels.mjs";
import { make } from "./tools.mjs";

/**
 * @typedef {object} Facts  What Python knows of a word.
 * @property {number} rank
 * @property {number | null} count  How often it stood in the text; null if nobody counted.
 * @property {string[]} near        The nearest words, best first.
 */

/** @typedef {{word: string, rank: number, facts: Facts | undefined}} Shown */

/** @param {number} number */
const written = (number) => number.toLocaleString("en");

/**
 * Rank and frequency in a line.
 * @param {Shown} shown
 */
export function standing({ rank, facts }) {
  const times = facts?.count == null ? "" : ` · ${written(facts.count)} ${facts.count === 1 ? "time" : "times"}`;
  return `rank ${written(rank)}${times}`;
}

/** All of the card in a sentence, for a voice. @param {Shown} shown */
export function spoken(shown) {
  const near = shown.facts?.near.length ? `, nearest: ${shown.facts.near.map((word) => clip(word)).join(", ")}` : "";
  return `${clip(shown.word)}, ${standing(shown).replace(" · ", ", ")}${near}`;
}

/** The card. */
export class Card {
  constructor() {
    this.element = make("div", "card");
    this.element.hidden = true;
  }

  /**
   * Show the card beside a point; none for null.
   * @param {(Shown & {at: [number, number]}) | null} shown
   * @param {HTMLElement} frame
   */
  show(shown, frame) {
    this.element.hidden = !shown;
    if (!shown) return;
    const near = make("span", "near");
    for (const word of shown.facts?.near ?? []) near.append(make("bdi", "", clip(word, 24)));
    this.element.replaceChildren(
      make("bdi", "word", clip(shown.word, 48)),
      make("span", "rank", standing(shown)),
      ...(near.childElementCount ? [make("span", "rank", "nearest in the full space"), near] : []),
    );
    const { offsetWidth, offsetHeight } = this.element;
    const [x, y] = shown.at;
    const most = Math.max(4, frame.clientWidth - offsetWidth - 4);
    const left = Math.min(Math.max(4, x + 14), most);
    const above = y - offsetHeight - 12;
    this.element.style.transform = `translate(${left}px, ${above > 4 ? above : y + 14}px)`;
  }
}
