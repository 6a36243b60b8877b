/** Stops as screens tell of them: the longest of a shift, and a line's last one. */

import type { Board } from '@lineside/domain/board.ts';
import { plannedBetween, type Shift, type Span } from '@lineside/domain/shift.ts';
import { stopsBetween } from '@lineside/domain/stops.ts';
import type { StopSpan } from '@lineside/domain/wire.ts';
import type { LineOnFloor } from './floor.svelte.ts';

export interface ShiftStops {
  readonly count: number;
  /** The longest in planned minutes; `null` without any. */
  readonly longest: { readonly minutes: number; readonly line: string } | null;
}

/** Stops of a shift over some lines, as known at an instant (R3). */
export function shiftStops(lines: readonly LineOnFloor[], shift: Shift, at: number): ShiftStops {
  const stops = lines.flatMap(({ facts }) =>
    whole(stopsBetween(facts, shift.start, at)).map(({ start, end }) => ({
      line: facts.line.name,
      minutes: plannedBetween(shift, start, end) / 60_000,
    })),
  );
  const longest = stops.reduce<ShiftStops['longest']>(
    (best, stop) => (best && best.minutes >= stop.minutes ? best : stop),
    null,
  );
  return { count: stops.length, longest };
}

/** The last stop that a line made by an instant, the hours before its shift included. */
export function lastStop(line: LineOnFloor, at: number): StopSpan | null {
  const known = whole([...line.earlier, ...stopsBetween(line.facts, line.zeroAt, at)]);
  return known.findLast(({ start }) => start < at) ?? null;
}

/** Stops alone; one that goes on after a silence (R2) is told as one. */
function whole(spans: readonly StopSpan[]): StopSpan[] {
  const stops: StopSpan[] = [];
  for (const [index, span] of spans.entries()) {
    if (span.kind !== 'stopped') continue;
    const silence = spans[index - 1];
    const last = stops.at(-1);
    const goesOn =
      silence?.kind === 'noData' && silence.end === span.start && last?.end === silence.start;
    if (last && goesOn) stops[stops.length - 1] = { ...last, end: span.end };
    else stops.push(span);
  }
  return stops;
}

/** When nobody knew what a line made: before its first word, in silences, and while we are cut off. */
export function silencesOf(line: LineOnFloor, board: Board, shift: Shift, at: number): Span[] {
  const { track } = line.facts;
  if (board.lastReadingAt === null || track.length === 0) return [shift];
  const beforeFirst = { start: shift.start, end: track.atOf(0) };
  const silences: Span[] = stopsBetween(line.facts, shift.start, at).filter(
    ({ kind }) => kind === 'noData',
  );
  if (beforeFirst.end > beforeFirst.start) silences.unshift(beforeFirst);
  if (board.status === 'noData') silences.push({ start: board.lastReadingAt, end: shift.end });
  return silences;
}
