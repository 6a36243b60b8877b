/** Stops as screens tell of them: the longest of a shift, and a line's last one. */

import { plannedBetween, type Shift } from '@lineside/domain/shift.ts';
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
