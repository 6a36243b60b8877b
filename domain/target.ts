/** The target curve: the good count expected at an instant, and the instant of a count (S1, S2). */

import { plannedBetween, plannedTotal, type Shift } from './shift.ts';

/** A rate in good parts per planned hour, or a quantity of good parts per shift. */
export type Target = { readonly perHour: number } | { readonly perShift: number };

/** A product's id and the rate that goes with it. */
export type OwnRate = readonly [product: string, perHour: number];

/** Who changed the plan, and why. */
export interface Author {
  readonly who: string;
  readonly why: string;
}

/** From `at` (epoch ms) on, this target is in force; `null`: nothing more is expected. */
export interface TargetChange {
  readonly at: number;
  readonly target: Target | null;
  /**
   * Products with a rate of their own, good parts per planned hour, in place of the target while they
   * are made (S11). Left out where there is none, and where what was asked of the shift stands above.
   */
  readonly ownRates?: readonly OwnRate[];
  /** Left out where nobody said. */
  readonly by?: Author;
}

const HOUR = 3_600_000;

/** One straight piece of the curve, over planned ms since the shift's start. */
interface Piece {
  readonly from: number;
  readonly expected: number;
  /** Good parts per planned ms. */
  readonly slope: number;
}

/** The planned good count of one shift, piecewise linear over planned time. */
export interface TargetCurve {
  readonly shift: Shift;
  readonly pieces: readonly [Piece, ...Piece[]];
  /** The shift's whole planned time, ms. */
  readonly plannedMs: number;
  /** Good parts expected at the shift's end. */
  readonly total: number;
}

const expectedOn = (piece: Piece, planned: number): number =>
  piece.expected + piece.slope * (planned - piece.from);

/**
 * The curve of one shift from every change of plan (S1, S2). A change inside the shift leaves what
 * was expected before it as it was; a new shift quantity spreads what is left over the planned time
 * that is left. `null` when no target is in force during the shift.
 *
 * @param changes sorted by time
 * @param knownAt changes after this instant stay out, epoch ms: a plan is not known before it holds
 */
export function targetCurve(
  shift: Shift,
  changes: readonly TargetChange[],
  knownAt = Infinity,
): TargetCurve | null {
  const plannedMs = plannedTotal(shift);
  const pieces: Piece[] = [];
  let isTargeted = false;
  // What a shift begins with is its plan at whatever moment before it one asks.
  const known = Math.max(knownAt, shift.start);
  for (const { change, piece } of bendsIn(shift, changes, plannedMs)) {
    if (change.at > known && pieces.length > 0) break;
    isTargeted ||= change.target !== null;
    if (pieces.at(-1)?.from === piece.from) pieces.pop();
    pieces.push(piece);
  }
  const [first, ...rest] = pieces;
  if (!first || !isTargeted) return null;
  const all: [Piece, ...Piece[]] = [first, ...rest];
  return { shift, pieces: all, plannedMs, total: expectedOn(all.at(-1) ?? first, plannedMs) };
}

/** The changes that bear on a shift, and the straight piece that each begins. */
function* bendsIn(
  shift: Shift,
  changes: readonly TargetChange[],
  plannedMs: number,
): Generator<{ readonly change: TargetChange; readonly piece: Piece }> {
  let last: Piece | null = null;
  for (const [index, change] of changes.entries()) {
    if (change.at >= shift.end) return;
    const next = changes[index + 1];
    if (next && next.at <= shift.start) continue;
    const from = plannedBetween(shift, shift.start, Math.max(change.at, shift.start));
    const expected: number = last ? expectedOn(last, from) : 0;
    const piece = { from, expected, slope: slopeOf(change.target, expected, plannedMs - from) };
    yield { change, piece };
    last = piece;
  }
}

/** A shift's total as it is known from an instant on, epoch ms and good parts; `null`: no target. */
export interface KnownTotal {
  readonly at: number;
  readonly total: number | null;
}

/** What a shift owes as a whole, as known from each change on (S2), in order; one for each that bears on it. */
export function knownTotals(shift: Shift, changes: readonly TargetChange[]): KnownTotal[] {
  const plannedMs = plannedTotal(shift);
  let isTargeted = false;
  return [...bendsIn(shift, changes, plannedMs)].map(({ change, piece }) => {
    isTargeted ||= change.target !== null;
    return { at: change.at, total: isTargeted ? expectedOn(piece, plannedMs) : null };
  });
}

export const isSameTarget = (a: Target | null, b: Target | null): boolean =>
  JSON.stringify(a) === JSON.stringify(b);

/** Good parts per planned ms under a target, with `left` ms of planned time to go. */
function slopeOf(target: Target | null, expected: number, left: number): number {
  if (!target) return 0;
  if ('perHour' in target) return target.perHour / HOUR;
  return left > 0 ? (target.perShift - expected) / left : 0;
}

function pieceAt(curve: TargetCurve, planned: number): Piece {
  let found = curve.pieces[0];
  for (const piece of curve.pieces) if (piece.from <= planned) found = piece;
  return found;
}

/** Good parts expected at an instant: flat in breaks, 0 before the shift, its total after it (S1). */
export function expectedAt(curve: TargetCurve, at: number): number {
  const planned = plannedBetween(curve.shift, curve.shift.start, at);
  return expectedOn(pieceAt(curve, planned), planned);
}

/** The rate in force at an instant, good parts per planned hour. */
export function ratePerHourAt(curve: TargetCurve, at: number): number {
  return pieceAt(curve, plannedBetween(curve.shift, curve.shift.start, at)).slope * HOUR;
}

/** S7: good parts per planned hour that make what is missing; `null` when no planned time is left, ms. */
export function requiredRate(missing: number, leftMs: number): number | null {
  return leftMs === 0 ? null : (missing / leftMs) * HOUR;
}

/**
 * Planned minutes between an instant and the one at which the curve reached a good count; negative
 * when the count lags the curve (S4). Counts beyond the shift's end are measured at its last rate;
 * `null` when no rate ever leads there.
 */
export function minutesFromCurve(curve: TargetCurve, at: number, good: number): number | null {
  const planned = plannedBetween(curve.shift, curve.shift.start, at);
  const expected = expectedOn(pieceAt(curve, planned), planned);
  if (good === expected) return 0;
  const reached =
    good < expected ? lastReached(curve, good, planned) : firstReached(curve, good, planned);
  return reached === null ? null : (reached - planned) / 60_000;
}

/** The latest planned moment before `planned` at which the curve was not above `good`. */
function lastReached(curve: TargetCurve, good: number, planned: number): number | null {
  let until = planned;
  for (const piece of curve.pieces.toReversed()) {
    if (piece.from > planned) continue;
    if (piece.expected <= good && piece.slope > 0) {
      return Math.min(until, piece.from + (good - piece.expected) / piece.slope);
    }
    until = piece.from;
  }
  const first = curve.pieces[0];
  return first.slope > 0 ? (good - first.expected) / first.slope : null;
}

/** The earliest planned moment after `planned` at which the curve reaches `good`. */
function firstReached(curve: TargetCurve, good: number, planned: number): number | null {
  for (const [index, piece] of curve.pieces.entries()) {
    const end = curve.pieces[index + 1]?.from ?? Infinity;
    if (end <= planned || piece.slope <= 0) continue;
    const reached = piece.from + (good - piece.expected) / piece.slope;
    if (reached <= end) return reached;
  }
  return null;
}
