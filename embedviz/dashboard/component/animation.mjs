// Animated transitions between two views of the map; none if the system asks for reduced motion.

const DURATION = 260; // milliseconds

/** Whether the system asks for reduced motion. */
export const prefersReducedMotion = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/** Ease in and out (smoothstep). @param {number} share */
export const ease = (share) => share * share * (3 - 2 * share);

/**
 * Interpolate two views, number by number.
 * @template {Record<string, number>} Values
 * @param {Values} from @param {Values} to @param {number} share  0 for the first, 1 for the second.
 * @returns {Values}
 */
export function interpolate(from, to, share) {
  if (share >= 1) return to;
  const names = Object.keys(to);
  return /** @type {Values} */ (
    Object.fromEntries(names.map((name) => [name, from[name] + (to[name] - from[name]) * share]))
  );
}

/** Runs one transition at a time; a new one replaces the current one. */
export class Transition {
  constructor() { this.frame = 0; }

  /**
   * @param {(share: number) => void} step  Called with shares up to 1; only once, with 1, for reduced motion.
   */
  start(step) {
    this.stop();
    if (prefersReducedMotion()) {
      step(1);
      return;
    }
    const started = performance.now();
    const next = () => {
      const share = Math.min(1, (performance.now() - started) / DURATION);
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
