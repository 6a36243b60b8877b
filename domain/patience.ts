/** How long a line may be silent before it is not heard from (R2). */

import type { Column } from './column.ts';

/** How many intervals between messages tell a line's usual one. */
const USUAL_OVER_INTERVALS = 16;
/** Messages closer than this belong together and tell nothing about the usual interval, ms. */
const TOGETHER_MS = 1_000;
const SHORTEST_MS = 10_000;
const LONGEST_MS = 120_000;

/** How many points before a moment are needed to know at it how long a silence is usual. */
export const POINTS_TO_KNOW_USUAL = USUAL_OVER_INTERVALS + 1;

export class Patience {
  readonly #fixedMs: number | null;
  /** How many of the latest intervals were so short that no patience could be less. */
  #shortIntervals = 0;

  /** @param staleAfterSeconds the line's own patience; `null`: 3 usual intervals */
  constructor(staleAfterSeconds: number | null) {
    this.#fixedMs = staleAfterSeconds === null ? null : staleAfterSeconds * 1000;
  }

  /** The patience after the last of some messages, in ms; called once for each message. */
  after(at: Column): number {
    if (this.#fixedMs !== null) return this.#fixedMs;
    const last = at.length - 1;
    const isShort = last > 0 && (at.at(last) - at.at(last - 1)) * 3 <= SHORTEST_MS;
    this.#shortIntervals = isShort ? this.#shortIntervals + 1 : 0;
    if (this.#shortIntervals >= USUAL_OVER_INTERVALS) return SHORTEST_MS;
    return last < 3 ? LONGEST_MS : threeUsual(at, last);
  }

  /** Forgets the messages so far: some of them were taken back. */
  startOver(): void {
    this.#shortIntervals = 0;
  }
}

/** Three usual intervals, the usual one being the median of those that separate messages. */
function threeUsual(at: Column, last: number): number {
  const intervals: number[] = [];
  for (let index = Math.max(1, last - USUAL_OVER_INTERVALS + 1); index <= last; index++) {
    const interval = at.at(index) - at.at(index - 1);
    if (interval >= TOGETHER_MS) intervals.push(interval);
  }
  const median = intervals.sort((a, b) => a - b)[intervals.length >> 1] ?? 0;
  return Math.min(Math.max(median * 3, SHORTEST_MS), LONGEST_MS);
}
