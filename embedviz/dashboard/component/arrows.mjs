// Arrows from source to target; each family has a colour and a dash pattern, so that colour is
// never the only difference.

import PALETTE from "../../support/palette.json" with { type: "json" };

/**
 * @typedef {object} Family
 * @property {string} label
 * @property {number} style    Index of its colour and dash pattern; constant for a family.
 * @property {[number, number][]} pairs  Ids of source and target.
 * @property {boolean} [is_points]  Points with a mark of their own: source and target are the same.
 * @property {number | null} [shade]  Of points with a number, from 0 to 1: the place on a colour ramp.
 */

const LINE_WIDTH = 1.8;

/**
 * Return the colour and dash pattern (in pixels) of a family.
 * @param {number} style
 * @param {boolean} dark
 * @returns {{colour: string, dash: number[]}}
 */
export function familyStyle(style, dark) {
  const { families } = dark ? PALETTE.dark : PALETTE.light;
  const turn = Math.floor(style / families.length);
  const dash = PALETTE.dashes[(style + turn) % PALETTE.dashes.length];
  return {
    colour: families[style % families.length],
    dash: dash.map((length) => length * LINE_WIDTH),
  };
}

/**
 * Compute the shaft of an arrow, shortened at both words, and the three corners of its head.
 * @param {number} x0 @param {number} y0 @param {number} x1 @param {number} y1
 * @param {number} clear  Pixels kept free at each end.
 * @param {number} head   Length of the head in pixels.
 * @returns {{shaft: [number, number, number, number], head: [number, number][]} | null}
 *   Null if the words are too close together for an arrow.
 */
export function arrowShape(x0, y0, x1, y1, clear, head) {
  const length = Math.hypot(x1 - x0, y1 - y0);
  if (length < 2 * clear + 3) return null;
  const [dx, dy] = [(x1 - x0) / length, (y1 - y0) / length];
  const size = Math.min(head, length - 2 * clear);
  const [tipX, tipY] = [x1 - dx * clear, y1 - dy * clear];
  const [baseX, baseY] = [tipX - dx * size, tipY - dy * size];
  const half = size * 0.42;
  return {
    shaft: [x0 + dx * clear, y0 + dy * clear, baseX, baseY],
    head: [
      [tipX, tipY],
      [baseX - dy * half, baseY + dx * half],
      [baseX + dy * half, baseY - dx * half],
    ],
  };
}

/**
 * Draw one arrow.
 * @param {CanvasRenderingContext2D} context
 * @param {NonNullable<ReturnType<typeof arrowShape>>} shape
 * @param {{colour: string, dash: number[]}} style
 */
export function drawArrow(context, shape, style) {
  const [x0, y0, x1, y1] = shape.shaft;
  context.strokeStyle = context.fillStyle = style.colour;
  context.setLineDash(style.dash);
  context.beginPath();
  context.moveTo(x0, y0);
  context.lineTo(x1, y1);
  context.stroke();
  context.setLineDash([]);
  context.beginPath();
  for (const [x, y] of shape.head) context.lineTo(x, y);
  context.closePath();
  context.fill();
}

const TURNS = [[4, 0], [3, Math.PI], [4, Math.PI / 4], [3, 0], [5, 0]]; // corners and rotation of marks

/**
 * Return the colour and radius of the mark of a family of points: of its style, or of its shade,
 * which changes both, so that colour is never the only difference.
 * @param {Family} family
 * @param {boolean} dark
 */
export function markStyle({ style, shade }, dark) {
  if (shade == null) return { colour: familyStyle(style, dark).colour, radius: 4.5 };
  const { ramp } = dark ? PALETTE.dark : PALETTE.light;
  return { colour: ramp[Math.round(shade * (ramp.length - 1))], radius: 3 + 4 * shade };
}

/**
 * List the corners of the mark of a family of points around (x, y); none for a circle. Styles with the
 * same colour have different marks.
 * @param {number} style @param {number} x @param {number} y @param {number} radius
 * @returns {[number, number][]}
 */
export function markCorners(style, x, y, radius) {
  const kind = (style + Math.floor(style / PALETTE.light.families.length)) % (TURNS.length + 1);
  if (kind === 0) return [];
  const [n, turn] = TURNS[kind - 1];
  return Array.from({ length: n }, (_, i) => {
    const angle = turn + (2 * Math.PI * i) / n - Math.PI / 2;
    return [x + 1.25 * radius * Math.cos(angle), y + 1.25 * radius * Math.sin(angle)];
  });
}

/**
 * List the arrows of all families in order of priority: the first of every family, then the second,
 * and so on, so that no family uses up the space.
 * @param {Family[]} families
 * @returns {{family: Family, source: number, target: number}[]}
 */
export function interleavePairs(families) {
  const longest = Math.max(0, ...families.map((family) => family.pairs.length));
  return Array.from({ length: longest }, (_, i) => families.flatMap((family) => {
    const pair = family.pairs[i];
    return pair ? [{ family, source: pair[0], target: pair[1] }] : [];
  })).flat();
}
