/** When a line stood still, when we simply did not hear from it, and its states side by side (R1-R3). */

import type { LineFacts } from './facts.ts';
import { breakAt, overlap, plannedBetween, shiftAt, type Shift, type Span } from './shift.ts';
import { timelineOf, type Activity, type Segment, type Timeline } from './timeline.ts';

/** What a screen calls a line's state. */
export type StateName = Activity | 'break' | 'offShift';

export type StopKind = 'stopped' | 'noData';

/** A stop or a silence. */
export interface Stop extends Span {
  readonly kind: StopKind;
}

export interface StateSpan extends Span {
  readonly state: StateName;
}

export function timelineFor(facts: LineFacts): Timeline {
  return timelineOf(facts.track, facts.shifts, facts.rules.stopAfterSeconds);
}

/**
 * Stops (R1) and silences (R2) between two instants, as known at the later one, sorted by time.
 * Standing still outside shifts is no stop.
 */
export function stopsBetween(facts: LineFacts, from: number, to: number): Stop[] {
  const stops: Stop[] = [];
  for (const { activity, start, end } of timelineFor(facts).between(from, to)) {
    if (activity === 'noData') stops.push({ start, end, kind: 'noData' });
    if (activity === 'stopped') {
      for (const span of insideShifts(facts.shifts, { start, end }))
        stops.push({ ...span, kind: 'stopped' });
    }
  }
  return stops;
}

/** Stopped time inside planned time of one shift, as known at an instant, in ms (R3). */
export function downtimeMs(facts: LineFacts, shift: Shift, at: number): number {
  let downtime = 0;
  for (const { activity, start, end } of timelineFor(facts).between(shift.start, at)) {
    if (activity === 'stopped') downtime += plannedBetween(shift, start, end);
  }
  return downtime;
}

/** A line's states between two instants, without gaps, as known at the later one. */
export function spansBetween(facts: LineFacts, from: number, to: number): StateSpan[] {
  const known = facts.track.length > 0 ? facts.track.atOf(0) : to;
  const segments: Segment[] = timelineFor(facts).between(from, to);
  const layers: StateSpan[] = [
    { start: from, end: Math.min(known, to), state: 'noData' as const },
    ...segments.map(({ start, end, activity }) => ({ start, end, state: activity })),
  ].filter((span) => span.end > span.start);
  return overlaid(filled(layers, from, to), facts.shifts, from, to);
}

/** Parts of a span that lie inside shifts. */
function insideShifts(shifts: readonly Shift[], span: Span): Span[] {
  return shifts
    .filter((shift) => overlap(shift, span) > 0)
    .map((shift) => ({
      start: Math.max(shift.start, span.start),
      end: Math.min(shift.end, span.end),
    }))
    .reduce<Span[]>((joined, next) => {
      const last = joined.at(-1);
      if (last?.end !== next.start) return [...joined, next];
      return [...joined.slice(0, -1), { start: last.start, end: next.end }];
    }, []);
}

/** Fills the gaps between sorted spans with running. */
function filled(spans: readonly StateSpan[], from: number, to: number): StateSpan[] {
  const all: StateSpan[] = [];
  let until = from;
  for (const span of spans) {
    if (span.start > until) all.push({ start: until, end: span.start, state: 'running' });
    all.push(span);
    until = span.end;
  }
  if (to > until) all.push({ start: until, end: to, state: 'running' });
  return all;
}

/** Lays breaks over what the line did in them, and off shift over everything; silence stays in breaks. */
function overlaid(
  spans: readonly StateSpan[],
  shifts: readonly Shift[],
  from: number,
  to: number,
): StateSpan[] {
  const edges = new Set([from, to]);
  for (const { start, end } of [...spans, ...shifts, ...shifts.flatMap((shift) => shift.breaks)]) {
    if (start > from && start < to) edges.add(start);
    if (end > from && end < to) edges.add(end);
  }
  const times = [...edges].sort((a, b) => a - b);
  const result: StateSpan[] = [];
  let place = 0;
  for (const [index, start] of times.entries()) {
    const end = times[index + 1];
    if (end === undefined) break;
    while ((spans[place]?.end ?? Infinity) <= start) place += 1;
    const state = shownState(spans[place]?.state ?? 'running', shifts, start);
    const last = result.at(-1);
    if (last?.state === state) result[result.length - 1] = { ...last, end };
    else result.push({ start, end, state });
  }
  return result;
}

/** Off shift hides everything; a break hides everything but silence. */
export function shownState(activity: StateName, shifts: readonly Shift[], at: number): StateName {
  const shift = shiftAt(shifts, at);
  if (!shift) return 'offShift';
  return breakAt(shift, at) && activity !== 'noData' ? 'break' : activity;
}
