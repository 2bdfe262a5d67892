// Entry point of the exported web page: reads words, arrows and marks from the page itself.

import { unpackPoints } from "./map_data.mjs";
import { NO_CALLBACKS } from "./registry.mjs";
import { WordMap } from "./word_map.mjs";

/** @param {string} id @returns {any} */
const element = (id) => document.getElementById(id);

const data = JSON.parse(element("data").textContent);
const { words, overlay } = data;
const points = unpackPoints(data);
const map = new WordMap(element("map"));
map.callbacks = { ...NO_CALLBACKS, picked: choose };
map.setOverlay(overlay);
map.setPoints(points);

/** Mark the word of a rank; 0 clears the mark. @param {number} chosenRank */
function choose(chosenRank) {
  const row = points.ranks.indexOf(chosenRank);
  const chosen = row < 0 ? null : {
    word: words[row], rank: chosenRank, x: points.xs[row], y: points.ys[row],
    z: points.zs?.[row] ?? 0,
  };
  map.setOverlay({ ...overlay, chosen, near: [] });
  element("found").textContent = chosen ? `rank ${chosenRank.toLocaleString("en")}` : "";
  if (row >= 0 || !chosenRank) element("find").value = chosen?.word ?? "";
}

/** List the rows of words with a prefix, most frequent first. @param {string} prefix @param {number} limit */
function rowsWithPrefix(prefix, limit) {
  const rows = [];
  for (let row = 0; row < words.length && rows.length < limit; row++) {
    if (words[row].toLowerCase().startsWith(prefix)) rows.push(row);
  }
  return rows;
}

element("find").addEventListener("input", () => {
  const typed = element("find").value;
  const rows = typed ? rowsWithPrefix(typed.toLowerCase(), 10) : [];
  element("spelt").replaceChildren(...rows.map((row) => {
    const option = document.createElement("option");
    option.value = words[row];
    return option;
  }));
  const row = words.indexOf(typed);
  if (row >= 0) choose(points.ranks[row]);
  else element("found").textContent = typed && !rows.length ? "not on this map" : "";
});
