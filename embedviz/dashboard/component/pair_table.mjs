// Table of a relation's pairs, linked with the map of its arrows: a row under the pointer lights its
// arrow, an arrow its row; a click leaves a pair out, or takes it in again.

import { familyStyle } from "./arrows.mjs";
import { clip } from "./labels.mjs";
import { sendInTurn } from "./messages.mjs";
import { registry } from "./registry.mjs";
import { readTheme } from "./theme.mjs";
import { makeElement } from "./toolbar.mjs";

/**
 * @typedef {object} Row
 * @property {string} source
 * @property {string} target
 * @property {number | null} fit   Cosine with the mean of the others.
 * @property {number | null} rank  Of the target; 1 is a hit.
 * @property {[number, number]} ids  Rows of the map's words.
 */

/** The arrow of a row, as the map draws it. @param {any} map @param {[number, number]} ids */
function arrowOf(map, [source, target]) {
  const family = map.overlay.families.find((/** @type {any} */ one) => one.pairs.some(
    (/** @type {[number, number]} */ pair) => pair[0] === source && pair[1] === target,
  ));
  return family ? { family, source, target } : null;
}

/** @param {Row} row @param {boolean} isLeftOut */
function makeRow(row, isLeftOut) {
  const element = makeElement("button", "pair");
  element.type = "button";
  element.setAttribute("aria-pressed", String(!isLeftOut));
  element.title = isLeftOut ? "Take this pair in again" : "Leave this pair out";
  const fit = makeElement("span", "fit", row.fit === null ? "–" : row.fit.toFixed(2).replace("-", "−"));
  const bar = makeElement("span", "bar");
  bar.style.setProperty("--share", String(Math.max(0, Math.min(1, row.fit ?? 0))));
  element.append(
    makeElement("bdi", "words", `${clip(row.source, 20)} → ${clip(row.target, 20)}`), bar, fit,
    makeElement("span", "hit", row.rank === 1 ? "✓" : ""),
  );
  return element;
}

/**
 * @param {object} component
 * @param {{map: string, style: number, rows: Row[], left_out: number[]}} component.data
 * @param {ParentNode} component.parentElement
 * @param {(name: string, value: unknown) => void} component.setStateValue
 */
export default function ({ data, parentElement, setStateValue }) {
  const list = /** @type {HTMLElement} */ (parentElement.querySelector(".pairs"));
  const { maps, arrowListeners } = registry();
  const leftOut = new Set(data.left_out);
  list.style.setProperty("--colour", familyStyle(data.style, readTheme(list).dark).colour);
  const top = list.scrollTop;
  const buttons = data.rows.map((row, number) => {
    const button = makeRow(row, leftOut.has(number));
    const light = (/** @type {boolean} */ on) => {
      const map = maps.get(data.map);
      map?.interaction.pointer.focusArrow(on ? arrowOf(map, row.ids) : null);
    };
    button.addEventListener("pointerenter", () => light(true));
    button.addEventListener("pointerleave", () => light(false));
    button.addEventListener("focus", () => light(true));
    button.addEventListener("blur", () => light(false));
    button.addEventListener("click", () => {
      if (!leftOut.delete(number)) leftOut.add(number);
      sendInTurn("left_out", () => setStateValue("left_out", [...leftOut]));
    });
    return button;
  });
  list.replaceChildren(...buttons);
  list.scrollTop = top;
  arrowListeners.set(data.map, (arrow) => {
    buttons.forEach((button, number) => {
      const [source, target] = data.rows[number].ids;
      const isLit = arrow !== null && arrow.source === source && arrow.target === target;
      button.classList.toggle("lit", isLit);
      if (isLit) list.scrollTop = Math.max(0, button.offsetTop - list.clientHeight / 2);
    });
  });
  return () => arrowListeners.delete(data.map);
}
