/** How long a line may be silent before it is not heard from (R2). */

import type { Column } from './column.ts';

/** How many intervals between messages tell a line's usual one. */
const USUAL_OVER_INTERVALS = 16;
/** Until so many intervals are known of a line that was just connected, no silence is unusual. */
const LEAST_INTERVALS = 3;
/** Messages closer than this belong together and tell nothing about the usual interval, ms. */
const TOGETHER_MS = 1_000;
const SHORTEST_MS = 10_000;
const LONGEST_MS = 120_000;

/** How many points before a moment are needed to know at it how long a silence is usual. */
export const POINTS_TO_KNOW_USUAL = USUAL_OVER_INTERVALS + 1;

export class Patience {
  readonly #fixedMs: number | null;
  readonly #earlier: readonly number[];
  /** How many of the latest intervals were so short that no patience could be less. */
  #shortIntervals = 0;

  /**
   * @param staleAfterSeconds the line's own patience; `null`: 3 usual intervals
   * @param earlier times of messages before the first that it is asked about
   */
  constructor(staleAfterSeconds: number | null, earlier: readonly number[] = []) {
    this.#earlier = earlier;
    this.#fixedMs = staleAfterSeconds === null ? null : staleAfterSeconds * 1000;
  }

  /** The patience after the last of some messages, in ms; called once for each message. */
  after(at: Column): number {
    if (this.#fixedMs !== null) return this.#fixedMs;
    const last = at.length - 1;
    const isShort = last > -this.#earlier.length && this.#interval(at, last) * 3 <= SHORTEST_MS;
    this.#shortIntervals = isShort ? this.#shortIntervals + 1 : 0;
    if (this.#shortIntervals >= USUAL_OVER_INTERVALS) return SHORTEST_MS;
    return this.#threeUsual(at, last);
  }

  /** Forgets the messages so far: some of them were taken back. */
  startOver(): void {
    this.#shortIntervals = 0;
  }

  #threeUsual(at: Column, last: number): number {
    const intervals: number[] = [];
    const first = Math.max(1 - this.#earlier.length, last - USUAL_OVER_INTERVALS + 1);
    for (let index = first; index <= last; index++) {
      const interval = this.#interval(at, index);
      if (interval >= TOGETHER_MS) intervals.push(interval);
    }
    const isNew = last - first + 1 < USUAL_OVER_INTERVALS;
    if (isNew && intervals.length < LEAST_INTERVALS) return LONGEST_MS;
    const median = intervals.sort((a, b) => a - b)[intervals.length >> 1] ?? 0;
    return Math.min(Math.max(median * 3, SHORTEST_MS), LONGEST_MS);
  }

  #interval(at: Column, index: number): number {
    return this.#time(at, index) - this.#time(at, index - 1);
  }

  #time(at: Column, index: number): number {
    return index < 0 ? (this.#earlier.at(index) ?? NaN) : at.at(index);
  }
}
