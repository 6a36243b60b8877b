/** What is known about one line, as far as a board needs it: the facts of "facts and a moment". */

import type { Shift } from './shift.ts';
import type { Author, TargetChange } from './target.ts';
import type { Track } from './track.ts';

export interface LineInfo {
  readonly id: string;
  readonly name: string;
  readonly area: string;
}

export interface Product {
  readonly id: string;
  readonly name: string;
  /** Seconds per part at the best sustained speed; `null` for a product nobody has described. */
  readonly idealCycleSeconds: number | null;
}

/** From `at` (epoch ms) on the plan, or a person, has the line make this product; `null`: none that is known. */
export interface ProductChange {
  readonly at: number;
  /** A product's id. */
  readonly product: string | null;
  readonly by?: Author;
}

/** Limits of the status, in percent of the target at the moment (S8). */
export interface Thresholds {
  readonly behindPercent: number;
  readonly criticalPercent: number;
  readonly aheadPercent: number;
}

export const DEFAULT_THRESHOLDS: Thresholds = {
  behindPercent: 5,
  criticalPercent: 15,
  aheadPercent: 5,
};
export const DEFAULT_STOP_AFTER_SECONDS = 300;

export interface LineRules {
  /** R1: planned seconds without a count after which the line is stopped. */
  readonly stopAfterSeconds: number;
  /** R2: seconds without a message after which it is not heard from; `null`: 3 usual intervals. */
  readonly staleAfterSeconds: number | null;
  readonly thresholds: Thresholds;
}

/** Whether a track tells every reading, or each minute's last and what changed in it (H1). */
export type Resolution = 'reading' | 'minute';

/** Everything a board of one line is computed from. */
export interface LineFacts {
  readonly line: LineInfo;
  readonly rules: LineRules;
  /** The product while neither a reading nor a change has named another. */
  readonly product: Product | null;
  /** Sorted by time; of these and what readings name the later holds (P4). */
  readonly productChanges?: readonly ProductChange[];
  /** Every product that readings may name. */
  readonly products: readonly Product[];
  /** By plan alone, see `targetsOf`. Sorted by time; the first holds for everything before the second. */
  readonly targets: readonly TargetChange[];
  /** Sorted, not overlapping, the known shifts around the moment asked for. */
  readonly shifts: readonly Shift[];
  readonly resolution: Resolution;
  readonly track: Track;
}
