/** The moments of several lines on one slider: where a shortfall began, stops, silences, recoveries, changes of plan. */

import { momentsOf, type Moment } from '@lineside/domain/moments.ts';
import type { Shift } from '@lineside/domain/shift.ts';
import type { LineOnFloor } from '../floor.svelte.ts';

export type LineMoment = Moment & { readonly line: string };

/** Moments of a shift up to an instant, sorted by time. */
export function momentsOfLines(
  lines: readonly LineOnFloor[],
  shift: Shift,
  until: number,
): LineMoment[] {
  return lines
    .flatMap(({ facts }) =>
      momentsOf(facts, shift, until).map((moment) => ({ ...moment, line: facts.line.name })),
    )
    .sort((a, b) => a.at - b.at);
}

/** Leaves out repeats: the same of the same line within a while, as at a shift's shaky start. A change of plan is none. */
export function thinned(moments: readonly LineMoment[], withinMs: number): LineMoment[] {
  const last = new Map<string, number>();
  return moments.filter(({ at, kind, line }) => {
    if (kind === 'target' || kind === 'product') return true;
    const what = `${kind} ${line}`;
    const before = last.get(what) ?? -Infinity;
    if (at - before < withinMs) return false;
    last.set(what, at);
    return true;
  });
}

/** Moments closer than this to the cursor count as where it is, ms. */
const HERE_MS = 1_000;

export function nextMoment<T extends Moment>(moments: readonly T[], at: number): T | null {
  return moments.find((moment) => moment.at > at + HERE_MS) ?? null;
}

export function previousMoment<T extends Moment>(moments: readonly T[], at: number): T | null {
  return moments.findLast((moment) => moment.at < at - HERE_MS) ?? null;
}

/** The nearest reading before or after a moment among some lines; `null` where there is none. */
export function neighbourReading(
  lines: readonly LineOnFloor[],
  at: number,
  by: 1 | -1,
): number | null {
  const found = lines.flatMap(({ facts: { track } }) => {
    const index = by === 1 ? track.indexAt(at) + 1 : track.indexBefore(at);
    return index >= 0 && index < track.length ? [track.atOf(index)] : [];
  });
  if (found.length === 0) return null;
  return by === 1 ? Math.min(...found) : Math.max(...found);
}
