/** A shift's window in instants: the planned time between two instants, and its inverse (T3). */

/** A half-open span of time, epoch ms UTC: `start <= t < end`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** One shift on one day. Its breaks are sorted, do not overlap and lie inside the shift. */
export interface Shift extends Span {
  /** `2026-11-23/Early`: the local date on which it starts, and its name (T2). */
  readonly id: string;
  readonly name: string;
  /** Local calendar date on which it starts, `YYYY-MM-DD`. */
  readonly date: string;
  readonly breaks: readonly Span[];
}

/** The milliseconds that two spans share. */
export function overlap(a: Span, b: Span): number {
  return Math.max(0, Math.min(a.end, b.end) - Math.max(a.start, b.start));
}

/** Planned time between two instants, in ms: shift time less breaks (T3). */
export function plannedBetween(shift: Shift, from: number, to: number): number {
  const asked = { start: from, end: to };
  let planned = overlap(shift, asked);
  for (const pause of shift.breaks) planned -= overlap(pause, asked);
  return planned;
}

/** Planned time of the whole shift, in ms (T3). */
export function plannedTotal(shift: Shift): number {
  return plannedBetween(shift, shift.start, shift.end);
}

/**
 * The instant at which `plannedMs` of planned time have passed since the shift's start: the
 * inverse of {@link plannedBetween}. At a break's edge it is the break's end. Planned time
 * outside the shift is taken to run on without breaks.
 */
export function instantAfter(shift: Shift, plannedMs: number): number {
  let instant = shift.start + plannedMs;
  for (const pause of shift.breaks) {
    if (instant < pause.start) break;
    instant += pause.end - pause.start;
  }
  return instant;
}

/** Planned time between two instants over several shifts that do not overlap, in ms (T3). */
export function plannedAcross(shifts: readonly Shift[], from: number, to: number): number {
  let planned = 0;
  for (const shift of shifts) planned += plannedBetween(shift, from, to);
  return planned;
}

/** The shift that contains an instant, or `null` outside shifts. */
export function shiftAt(shifts: readonly Shift[], at: number): Shift | null {
  return shifts.find((shift) => shift.start <= at && at < shift.end) ?? null;
}

/** The break that contains an instant, or `null`. */
export function breakAt(shift: Shift, at: number): Span | null {
  return shift.breaks.find((pause) => pause.start <= at && at < pause.end) ?? null;
}
