/** Messages lost on the way, told by the numbers that a source gives its messages (C8). */

import type { Reading } from './reading.ts';

/** Steps that tell whether a line counts its messages by one. */
const STEPS_REMEMBERED = 16;
/** A larger jump is no loss: the source numbers anew. */
const MOST_MISSING_AT_ONCE = 1_000_000;
/** Holes that late numbers may still fill; of older ones only the count is kept. */
const MOST_HOLES = 64;

/** Numbers that have not come, both ends included. */
interface Hole {
  readonly first: number;
  readonly last: number;
}

/** One line's numbering after a message. */
export interface SequenceState {
  /** Messages missing so far. */
  readonly missing: number;
  /** The highest number since the source last numbered anew; `null` before the first. */
  readonly highest: number | null;
  /** Sorted, not overlapping, all below `highest`. */
  readonly holes: readonly Hole[];
  /** How many of the latest steps are known. */
  readonly steps: number;
  /** The latest steps as bits, the newest lowest: 1 is a step of exactly one. */
  readonly byOne: number;
  /** The last number that was out of order: when the next counts on from it, the source numbers anew. */
  readonly aside: number | null;
  /** The highest number before the source numbered anew, until it is passed. */
  readonly former: number | null;
}

export const NOTHING_NUMBERED: SequenceState = {
  missing: 0,
  highest: null,
  holes: [],
  steps: 0,
  byOne: 0,
  aside: null,
  former: null,
};

/** The numbering after a message with a number (C8). Messages must come in the order of their own time. */
export function afterNumber(state: SequenceState, seq: number): SequenceState {
  const { highest } = state;
  if (highest === null) return { ...state, highest: seq };
  if (seq > highest) return ahead(state, highest, seq);
  return seq === highest ? state : behind(state, highest, seq);
}

function ahead(state: SequenceState, highest: number, seq: number): SequenceState {
  const missing = seq - highest - 1;
  if (missing > MOST_MISSING_AT_ONCE) {
    return { ...state, highest: seq, holes: [], aside: null, former: null };
  }
  const { former } = state;
  const next = {
    ...stepped(state, missing === 0),
    highest: seq,
    aside: null,
    former: former !== null && former > seq ? former : null,
  };
  // Old messages told again had only looked like a source that numbers anew.
  const isReturn = seq - 1 === former;
  if (missing === 0 || isReturn || !countsByOne(state)) return next;
  const holes = [...state.holes, { first: highest + 1, last: seq - 1 }].slice(-MOST_HOLES);
  return { ...next, missing: state.missing + missing, holes };
}

function behind(state: SequenceState, highest: number, seq: number): SequenceState {
  const isIn = ({ first, last }: Hole): boolean => first <= seq && seq <= last;
  if (state.holes.some(isIn)) {
    const holes = state.holes.flatMap((hole) => (isIn(hole) ? without(hole, seq) : [hole]));
    return { ...state, missing: state.missing - 1, holes: holes.slice(-MOST_HOLES) };
  }
  if (state.aside === null || seq !== state.aside + 1) return { ...state, aside: seq };
  return { ...stepped(state, true), highest: seq, holes: [], aside: null, former: highest };
}

function without({ first, last }: Hole, seq: number): Hole[] {
  return [
    { first, last: seq - 1 },
    { first: seq + 1, last },
  ].filter((hole) => hole.first <= hole.last);
}

function stepped(state: SequenceState, isByOne: boolean): SequenceState {
  const steps = Math.min(state.steps + 1, STEPS_REMEMBERED);
  const byOne = ((state.byOne << 1) | Number(isByOne)) & ((1 << STEPS_REMEMBERED) - 1);
  return { ...state, steps, byOne };
}

/** Whether at least half of the latest steps, and at least one of them, were steps of exactly one. */
function countsByOne({ steps, byOne }: SequenceState): boolean {
  let ones = 0;
  for (let left = byOne; left > 0; left >>= 1) ones += left & 1;
  return ones > 0 && ones * 2 >= steps;
}

/** Messages missing between two readings; epoch ms. */
export interface Gap {
  /** The time of the reading before the gap. */
  readonly start: number;
  /** The time of the reading that showed the gap. */
  readonly end: number;
  readonly missing: number;
}

/** The gaps in a line's numbering that nothing has filled (C8), from its readings in their order. */
export function gapsIn(readings: Iterable<Reading>): Gap[] {
  const gaps: (Gap & Hole)[] = [];
  let state = NOTHING_NUMBERED;
  let start = -Infinity;
  for (const { seq, at } of readings) {
    if (seq === null) continue;
    const next = afterNumber(state, seq);
    const missing = next.missing - state.missing;
    if (missing > 0) gaps.push({ start, end: at, missing, first: seq - missing, last: seq - 1 });
    if (missing < 0) fill(gaps, seq);
    if (next.highest !== state.highest) start = at;
    state = next;
  }
  return gaps
    .filter(({ missing }) => missing > 0)
    .map(({ start, end, missing }) => ({ start, end, missing }));
}

function fill(gaps: (Gap & Hole)[], seq: number): void {
  const index = gaps.findLastIndex(({ first, last }) => first <= seq && seq <= last);
  const gap = gaps[index];
  if (gap) gaps[index] = { ...gap, missing: gap.missing - 1 };
}
