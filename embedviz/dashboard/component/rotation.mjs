// Three dimensions: points are rotated about a pivot and projected in perspective onto a plane; all
// other modules work in that plane.

/** @typedef {{yaw: number, pitch: number}} Angles  In radians; 0, 0 is the front view. */
/** @typedef {{x: number, y: number, z: number, radius: number}} Pivot */
/** @typedef {{xs: Float32Array, ys: Float32Array, zs: Float32Array | null}} Places */
/** @typedef {{x: number, y: number, z?: number}} Place */

export const FRONT = { yaw: 0, pitch: 0 };
export const OBLIQUE = { yaw: -0.55, pitch: 0.35 };
const DISTANCE = 4; // from the eye to the pivot, in radii
const MAX_PITCH = Math.PI / 2;

/**
 * Return the angles after a rotation; the pitch is limited so that the map is never upside down.
 * @param {Angles} angles @param {number} yaw @param {number} pitch @returns {Angles}
 */
export function rotate(angles, yaw, pitch) {
  const limited = Math.max(-MAX_PITCH, Math.min(MAX_PITCH, angles.pitch + pitch));
  return { yaw: angles.yaw + yaw, pitch: limited };
}

/**
 * Project one place.
 * @param {Place} place @param {Pivot} pivot @param {Angles} angles
 * @returns {{x: number, y: number}}
 */
export function projectPoint(place, pivot, angles) {
  const { xs, ys } = projectAll({
    xs: Float32Array.of(place.x), ys: Float32Array.of(place.y), zs: Float32Array.of(place.z ?? 0),
  }, pivot, angles);
  return { x: xs[0], y: ys[0] };
}

/**
 * Where all places are seen: rotate about the vertical axis, then about the horizontal one.
 * @param {Places} places @param {Pivot} pivot @param {Angles} angles
 * @returns {{xs: Float32Array, ys: Float32Array}}
 */
export function projectAll({ xs, ys, zs }, pivot, angles) {
  if (!zs || (!angles.yaw && !angles.pitch)) return { xs, ys };
  const [sinYaw, cosYaw] = [Math.sin(angles.yaw), Math.cos(angles.yaw)];
  const [sinPitch, cosPitch] = [Math.sin(angles.pitch), Math.cos(angles.pitch)];
  const eye = DISTANCE * pivot.radius;
  // no perspective in the front view; it increases over the first half radian, so that nothing jumps
  const perspective = Math.min(1, 2 * Math.hypot(angles.yaw, angles.pitch));
  const projected = { xs: new Float32Array(xs.length), ys: new Float32Array(xs.length) };
  for (let id = 0; id < xs.length; id++) {
    const [x, y, z] = [xs[id] - pivot.x, ys[id] - pivot.y, zs[id] - pivot.z];
    const across = cosYaw * x + sinYaw * z;
    const ahead = cosYaw * z - sinYaw * x;
    const up = cosPitch * y - sinPitch * ahead;
    const near = sinPitch * y + cosPitch * ahead;
    // the magnification is limited to that half-way to the eye
    const size = 1 + perspective * (eye / Math.max(eye / 2, eye - near) - 1);
    projected.xs[id] = pivot.x + across * size;
    projected.ys[id] = pivot.y + up * size;
  }
  return projected;
}

/**
 * Return the projected ends of the three axes, which start at the pivot.
 * @param {Pivot} pivot @param {Angles} angles
 * @returns {{name: string, from: {x: number, y: number}, to: {x: number, y: number}}[]}
 */
export function axes(pivot, angles) {
  return ["x", "y", "z"].map((axis, i) => ({
    name: `axis ${i + 1}`,
    from: projectPoint(pivot, pivot, angles),
    to: projectPoint({ ...pivot, [axis]: pivot[axis] + pivot.radius }, pivot, angles),
  }));
}
