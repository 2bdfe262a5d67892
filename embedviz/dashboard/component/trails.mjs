// Places of the words at every moment of a series, and the trails along which they moved.

import { DIMMED } from "./drawn_arrows.mjs";
import { familyStyle } from "./arrows.mjs";
import { boundingBox, column, row } from "./view.mjs";

/** Places of all words at all moments, moment after moment. */
export class Trails {
  /** @param {Float32Array} xs @param {Float32Array} ys @param {number} nMoments @param {string} version  Of the words. */
  constructor(xs, ys, nMoments, version) {
    [this.xs, this.ys, this.version, this.nMoments] = [xs, ys, version, nMoments];
    this.nWords = nMoments ? xs.length / nMoments : 0;
    this.time = nMoments - 1;
  }

  /** Interpolate the places at the current time. @returns {{xs: Float32Array, ys: Float32Array}} */
  places() {
    const [before, share] = [Math.floor(this.time), this.time % 1];
    const [xs, ys] = [this.xs, this.ys].map((all) => {
      const from = all.subarray(before * this.nWords, (before + 1) * this.nWords);
      if (!share) return from;
      const to = all.subarray((before + 1) * this.nWords, (before + 2) * this.nWords);
      return from.map((value, id) => value + (to[id] - value) * share);
    });
    return { xs, ys };
  }

  /** Return two corners of a box around where words have been. @param {number[]} ids @param {string} version  Of the map. */
  corners(ids, version) {
    if (version !== this.version || !ids.length) return [];
    const everywhere = Array.from({ length: this.nMoments }, (_, moment) => ids.map((id) => moment * this.nWords + id)).flat();
    const { left, right, bottom, top } = boundingBox(this.xs, this.ys, everywhere);
    return [{ x: left, y: bottom }, { x: right, y: top }];
  }
}

export const NO_TRAILS = new Trails(new Float32Array(0), new Float32Array(0), 0, "");

/** Let a map show a series from the time at which it is. @param {import("./word_map.mjs").WordMap} map @param {Trails} trails */
export function setTrails(map, trails) {
  map.trails = trails;
  if (trails.version !== map.version) return;
  showTime(map, trails.time);
  if (!map.camera.moved) map.resetView();
}

/** Move the words of a map to where they were at a time. @param {import("./word_map.mjs").WordMap} map @param {number} time */
export function showTime(map, time) {
  map.trails.time = time;
  Object.assign(map.cloud.points, map.trails.places());
  map.cloud.setAngles(map.cloud.angles);
  map.lowerKey = "";
  map.viewChanged();
}

/**
 * Draw the trails of the words of arrows up to the current time, the older parts fainter.
 * @param {CanvasRenderingContext2D} context
 * @param {import("./paint.mjs").Scene} scene
 * @param {import("./arrow_labels.mjs").Arrow[]} arrows  Those that are drawn.
 */
export function drawTrails(context, { trails, xs, ys, view, theme, standsOut }, arrows) {
  if (!trails.nMoments) return;
  const [last, isFocused] = [Math.ceil(trails.time), standsOut(arrows)];
  context.lineWidth = 1.2;
  context.setLineDash([]);
  for (const arrow of arrows) {
    context.strokeStyle = familyStyle(arrow.family.style, theme.dark).colour;
    const dimmed = isFocused && !isFocused(arrow) ? DIMMED : 1;
    for (const id of new Set([arrow.source, arrow.target])) {
      for (let moment = 0; moment < last; moment++) {
        const [from, to] = [moment * trails.nWords + id, (moment + 1) * trails.nWords + id];
        const isNow = moment + 1 === last;
        context.globalAlpha = dimmed * (0.1 + (0.6 * (moment + 1)) / last);
        context.beginPath();
        context.moveTo(column(view, trails.xs[from]), row(view, trails.ys[from]));
        context.lineTo(column(view, isNow ? xs[id] : trails.xs[to]), row(view, isNow ? ys[id] : trails.ys[to]));
        context.stroke();
      }
    }
  }
  context.globalAlpha = 1;
}
