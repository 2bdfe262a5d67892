// Three dimensions: places are turned about a middle and seen from a little distance, and from then
// on are places of a plane like any others.

/** @typedef {{yaw: number, pitch: number}} Angles  In radians; both 0 is the flat map. */
/** @typedef {{x: number, y: number, z: number, radius: number}} Pivot */
/** @typedef {{xs: Float32Array, ys: Float32Array, zs: Float32Array | null}} Places */
/** @typedef {{x: number, y: number, z?: number}} Place */

export const FRONT = { yaw: 0, pitch: 0 };
export const ASKEW = { yaw: -0.55, pitch: 0.35 };
const DISTANCE = 4; // of the eye from the middle, in radii
const STEEPEST = Math.PI / 2;

/**
 * Angles after a turn; the map never stands on its head.
 * @param {Angles} angles @param {number} yaw @param {number} pitch @returns {Angles}
 */
export function turned(angles, yaw, pitch) {
  const steep = Math.max(-STEEPEST, Math.min(STEEPEST, angles.pitch + pitch));
  return { yaw: angles.yaw + yaw, pitch: steep };
}

/**
 * Where a place is seen.
 * @param {Place} place @param {Pivot} pivot @param {Angles} angles
 * @returns {{x: number, y: number}}
 */
export function turnOne(place, pivot, angles) {
  const { xs, ys } = turnAll({
    xs: Float32Array.of(place.x), ys: Float32Array.of(place.y), zs: Float32Array.of(place.z ?? 0),
  }, pivot, angles);
  return { x: xs[0], y: ys[0] };
}

/**
 * Where all places are seen: turned about the upright axis, then about the level one.
 * @param {Places} places @param {Pivot} pivot @param {Angles} angles
 * @returns {{xs: Float32Array, ys: Float32Array}}
 */
export function turnAll({ xs, ys, zs }, pivot, angles) {
  if (!zs || (!angles.yaw && !angles.pitch)) return { xs, ys };
  const [sinYaw, cosYaw] = [Math.sin(angles.yaw), Math.cos(angles.yaw)];
  const [sinPitch, cosPitch] = [Math.sin(angles.pitch), Math.cos(angles.pitch)];
  const eye = DISTANCE * pivot.radius;
  // the flat map has no depth: it comes with the first half radian, so that nothing jumps
  const depth = Math.min(1, 2 * Math.hypot(angles.yaw, angles.pitch));
  const seen = { xs: new Float32Array(xs.length), ys: new Float32Array(xs.length) };
  for (let id = 0; id < xs.length; id++) {
    const [x, y, z] = [xs[id] - pivot.x, ys[id] - pivot.y, zs[id] - pivot.z];
    const across = cosYaw * x + sinYaw * z;
    const ahead = cosYaw * z - sinYaw * x;
    const up = cosPitch * y - sinPitch * ahead;
    const near = sinPitch * y + cosPitch * ahead;
    // what is nearer than half-way to the eye grows no further
    const size = 1 + depth * (eye / Math.max(eye / 2, eye - near) - 1);
    seen.xs[id] = pivot.x + across * size;
    seen.ys[id] = pivot.y + up * size;
  }
  return seen;
}

/**
 * Ends of the three axes from the middle, as they are seen.
 * @param {Pivot} pivot @param {Angles} angles
 * @returns {{name: string, from: {x: number, y: number}, to: {x: number, y: number}}[]}
 */
export function axes(pivot, angles) {
  return ["x", "y", "z"].map((axis, i) => ({
    name: `axis ${i + 1}`,
    from: turnOne(pivot, pivot, angles),
    to: turnOne({ ...pivot, [axis]: pivot[axis] + pivot.radius }, pivot, angles),
  }));
}
