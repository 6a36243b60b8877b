/** When a line stands still in a shift, and what it says about it: breaks, the story's stops, and everyday trouble. */

import type { DeclaredState } from '@lineside/domain/reading.ts';
import type { Shift, Span } from '@lineside/domain/shift.ts';
import type { Conduct, LineSpec, Makeable } from './line-spec.ts';
import { between, chance, exponential, lognormal, randomFrom, type Random } from './random.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;

export interface Interruption extends Span {
  /** What the line declares meanwhile; `null`: nothing, it claims to run. */
  readonly state: DeclaredState | null;
  /** What it makes from its end on. */
  readonly makes?: Makeable;
  /** Whether the plan allows for it: production is not caught up on afterwards. */
  readonly excused: boolean;
}

/** What is left of a span once others have taken their parts of it. */
function remainders(whole: Span, taken: readonly Span[]): Span[] {
  let pieces: Span[] = [{ start: whole.start, end: whole.end }];
  for (const other of taken) {
    pieces = pieces
      .flatMap(({ start, end }) => [
        { start, end: Math.min(end, other.start) },
        { start: Math.max(start, other.end), end },
      ])
      .filter(({ start, end }) => start < end);
  }
  return pieces.filter(({ start, end }) => start < end);
}

const isFree = (span: Span, taken: readonly Span[]): boolean =>
  taken.every((other) => span.end <= other.start || span.start >= other.end);

/** Most crews leave on the bell, some finish what they have begun. */
function breaksOf(shift: Shift, random: Random): Interruption[] {
  return shift.breaks.map(({ start, end }) => {
    const runOnMs = chance(random, 0.3) ? between(random, 0, 90 * SECOND) : 0;
    const begin = Math.round(Math.min(start + runOnMs, end));
    return { start: begin, end, state: 'idle' as const, excused: true };
  });
}

function* atRandom(random: Random, shift: Shift, meanGapMs: number): Generator<number> {
  let at = shift.start;
  for (;;) {
    at += exponential(random, meanGapMs);
    if (at >= shift.end) return;
    yield at;
  }
}

function span(start: number, durationMs: number, shift: Shift): Span {
  return { start: Math.round(start), end: Math.round(Math.min(start + durationMs, shift.end)) };
}

/** Jams and empty feeders: short, frequent, and never declared. */
function microStops(shift: Shift, random: Random): Interruption[] {
  return [...atRandom(random, shift, 17 * MINUTE)].map((start) => {
    const durationMs = Math.min(
      Math.max(lognormal(random, 40 * SECOND, 0.6), 12 * SECOND),
      140 * SECOND,
    );
    return { ...span(start, durationMs, shift), state: null, excused: false };
  });
}

/** Breakdowns and missing material: rare, long, and not always declared. */
function longStops(shift: Shift, conduct: Conduct, random: Random): Interruption[] {
  return [...atRandom(random, shift, 140 * MINUTE)].map((start) => {
    const longestMs = Math.max((start - shift.start) * conduct.longestStopShare, 150 * SECOND);
    const durationMs = Math.min(
      Math.max(lognormal(random, 7 * MINUTE, 0.5), 3 * MINUTE),
      longestMs,
    );
    const state = chance(random, 0.6) ? ('stopped' as const) : null;
    return { ...span(start, durationMs, shift), state, excused: false };
  });
}

function changeovers(
  shift: Shift,
  spec: LineSpec,
  conduct: Conduct,
  random: Random,
): Interruption[] {
  const makes = spec.alternatives[Math.floor(random() * spec.alternatives.length)];
  if (!makes || !conduct.mayChangeOver) return [];
  const start = shift.start + (shift.end - shift.start) * between(random, 0.35, 0.7);
  const durationMs = between(random, 6, 11) * MINUTE;
  return [{ ...span(start, durationMs, shift), state: 'changeover', makes, excused: false }];
}

/** Sorted, not overlapping, inside the shift. What is scripted goes before what merely happens. */
export function interruptionsOf(
  seed: string,
  spec: LineSpec,
  shift: Shift,
  conduct: Conduct,
): Interruption[] {
  const stream = (purpose: string): Random => randomFrom(seed, spec.id, shift.id, purpose);
  const scripted = conduct.stops.flatMap((stop) => {
    const start = Math.max(stop.start, shift.start);
    const end = Math.min(stop.end, shift.end);
    return start < end ? [{ start, end, state: stop.state, excused: true }] : [];
  });
  const found: Interruption[] = [...scripted];
  for (const pause of breaksOf(shift, stream('breaks'))) {
    for (const piece of remainders(pause, scripted)) found.push({ ...pause, ...piece });
  }
  const happening = [
    ...changeovers(shift, spec, conduct, stream('changeover')),
    ...longStops(shift, conduct, stream('long stops')),
    ...microStops(shift, stream('micro-stops')),
  ];
  for (const one of happening) if (isFree(one, found)) found.push(one);
  return found.sort((a, b) => a.start - b.start);
}
