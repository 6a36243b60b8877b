/** How a shift will end: the forecast from the recent rate, and the range that its own uneven pace allows (S6, S9). */

import type { LineFacts } from './facts.ts';
import { LEAST_PLANNED_MS, type Standing } from './pace.ts';
import { idealPerHour } from './product.ts';
import { instantAfter, plannedBetween } from './shift.ts';

/** Good parts at the shift's end. */
export interface Forecast {
  /** S6 */
  readonly good: number;
  readonly variance: number | null;
  /** S9: the outcome is meant to lie between these in 9 of 10 shifts. */
  readonly low: number;
  readonly high: number;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const STRETCH_PLANNED_MS = 20 * MINUTE;
const LEAST_STRETCHES = 4;
/** How much of a trend is taken to go on: few last. */
const TREND_GOES_ON = 0.85;
/** Counts of an even pace differ by a part, because parts are whole. */
const LEAST_SPREAD = 1 / 6;

/** S6, S9; `null` while there is no recent rate. */
export function forecastAt(
  facts: LineFacts,
  standing: Standing,
  perHour: number | null,
): Forecast | null {
  if (perHour === null) return null;
  const { shift, at, curve, good } = standing;
  const left = plannedBetween(shift, at, shift.end);
  const expected = good + (perHour * left) / HOUR;
  const variance = curve && expected - curve.total;
  return { good: expected, variance, ...rangeAt(facts, standing, expected, left) };
}

/** S9: the forecast itself always lies in its range. */
function rangeAt(facts: LineFacts, standing: Standing, expected: number, left: number) {
  const { good, product } = standing;
  const { counts, stretchMs } = stretchesAt(facts, standing);
  const { rest, give } = restOf(counts, left / stretchMs);
  const best = idealPerHour(product);
  const most = best === null ? Infinity : good + (best * left) / HOUR;
  return {
    low: Math.min(expected, Math.max(good, good + rest - give)),
    high: Math.max(expected, Math.min(most, good + rest + give)),
  };
}

/**
 * Good parts of equal stretches of the planned time so far, the last of which ends now. Time before
 * the line's first message says nothing of its pace.
 */
function stretchesAt({ track }: LineFacts, { shift, at, good }: Standing) {
  const elapsed = plannedBetween(shift, shift.start, at);
  const heardFrom = track.length > 0 ? track.atOf(0) : shift.start;
  const heard = plannedBetween(shift, Math.max(heardFrom, shift.start), at);
  const told = heard < LEAST_PLANNED_MS ? elapsed : heard;
  const stretchMs = Math.min(STRETCH_PLANNED_MS, told / LEAST_STRETCHES);
  const zero = track.totalsBefore(shift.start).good;
  const counts: number[] = [];
  let after = good;
  for (let n = 1; n <= Math.floor(told / stretchMs + 1e-9); n++) {
    const planned = Math.max(0, elapsed - n * stretchMs);
    const before = planned > 0 ? track.totalsAt(instantAfter(shift, planned)).good - zero : 0;
    counts.unshift(after - before);
    after = before;
  }
  return { counts, stretchMs };
}

/**
 * The count to be expected of as many stretches as are left, and how far it may be off: the usual
 * prediction from a straight line through the counts so far, its slope damped.
 */
function restOf(counts: readonly number[], left: number) {
  const n = counts.length;
  const middle = (n - 1) / 2;
  const mean = counts.reduce((sum, count) => sum + count, 0) / n;
  const around = (n * (n * n - 1)) / 12;
  const slope = counts.reduce((sum, count, i) => sum + (i - middle) * (count - mean), 0) / around;
  const unexplained = counts.reduce(
    (sum, count, i) => sum + (count - mean - slope * (i - middle)) ** 2,
    0,
  );
  const spread = Math.max(unexplained / (n - 2), LEAST_SPREAD);
  const ahead = TREND_GOES_ON * ((n + left) / 2);
  const uncertainty = left + left * left * (1 / n + (ahead * ahead) / around);
  return {
    rest: left * (mean + slope * ahead),
    give: student95(n - 2) * Math.sqrt(spread * uncertainty),
  };
}

/** The 95 % point of Student's distribution, from the normal one's (Cornish and Fisher). */
function student95(freedom: number): number {
  return 1.6449 + 1.5239 / freedom + 1.42 / freedom ** 2 + 0.983 / freedom ** 3;
}
