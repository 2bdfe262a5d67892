// Where the heads of a net look, in words and as the background of a character.

const OF_INTEREST = 0.1; // weight that is said

/** @typedef {[number, number, number]} Look  Head, place, weight. */

/** Show a character that has no look of its own. @param {string} sign */
export const visible = (sign) => (sign === "\n" ? "↵" : sign === " " ? "\u00a0" : sign);

/** Say in words where the heads look.
 * @param {Look[]} looks @param {(place: number) => string} name */
export function sayLooks(looks, name) {
  return looks.filter(([, , weight]) => weight >= OF_INTEREST)
    .map(([head, place, weight]) => `head ${head + 1} at ${name(place)} ${Math.round(100 * weight)} %`)
    .join(", ");
}

/** Number the line and the column of each character, from 1. @param {string} text */
export function placesOf(text) {
  let [line, column] = [1, 0];
  return [...text].map((sign) => {
    column += 1;
    const place = { line, column };
    if (sign === "\n") [line, column] = [line + 1, 0];
    return place;
  });
}

/** The background of a character at which heads look: a stripe each. @param {number[]} weights */
export function stripes(weights) {
  const high = 100 / weights.length;
  const parts = weights.map((weight, head) => {
    const share = Math.round(12 + 52 * weight);
    const colour = weight ? `color-mix(in srgb, var(--head-${head}) ${share}%, transparent)` : "transparent";
    return `${colour} ${(high * head).toFixed(1)}% ${(high * (head + 1)).toFixed(1)}%`;
  });
  return `linear-gradient(to bottom, ${parts.join(", ")})`;
}

/** Say what the net writes, how sure it is, and where it looks meanwhile.
 * @param {{source: string, program: Look[][], own: Look[][], probabilities: number[]}} data
 * @param {string} trace @param {number} place */
export function sayCharacter({ source, program, own, probabilities }, trace, place) {
  const places = placesOf(source);
  const inProgram = (/** @type {number} */ at) =>
    `“${visible(source[at])}” (line ${places[at].line}, column ${places[at].column})`;
  const inTrace = (/** @type {number} */ at) => `“${trace[at]}” (character ${at + 1} of the trace)`;
  const seen = [sayLooks(program[place] ?? [], inProgram), sayLooks(own[place] ?? [], inTrace)].filter(Boolean);
  const sure = (100 * (probabilities[place] ?? 0)).toFixed(1);
  const what = `Character ${place + 1} of ${trace.length}: “${trace[place] ?? ""}”, probability ${sure} %.`;
  return seen.length ? `${what} Looks: ${seen.join("; ")}.` : what;
}
