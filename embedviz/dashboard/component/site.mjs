// Entry point of an exported site: map, search, neighbours, analogies and axes without a server.

import { unpackPoints } from "./map_data.mjs";
import { NO_CALLBACKS } from "./registry.mjs";
import { QuantisedVectors, scaled, vectorLength, weightedSum } from "./quantised.mjs";
import { makeElement } from "./toolbar.mjs";
import { WordMap } from "./word_map.mjs";

const N_NEAR = 10;
const N_MARKED = 8;
const N_ON_CARD = 3;
const AXES = "two axes";

/** @param {string} id @returns {any} */
const part = (id) => document.getElementById(id);

const site = JSON.parse(part("data").textContent);
/** @type {string[]} */
const words = site.words;
// of two words that are shown alike, the more frequent one
const rows = new Map(words.map((word, row) => /** @type {[string, number]} */ ([word, row])).reverse());
const vectors = new QuantisedVectors(site.vectors);
const ranks = unpackPoints({ ...site, x: "", y: "", overlay: { version: "" } }).ranks;
const map = new WordMap(part("map"));
let [view, chosen] = [site.views[0], -1];
let overlay = { families: [], dims: 2, has_legend: true, summary: "", version: "" };
let places = { xs: new Float32Array(0), ys: new Float32Array(0) };

/** The row of a typed word, as written or in lower case. @param {string} typed */
const rowOf = (typed) => rows.get(typed.trim()) ?? rows.get(typed.trim().toLowerCase()) ?? -1;

/** Rows of words that are typed in fields; null, with a message, if one is unknown. @param {string[]} ids @param {any} message */
function typedRows(ids, message) {
  const typed = ids.map((id) => part(id).value);
  const unknown = typed.filter((word) => word.trim() && rowOf(word) < 0);
  message.textContent = unknown.length ? `not among these words: ${unknown.join(", ")}` : "";
  return typed.every((word) => rowOf(word) >= 0) ? typed.map(rowOf) : null;
}

// -- the map --

/** Place all words: by a plane's axes, or by the two axes that the visitor named. */
function placeWords() {
  const [x, y] = view.name === AXES ? namedAxes() : view.axes;
  if (!x) return;
  const [xs, ys] = [vectors.products(x), vectors.products(y)];
  const [atX, atY] = view.name === AXES ? [0, 0] : view.centre;
  places = { xs: xs.map((value) => value - atX), ys: ys.map((value) => value - atY) };
  const version = `${view.name} ${part("axis-x-to").value} ${part("axis-y-to").value}`;
  const titles = view.name === AXES ? [axisTitle("x"), axisTitle("y")] : [];
  overlay = {
    families: view.families, dims: 2, has_legend: true, axis_titles: titles, version,
    summary: `Word map of ${words.length.toLocaleString("en")} words: ${view.label}`,
  };
  map.setOverlay(overlay);
  map.setPoints({ ...places, zs: null, ranks, word: (/** @type {number} */ row) => words[row] ?? "", version });
  showMarks();
}

/** @param {string} name */
const axisTitle = (name) => `${part(`axis-${name}-from`).value.trim()} → ${part(`axis-${name}-to`).value.trim()}`;

/** Directions of the two named axes, of unit length; empty if a word is unknown. @returns {Float32Array[]} */
function namedAxes() {
  const found = typedRows(["axis-x-from", "axis-x-to", "axis-y-from", "axis-y-to"], part("axes-message"));
  if (!found) return [];
  const offsets = [[found[0], found[1]], [found[2], found[3]]].map(([from, to]) =>
    weightedSum([[1, vectors.row(to)], [-1, vectors.row(from)]]));
  if (offsets.some((one) => vectorLength(one) < 1e-6)) {
    part("axes-message").textContent = "an axis needs two different words";
    return [];
  }
  return offsets.map((one) => scaled(one, 1 / vectorLength(one)));
}

/** @param {number} row */
const markOf = (row) => ({ word: words[row], rank: ranks[row], x: places.xs[row], y: places.ys[row] });

function showMarks() {
  const near = chosen < 0 ? [] : vectors.nearestRows(vectors.row(chosen), N_MARKED, [chosen]);
  map.setOverlay({ ...overlay, chosen: chosen < 0 ? null : markOf(chosen), near: near.map(({ row }) => markOf(row)) });
}

// -- what is beside it --

/** @param {number} row @param {number} cosine */
function listItem(row, cosine) {
  const item = makeElement("li", "");
  const button = makeElement("button", "word", words[row]);
  button.type = "button";
  button.addEventListener("click", () => choose(row));
  const bar = makeElement("span", "bar");
  bar.style.width = `${Math.max(0, 100 * cosine)}%`;
  item.append(button, makeElement("span", "cosine", cosine.toFixed(2)), bar);
  return item;
}

/** @param {number} row  -1 for none. @param {boolean} [typed]  In the field, which then stays as it is. */
function choose(row, typed = false) {
  chosen = row;
  if (!typed) part("find").value = row < 0 ? "" : words[row];
  part("find-message").textContent = row < 0 ? "" : describe(row);
  const near = row < 0 ? [] : vectors.nearestRows(vectors.row(row), N_NEAR, [row]);
  part("near").replaceChildren(...near.map((one) => listItem(one.row, one.cosine)));
  part("near-title").hidden = row < 0;
  showMarks();
  remember();
}

/** @param {number} row */
function describe(row) {
  const times = site.counts ? `, ${site.counts[row].toLocaleString("en")} times` : "";
  const stable = site.stability ? `, ${site.stability[row]} % stable over seeds` : "";
  return `rank ${ranks[row].toLocaleString("en")}${times}${stable}`;
}

function answer() {
  const found = typedRows(["a", "b", "c"], part("analogy-message"));
  part("answers").replaceChildren();
  if (!found) return;
  const [a, b, c] = found.map((row) => vectors.row(row));
  const sum = weightedSum([[1, b], [-1, a], [1, c]]);
  const best = vectors.nearestRows(sum, 5, found);
  part("answers").replaceChildren(...best.map(({ row, cosine }) => listItem(row, cosine)));
  const [honest] = vectors.nearestRows(sum, 1);
  const [alone] = vectors.nearestRows(c, 1, found);
  if (!honest || !alone) return;
  part("analogy-message").textContent = `With the words of the question left in, the answer is ${words[honest.row]}; `
    + `nearest to ${words[found[2]]} alone is ${words[alone.row]}.`;
}

// -- the address --

function remember() {
  const state = new URLSearchParams({ view: view.name, ...(chosen < 0 ? {} : { word: words[chosen] }) });
  history.replaceState(null, "", `#${state}`);
}

/** @param {string} name */
function show(name) {
  view = site.views.find((/** @type {any} */ one) => one.name === name) ?? site.views[0];
  part("view").value = view.name;
  part("axes").hidden = view.name !== AXES;
  part("verdict").textContent = view.verdict;
  placeWords();
  remember();
}

function start() {
  const asked = new URLSearchParams(location.hash.slice(1));
  part("view").append(...site.views.map((/** @type {any} */ one) => {
    const option = /** @type {HTMLOptionElement} */ (makeElement("option", "", one.label));
    option.value = one.name;
    return option;
  }));
  part("view").addEventListener("change", () => show(part("view").value));
  for (const id of ["axis-x-from", "axis-x-to", "axis-y-from", "axis-y-to"]) {
    part(id).addEventListener("change", placeWords);
  }
  part("analogy").addEventListener("input", answer);
  part("analogy").addEventListener("submit", (/** @type {Event} */ event) => event.preventDefault());
  part("find").addEventListener("input", () => {
    const row = rowOf(part("find").value);
    if (row >= 0) choose(row, true);
    else part("find-message").textContent = part("find").value ? "not among these words" : "";
  });
  map.callbacks = {
    ...NO_CALLBACKS,
    picked: (rank) => choose(ranks.indexOf(rank)),
    requested: (rank) => {
      const row = ranks.indexOf(rank);
      const near = vectors.nearestRows(vectors.row(row), N_ON_CARD, [row]).map((one) => words[one.row]);
      const stability = site.stability ? site.stability[row] / 100 : null;
      map.interaction.pointer.receiveFacts({ rank, count: site.counts?.[row] ?? null, near, stability });
    },
  };
  show(asked.get("view") ?? "");
  answer();
  choose(rowOf(asked.get("word") ?? ""));
}

start();
