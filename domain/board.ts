/** The board: everything a screen shows about one line at one moment, from the facts alone. */

import type { LineFacts, LineInfo, Product, Resolution, Thresholds } from './facts.ts';
import { forecastAt, type Forecast } from './forecast.ts';
import { paceAt, recentRate, type Pace } from './pace.ts';
import { productAt } from './product.ts';
import { targetsOf } from './product-target.ts';
import { breakAt, plannedBetween, plannedTotal, shiftAt, type Shift } from './shift.ts';
import { downtimeMs, shownState, timelineFor, type StateName } from './stops.ts';
import {
  expectedAt,
  minutesFromCurve,
  ratePerHourAt,
  targetCurve,
  type TargetCurve,
} from './target.ts';
import type { Totals } from './track.ts';

export type Status =
  'ahead' | 'onTarget' | 'behind' | 'critical' | 'noTarget' | 'noData' | 'offShift';

export interface BoardShift {
  readonly id: string;
  readonly name: string;
  readonly start: number;
  readonly end: number;
  readonly plannedMinutes: number;
  readonly elapsedPlannedMinutes: number;
}

/** Parts since the shift's start. */
export interface Count {
  readonly good: number;
  readonly reject: number;
  readonly total: number;
  /** Parts among these that were made while nobody heard the line (C6). */
  readonly unseen: number;
  /** Jumps of a counter that the line could not have made and that count nothing (C5). */
  readonly implausible: number;
  /** Messages lost on the way, as the gaps in their numbers tell (C8). */
  readonly missedMessages: number;
}

/** Good parts against the target; negative is behind. */
export interface Variance {
  /** S3 */
  readonly units: number;
  /** S4; `null` when no rate is in force. */
  readonly minutes: number | null;
  /** Of the target at the moment; `null` while that is 0. */
  readonly percent: number | null;
}

/** One line at one moment. Instants are epoch ms; counts are parts. */
export interface Board {
  readonly line: LineInfo;
  readonly at: number;
  /** `null` outside shifts, and with it all that hangs on a shift. */
  readonly shift: BoardShift | null;
  readonly product: Product | null;
  readonly count: Count | null;
  /** Good parts; `null` also for a line without a target. */
  readonly target: {
    readonly now: number;
    readonly shift: number;
    readonly perHour: number;
  } | null;
  readonly variance: Variance | null;
  readonly pace: Pace | null;
  readonly forecast: Forecast | null;
  readonly state: { readonly name: StateName; readonly since: number | null };
  /** R3 */
  readonly downtimeMinutes: number | null;
  /** S8 */
  readonly status: Status;
  readonly lastReadingAt: number | null;
  /** When in this shift the last gap in the numbers of messages showed (C8); `null`: none did. */
  readonly lastGapAt: number | null;
  /** H1 */
  readonly resolution: Resolution;
}

const MINUTE = 60_000;

/** The board of one line at an instant, from the readings at or before it. */
export function boardAt(facts: LineFacts, at: number): Board {
  const { line, track, resolution } = facts;
  const shift = shiftAt(facts.shifts, at);
  const product = productAt(facts, at);
  const index = track.indexAt(at);
  const state = stateAt(facts, shift, at);
  const lastReadingAt = index < 0 ? null : track.atOf(index);
  const known = { line, at, product, state, lastReadingAt, resolution };
  if (!shift) {
    const nothing = {
      shift: null,
      count: null,
      target: null,
      variance: null,
      pace: null,
      forecast: null,
    };
    return { ...known, ...nothing, downtimeMinutes: null, status: 'offShift', lastGapAt: null };
  }
  const count = countBetween(track.totalsBefore(shift.start), track.totalsAt(at));
  const curve = targetCurve(shift, targetsOf(facts), at);
  const variance = curve && varianceAt(curve, at, count.good);
  const standing = { shift, at, curve, product, good: count.good };
  const perHour = recentRate(facts, shift, at, count.good);
  const heard = track.isHeardAt(at);
  const gapAt = track.lastGapAt(at);
  return {
    ...known,
    shift: boardShift(shift, at),
    count,
    target: curve && {
      now: expectedAt(curve, at),
      shift: curve.total,
      perHour: ratePerHourAt(curve, at),
    },
    variance,
    pace: paceAt(facts, standing, perHour),
    forecast: forecastAt(facts, standing, perHour),
    downtimeMinutes: downtimeMs(facts, shift, at) / MINUTE,
    status: heard ? statusOf(variance, facts.rules.thresholds) : 'noData',
    lastGapAt: gapAt !== null && gapAt >= shift.start ? gapAt : null,
  };
}

function boardShift(shift: Shift, at: number): BoardShift {
  const { id, name, start, end } = shift;
  const plannedMinutes = plannedTotal(shift) / MINUTE;
  return {
    id,
    name,
    start,
    end,
    plannedMinutes,
    elapsedPlannedMinutes: plannedBetween(shift, start, at) / MINUTE,
  };
}

/** Parts counted between two moments, each by its totals. */
export function countBetween(before: Totals, after: Totals): Count {
  const good = after.good - before.good;
  const reject = after.reject - before.reject;
  return {
    good,
    reject,
    total: good + reject,
    unseen: after.unseen - before.unseen,
    implausible: after.implausible - before.implausible,
    // What fills a gap from before the span cannot make less than nothing missing in it.
    missedMessages: Math.max(0, after.missed - before.missed),
  };
}

function stateAt(facts: LineFacts, shift: Shift | null, at: number): Board['state'] {
  if (!shift) return { name: 'offShift', since: null };
  const doing = timelineFor(facts).at(at);
  if (!doing) return { name: 'noData', since: null };
  const name = shownState(doing.activity, [shift], at);
  if (name === 'break') return { name, since: breakAt(shift, at)?.start ?? null };
  return {
    name,
    since: name === 'noData' ? doing.since : Math.max(doing.since, blockStart(facts.shifts, shift)),
  };
}

/** The start of the first of the shifts that follow each other without a gap up to this one. */
function blockStart(shifts: readonly Shift[], shift: Shift): number {
  let { start } = shift;
  for (const earlier of shifts.toReversed()) if (earlier.end === start) ({ start } = earlier);
  return start;
}

/** S3, S4 */
function varianceAt(curve: TargetCurve, at: number, good: number): Variance {
  const expected = expectedAt(curve, at);
  const units = good - expected;
  return {
    units,
    minutes: minutesFromCurve(curve, at, good),
    percent: expected === 0 ? null : (units / expected) * 100,
  };
}

/** S8 */
function statusOf(variance: Variance | null, thresholds: Thresholds): Status {
  if (!variance) return 'noTarget';
  const { units } = variance;
  const percent = variance.percent ?? (units > 0 ? Infinity : 0);
  if (percent >= thresholds.aheadPercent) return 'ahead';
  if (units > -1) return 'onTarget';
  if (percent <= -thresholds.criticalPercent) return 'critical';
  return percent <= -thresholds.behindPercent ? 'behind' : 'onTarget';
}
