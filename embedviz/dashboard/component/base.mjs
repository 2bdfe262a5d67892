// Entry point of the component that contains the words. Its data is large, and is sent again only when
// the words change.

import { sendInTurn } from "./messages.mjs";
import { registry } from "./registry.mjs";
import { setTrails } from "./trails.mjs";
import { WordMap } from "./word_map.mjs";

/** @type {WeakMap<HTMLElement, WordMap>} */
const mounted = new WeakMap();

/**
 * Called by Streamlit when the component is mounted and when its data changes.
 * @param {object} component
 * @param {any} component.data
 * @param {ParentNode} component.parentElement
 * @param {(name: string, value: unknown) => void} component.setTriggerValue
 * @param {(name: string, value: unknown) => void} component.setStateValue
 * @returns {() => void}
 */
export default function mount({ data, parentElement, setTriggerValue, setStateValue }) {
  const frame = /** @type {HTMLElement} */ (parentElement.querySelector(".word-map"));
  const { maps, overlays, trails, factRequests, arrowListeners } = registry();
  let map = mounted.get(frame);
  if (!map) {
    map = new WordMap(frame);
    mounted.set(frame, map);
  }
  frame.classList.toggle("small", data.small);
  map.callbacks = {
    picked: (rank) => sendInTurn("picked", () => setTriggerValue("picked", rank)),
    placed: (place) => sendInTurn("placed", () => setTriggerValue("placed", place)),
    selected: (words) => sendInTurn("selected", () => setStateValue("selected", words)),
    focused: (arrow) => arrowListeners.get(data.map)?.(arrow),
    requested: (rank) => sendInTurn("requested", () => factRequests.get(data.map)?.(rank)),
  };
  maps.set(data.map, map);
  const overlay = overlays.get(data.map);
  if (overlay) map.setOverlay(overlay);
  if (map.version !== data.version) {
    const words = data.points.getChild("word");
    map.setPoints({
      xs: data.points.getChild("x").toArray(),
      ys: data.points.getChild("y").toArray(),
      zs: data.points.getChild("z")?.toArray() ?? null,
      ranks: data.points.getChild("rank").toArray(),
      word: (id) => words.get(id) ?? "",
      regions: data.regions,
      version: data.version,
    });
    const series = trails.get(data.map);
    if (series) setTrails(map, series);
  }
  return () => {
    if (maps.get(data.map) === map) maps.delete(data.map);
    mounted.delete(frame);
    map.destroy();
  };
}
