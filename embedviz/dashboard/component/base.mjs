// Entry of the component that holds the words: heavy, and sent again only when the words change.

import { WordMap } from "./word_map.mjs";

const MEETING = Symbol.for("embedviz.maps"); // overlay.mjs says the same

/** @typedef {{maps: Map<string, WordMap>, overlays: Map<string, import("./paint.mjs").Overlay>}} Meeting */

/** @type {WeakMap<HTMLElement, WordMap>} */
const mounted = new WeakMap();

/** @returns {Meeting} */
function meeting() {
  return (window[MEETING] ??= { maps: new Map(), overlays: new Map() });
}

/**
 * Called by Streamlit when the component appears and when its data changed.
 * @param {{data: any, parentElement: ParentNode, setTriggerValue: (name: string, value: unknown) => void}} component
 * @returns {() => void}
 */
export default function mount({ data, parentElement, setTriggerValue }) {
  const frame = /** @type {HTMLElement} */ (parentElement.querySelector(".word-map"));
  const { maps, overlays } = meeting();
  let map = mounted.get(frame);
  if (!map) {
    map = new WordMap(frame, () => {});
    mounted.set(frame, map);
  }
  map.onPick = (rank) => setTriggerValue("picked", rank);
  maps.set(data.map, map);
  const overlay = overlays.get(data.map);
  if (overlay) map.setOverlay(overlay);
  if (map.version !== data.version) {
    const words = data.points.getChild("word");
    map.setPoints({
      xs: data.points.getChild("x").toArray(),
      ys: data.points.getChild("y").toArray(),
      ranks: data.points.getChild("rank").toArray(),
      word: (id) => words.get(id) ?? "",
      version: data.version,
    });
  }
  return () => {
    if (maps.get(data.map) === map) maps.delete(data.map);
    mounted.delete(frame);
    map.destroy();
  };
}
