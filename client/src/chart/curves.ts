/** The curves of one shift as points to draw: what was due, what was made, what is to be expected. */

import { bendsOf, type Bend } from '@lineside/domain/bends.ts';
import type { Board } from '@lineside/domain/board.ts';
import { targetsOf } from '@lineside/domain/product-target.ts';
import { instantAfter, plannedBetween, type Shift, type Span } from '@lineside/domain/shift.ts';
import { stopsBetween } from '@lineside/domain/stops.ts';
import { expectedAt, targetCurve, type TargetCurve } from '@lineside/domain/target.ts';
import type { LineOnFloor } from '../floor.svelte.ts';

export interface Dot {
  /** Epoch ms. */
  readonly x: number;
  /** Good parts since the shift's start; `NaN`: not known, so that no line is drawn over it. */
  readonly y: number;
}

export interface Curves {
  readonly shift: Shift;
  readonly at: number;
  readonly due: readonly Dot[];
  readonly made: readonly Dot[];
  readonly expected: readonly Dot[];
  /** From where the line is to the ends of the range of its forecast (S9). */
  readonly range: readonly { readonly x: number; readonly low: number; readonly high: number }[];
  /** Where the plan changed. */
  readonly bends: readonly (Bend & { readonly y: number })[];
  readonly silences: readonly Span[];
  readonly isShort: boolean;
}

/** No screen shows more points than this side by side. */
const SAMPLES = 480;

export function curvesOf({ facts }: LineOnFloor, shift: Shift, at: number, board: Board): Curves {
  const until = Math.min(at, shift.end);
  const silences = [
    ...beforeFirst(facts.track, shift, until),
    ...stopsBetween(facts, shift.start, until).filter(({ kind }) => kind === 'noData'),
  ];
  const curve = targetCurve(shift, targetsOf(facts), at);
  const isKnown = board.status !== 'noData';
  return {
    shift,
    at,
    due: dueDots(shift, curve),
    made: madeDots(facts.track, shift, until, silences),
    expected: isKnown ? expectedDots(board, shift, until, board.forecast?.good) : [],
    range: isKnown ? rangeOf(board, shift, until) : [],
    bends: bendsOf(facts, shift, at).map((bend) => {
      return { ...bend, y: curve ? expectedAt(curve, bend.at) : 0 };
    }),
    silences,
    isShort: (board.variance?.units ?? 0) <= -1,
  };
}

/** What a line made before its first word in a shift nobody knows. */
function beforeFirst(track: LineOnFloor['facts']['track'], shift: Shift, until: number): Span[] {
  const first = track.length === 0 ? until : Math.min(track.atOf(0), until);
  return first > shift.start ? [{ start: shift.start, end: first }] : [];
}

/** The target curve bends only where a break begins or ends and where the plan changes. */
function dueDots(shift: Shift, curve: TargetCurve | null): Dot[] {
  if (!curve) return [];
  const bends = [
    shift.start,
    ...shift.breaks.flatMap(({ start, end }) => [start, end]),
    ...curve.pieces.map(({ from }) => instantAfter(shift, from)),
    shift.end,
  ].filter((x) => x >= shift.start && x <= shift.end);
  return [...new Set(bends)].sort((a, b) => a - b).map((x) => ({ x, y: expectedAt(curve, x) }));
}

/** Totals at even steps, and at the edges of every silence, with a gap inside it. */
function madeDots(
  track: LineOnFloor['facts']['track'],
  shift: Shift,
  until: number,
  silences: readonly Span[],
): Dot[] {
  if (track.length === 0 || until <= shift.start || track.atOf(0) > until) return [];
  const zero = track.totalsBefore(shift.start).good;
  const step = (shift.end - shift.start) / SAMPLES;
  const times = [until, ...silences.flatMap(({ start, end }) => [start, end])];
  for (let x = shift.start; x < until; x += step) times.push(x);
  const isKnown = (x: number): boolean =>
    !silences.some(({ start, end }) => start < x && (x < end || end >= until));
  const dots = times
    .filter((x) => x >= shift.start && x <= until && isKnown(x))
    .map((x) => ({ x, y: track.totalsAt(x).good - zero }));
  const gaps = silences.map(({ start, end }) => ({ x: (start + end) / 2, y: NaN }));
  return [...dots, ...gaps].sort((a, b) => a.x - b.x);
}

/** From where the line is to a good count at the shift's end, flat in the breaks on the way. */
function expectedDots({ count }: Board, shift: Shift, from: number, good?: number): Dot[] {
  const left = plannedBetween(shift, from, shift.end);
  if (!count || good === undefined || left <= 0) return [];
  const bends = shift.breaks.flatMap(({ start, end }) => [start, end]).filter((x) => x > from);
  return [from, ...bends, shift.end].map((x) => {
    const share = plannedBetween(shift, from, x) / left;
    return { x, y: count.good + (good - count.good) * share };
  });
}

function rangeOf(board: Board, shift: Shift, from: number): Curves['range'] {
  const high = expectedDots(board, shift, from, board.forecast?.high);
  const low = expectedDots(board, shift, from, board.forecast?.low);
  return low.map(({ x, y }, index) => ({ x, low: y, high: high[index]?.y ?? y }));
}
