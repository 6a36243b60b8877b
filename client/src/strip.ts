/** What a state strip shows: a line's states over a span, its earlier hours included. */

import type { StateName } from '@lineside/domain/stops.ts';
import type { Span } from '@lineside/domain/shift.ts';
import { shownState, spansBetween } from '@lineside/domain/stops.ts';
import type { LineOnFloor } from './floor.svelte.ts';

export interface StripSpan extends Span {
  readonly state: StateName;
}

/** A line's states between two instants, as known at the later one. */
export function stripOf(line: LineOnFloor, from: number, to: number): StripSpan[] {
  const seam = Math.min(Math.max(from, line.zeroAt), to);
  return [...earlierSpans(line, from, seam), ...spansBetween(line.facts, seam, to)];
}

/** Before the view's own track only stops and silences are known: between them the line ran, if it was there. */
function earlierSpans({ facts, earlier }: LineOnFloor, from: number, to: number): StripSpan[] {
  if (from >= to) return [];
  const isKnown = facts.track.length > 0 && facts.track.atOf(0) <= to;
  const edges = [...earlier, ...facts.shifts, ...facts.shifts.flatMap(({ breaks }) => breaks)]
    .flatMap(({ start, end }) => [start, end])
    .filter((edge) => edge > from && edge < to);
  const times = [...new Set([from, ...edges, to])].sort((a, b) => a - b);
  return times.slice(0, -1).map((start, index) => {
    const stop = earlier.find((span) => span.start <= start && start < span.end);
    const state = shownState(stop?.kind ?? (isKnown ? 'running' : 'noData'), facts.shifts, start);
    return { start, end: times[index + 1] ?? to, state };
  });
}
