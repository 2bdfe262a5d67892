// Moving from one look at the map to another, so that the eye can follow; not where that is unwanted.

const LASTS = 260; // milliseconds

/** Whether the system is set to move as little as can be. */
export const prefersStill = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/** Slow at both ends. @param {number} share */
export const ease = (share) => share * share * (3 - 2 * share);

/**
 * A look between two, number by number.
 * @template {Record<string, number>} Look
 * @param {Look} from @param {Look} to @param {number} share  0 for the first, 1 for the second.
 * @returns {Look}
 */
export function between(from, to, share) {
  if (share >= 1) return to;
  const names = Object.keys(to);
  return /** @type {Look} */ (
    Object.fromEntries(names.map((name) => [name, from[name] + (to[name] - from[name]) * share]))
  );
}

/** One movement at a time; a new one takes the place of the old. */
export class Glide {
  constructor() { this.frame = 0; }

  /**
   * @param {(share: number) => void} step  Called with shares up to 1; once, if motion is unwanted.
   */
  start(step) {
    this.stop();
    if (prefersStill()) {
      step(1);
      return;
    }
    const began = performance.now();
    const next = () => {
      const share = Math.min(1, (performance.now() - began) / LASTS);
      this.frame = share < 1 ? requestAnimationFrame(next) : 0;
      step(ease(share));
    };
    next();
  }

  stop() {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
  }
}
