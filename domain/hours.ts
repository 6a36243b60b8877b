/** The hour-by-hour rows of a shift. */

import type { LineFacts } from './facts.ts';
import { targetsOf } from './product-target.ts';
import { plannedBetween, shiftAt, type Shift } from './shift.ts';
import { expectedAt, targetCurve } from './target.ts';

/** One hour of a shift as known at some instant; epoch ms, planned minutes, parts. */
export interface HourRow {
  readonly start: number;
  readonly end: number;
  readonly plannedMinutes: number;
  /** Good parts planned for the whole hour; `null` without a target. */
  readonly plan: number | null;
  /** Good parts due by the instant: the whole plan once the hour is over. */
  readonly target: number | null;
  readonly good: number;
  readonly reject: number;
  readonly variance: number | null;
  /** From the shift's start to the end of this hour. */
  readonly cumulative: {
    readonly target: number | null;
    readonly good: number;
    readonly variance: number | null;
  };
}

const HOUR = 3_600_000;

/** The rows of the shift that contains an instant, as known at it; none outside shifts. */
export function hoursAt(facts: LineFacts, at: number): HourRow[] {
  const shift = shiftAt(facts.shifts, at);
  return shift ? hoursOf(facts, shift, at) : [];
}

/**
 * The rows of one shift, an hour each from its start on, as known at an instant (S1, S3). What lies
 * after the instant is due 0 and has counted 0.
 */
export function hoursOf(facts: LineFacts, shift: Shift, at: number): HourRow[] {
  const curve = targetCurve(shift, targetsOf(facts), at);
  const { track } = facts;
  const from = track.totalsBefore(shift.start);
  const expected = (instant: number): number | null => curve && expectedAt(curve, instant);
  const counted = (instant: number) =>
    instant <= at ? track.totalsBefore(instant) : track.totalsAt(at);
  const rows: HourRow[] = [];
  for (let start = shift.start; start < shift.end; start += HOUR) {
    const end = Math.min(start + HOUR, shift.end);
    const [before, after] = [counted(start), counted(end)];
    const due = expected(Math.min(end, at));
    const target = less(due, expected(Math.min(start, at)));
    const good = after.good - before.good;
    const total = after.good - from.good;
    rows.push({
      start,
      end,
      plannedMinutes: plannedBetween(shift, start, end) / 60_000,
      plan: less(expected(end), expected(start)),
      target,
      good,
      reject: after.reject - before.reject,
      variance: less(good, target),
      cumulative: { target: due, good: total, variance: less(total, due) },
    });
  }
  return rows;
}

const less = (a: number | null, b: number | null): number | null =>
  a === null || b === null ? null : a - b;
