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
    stopsBetween(facts, shift.start, at)
      .filter(({ kind }) => kind === 'stopped')
      .map(({ start, end }) => ({
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
  const known = [...line.earlier, ...stopsBetween(line.facts, line.zeroAt, at)];
  return known.findLast(({ kind, start }) => kind === 'stopped' && start < at) ?? null;
}

/** When nobody knew what a line made: before its first word, in silences, and while we are cut off. */
export function silencesOf(line: LineOnFloor, board: Board, shift: Shift, at: number): Span[] {
  if (board.lastReadingAt === null) return [shift];
  const silences: Span[] = stopsBetween(line.facts, shift.start, at).filter(
    ({ kind }) => kind === 'noData',
  );
  if (board.status === 'noData') silences.push({ start: board.lastReadingAt, end: shift.end });
  return silences;
}
