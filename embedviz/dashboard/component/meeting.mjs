// Where the components of one map meet: each is mounted by itself, in an order nobody promises.

/**
 * @typedef {object} Meeting
 * @property {Map<string, any>} maps  The word maps, by their key.
 * @property {Map<string, import("./paint.mjs").Overlay>} overlays
 * @property {Map<string, (rank: number) => void>} peeks  Ask Python for the facts of a word.
 */

/** @returns {Meeting} */
export function meeting() {
  return (window[Symbol.for("embedviz.maps")] ??= {
    maps: new Map(), overlays: new Map(), peeks: new Map(),
  });
}

/**
 * @typedef {object} Tell  What Python is told.
 * @property {(rank: number) => void} picked       A word was chosen; 0 for none.
 * @property {(words: string[]) => void} selected
 * @property {(rank: number) => void} asked        The facts of a word are wanted.
 */

/** @type {Tell} */
export const NOBODY = { picked: () => {}, selected: () => {}, asked: () => {} };
