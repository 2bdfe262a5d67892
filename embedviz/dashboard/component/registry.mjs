// Registry through which the components of a map find each other: Streamlit mounts them separately,
// in no guaranteed order.

/**
 * @typedef {object} Registry
 * @property {Map<string, any>} maps  Word maps by key.
 * @property {Map<string, import("./paint.mjs").Overlay>} overlays
 * @property {Map<string, import("./trails.mjs").Trails>} trails
 * @property {Map<string, (rank: number) => void>} factRequests  Request the facts of a word from Python.
 * @property {Map<string, (arrow: import("./arrow_labels.mjs").Arrow | null) => void>} arrowListeners
 */

/** @returns {Registry} */
export function registry() {
  return (window[Symbol.for("embedviz.maps")] ??= {
    maps: new Map(), overlays: new Map(), trails: new Map(), factRequests: new Map(), arrowListeners: new Map(),
  });
}

/**
 * @typedef {object} Callbacks  Events reported to Python.
 * @property {(rank: number) => void} picked       Rank of the chosen word; 0 for none.
 * @property {(place: [number, number]) => void} placed  A place of the plane without a word.
 * @property {(words: string[]) => void} selected
 * @property {(arrow: import("./arrow_labels.mjs").Arrow | null) => void} focused  The arrow that stands out.
 * @property {(rank: number) => void} requested    Rank of a word whose facts are missing.
 */

/** @type {Callbacks} */
export const NO_CALLBACKS = {
  picked: () => {}, placed: () => {}, selected: () => {}, focused: () => {}, requested: () => {},
};
