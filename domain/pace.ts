/** How fast a line makes good parts, how fast it must, and whether it can (S5, S7). */

import type { LineFacts, Product } from './facts.ts';
import { idealPerHour } from './product.ts';
import { unrecoverableSince } from './recovery.ts';
import { instantAfter, plannedBetween, type Shift } from './shift.ts';
import { requiredRate, type TargetCurve } from './target.ts';

/** Good parts per planned hour. */
export interface Pace {
  /** S5; `null` in the first 10 planned minutes. */
  readonly perHour: number | null;
  /** S7; 0 once the target is reached, `null` when no planned time is left. */
  readonly requiredPerHour: number | null;
  /** `null` when nobody has said how fast the product can be made. */
  readonly idealPerHour: number | null;
  /** S7; `null` without a target or an ideal rate. */
  readonly recoverable: boolean | null;
  /** S10: since when in this shift it has been unrecoverable, epoch ms; `null`: it is not. */
  readonly unrecoverableSince: number | null;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** S5: the span of the recent rate, and how much of a shift must have passed for one. */
const RECENT_PLANNED_MS = 30 * MINUTE;
export const LEAST_PLANNED_MS = 10 * MINUTE;

/** S5: good parts per planned hour over the last 30 planned minutes of the shift. */
export function recentRate(
  { track }: LineFacts,
  shift: Shift,
  at: number,
  good: number,
): number | null {
  const elapsed = plannedBetween(shift, shift.start, at);
  if (elapsed < LEAST_PLANNED_MS) return null;
  const span = Math.min(elapsed, RECENT_PLANNED_MS);
  if (span === elapsed) return (good / elapsed) * HOUR;
  const from = instantAfter(shift, elapsed - span);
  return ((track.totalsAt(at).good - track.totalsAt(from).good) / span) * HOUR;
}

/** One line's count, plan and product at a moment of a shift. */
export interface Standing {
  readonly shift: Shift;
  readonly at: number;
  readonly curve: TargetCurve | null;
  readonly product: Product | null;
  /** Good parts since the shift's start. */
  readonly good: number;
}

/** S7, S10 */
export function paceAt(facts: LineFacts, standing: Standing, perHour: number | null): Pace {
  const { shift, at, curve, product, good } = standing;
  const best = idealPerHour(product);
  const known = { perHour, idealPerHour: best };
  if (!curve)
    return { ...known, requiredPerHour: null, recoverable: null, unrecoverableSince: null };
  const left = plannedBetween(shift, at, shift.end);
  const missing = Math.max(0, curve.total - good);
  const since = unrecoverableSince(facts, shift, at);
  return {
    ...known,
    requiredPerHour: requiredRate(missing, left),
    recoverable: best === null && left > 0 ? null : since === null,
    unrecoverableSince: since,
  };
}
