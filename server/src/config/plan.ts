/** What a plant file says, once it is known to be right. */

import type { LineInfo, LineRules, Product } from '@lineside/domain/facts.ts';
import type { Target } from '@lineside/domain/target.ts';

/** ISO weekday, Monday is 1. */
export type Weekday = 1 | 2 | 3 | 4 | 5 | 6 | 7;

/** A stretch of a day by the clock on the wall, minutes since midnight; an end that is not later is on the next day. */
export interface WallSpan {
  readonly startMinute: number;
  readonly endMinute: number;
}

/** A shift as a rule of local wall-clock times (T2). */
export interface ShiftRule extends WallSpan {
  readonly name: string;
  /** Days on which it starts. */
  readonly days: readonly Weekday[];
  readonly breaks: readonly WallSpan[];
}

export interface CounterPlan {
  /** Value at which the line's counter starts again at 0. */
  readonly rollover: number | null;
  /** Falls up to this many parts take parts back. */
  readonly correction: number;
}

export interface LinePlan extends LineInfo {
  readonly product: string | null;
  readonly target: Target | null;
  readonly counter: CounterPlan;
  readonly rules: LineRules;
}

export interface Plant {
  readonly name: string;
  /** IANA zone. */
  readonly timeZone: string;
  readonly shifts: readonly ShiftRule[];
  readonly products: readonly Product[];
  readonly lines: readonly LinePlan[];
  /** Topics of output messages, each with a `{line}`. */
  readonly topics: readonly string[];
}

export const ID_PATTERN = /^[A-Za-z0-9_-]{1,64}$/;
export const OUTPUT_TOPIC = 'lineside/{line}/output';
export const MINUTES_PER_DAY = 1440;
