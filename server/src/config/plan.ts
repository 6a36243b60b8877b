/** What a plan says at one time, once it is known to be right. */

import type { LineInfo, LineRules, Product } from '@lineside/domain/facts.ts';
import type { OwnRate, Target } from '@lineside/domain/target.ts';

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

/** A shift of one date only, beside the usual ones or in place of one of the same name. */
export interface ExtraShift extends WallSpan {
  /** Local date on which it starts, `YYYY-MM-DD`. */
  readonly date: string;
  readonly name: string;
  readonly breaks: readonly WallSpan[];
}

/** A date on which usual shifts do not start. */
export interface Holiday {
  readonly date: string;
  /** Names of those shifts; `null`: all. */
  readonly shifts: readonly string[] | null;
}

/** What the calendar is computed from. */
export interface ShiftPlan {
  /** IANA zone. */
  readonly timeZone: string;
  readonly shifts: readonly ShiftRule[];
  readonly holidays: readonly Holiday[];
  readonly extraShifts: readonly ExtraShift[];
}

/** What one line owes in one shift, in place of its usual target. */
export interface Demand {
  /** Local date on which the shift starts. */
  readonly date: string;
  readonly shift: string;
  readonly line: string;
  readonly product: string | null;
  readonly target: Target;
}

/** What one line owes in one shift is found by this. */
export function demandKey({ date, shift, line }: Pick<Demand, 'date' | 'shift' | 'line'>): string {
  return `${date}/${shift}/${line}`;
}

export interface CounterPlan {
  /** Value at which the line's counter starts again at 0. */
  readonly rollover: number | null;
  /** Falls up to this many parts take parts back. */
  readonly correction: number;
}

export interface LinePlan extends LineInfo {
  readonly product: string | null;
  /** When that product was last set by hand, epoch ms; `null`: it never was. */
  readonly productSince: number | null;
  readonly target: Target | null;
  readonly counter: CounterPlan;
  readonly rules: LineRules;
}

export interface Plant extends ShiftPlan {
  readonly name: string;
  readonly products: readonly Product[];
  /** Of products that have a target rate of their own (S11). */
  readonly ownRates: readonly OwnRate[];
  readonly lines: readonly LinePlan[];
  /** By {@link demandKey}. */
  readonly demand: ReadonlyMap<string, readonly Demand[]>;
  /** Topics of output messages, each with a `{line}`. */
  readonly topics: readonly string[];
}

export const ID_PATTERN = /^[A-Za-z0-9_-]{1,64}$/;
export const OUTPUT_TOPIC = 'lineside/{line}/output';
export const MINUTES_PER_DAY = 1440;
