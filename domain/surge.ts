/** What a changed demand means before anybody decides it: the pace it needs, and what could cover what is missing (P1-P3). */

import { boardAt } from './board.ts';
import type { LineFacts, LineInfo, Product } from './facts.ts';
import { idealPerHour, productAt } from './product.ts';
import { targetsOf } from './product-target.ts';
import { plannedBetween, type Shift } from './shift.ts';
import { requiredRate, targetCurve, type Target } from './target.ts';

/** A proposed target of one running shift, from now on. Rates are good parts per planned hour. */
export interface Surge {
  /** Good parts that the whole shift would owe. */
  readonly target: number;
  /** P1; 0 once that many are made, `null` when no planned time is left. */
  readonly requiredPerHour: number | null;
  /** `null` when nobody has said how fast the product can be made; what hangs on it is `null` too. */
  readonly idealPerHour: number | null;
  readonly plannedMinutesLeft: number;
  /** P2: good parts at the shift's end at the ideal rate from now on. */
  readonly bestGood: number | null;
  /** P2: by how many that falls short of the proposed target; 0: it can be made. */
  readonly shortBy: number | null;
  /** P2: planned minutes beyond the shift's end that make the missing parts at the ideal rate. */
  readonly overtimeMinutes: number | null;
}

const HOUR = 3_600_000;
const MINUTE = 60_000;

/** What a target proposed at an instant of a shift means for its line (P1, P2). */
export function surgeOf(facts: LineFacts, shift: Shift, at: number, proposed: Target): Surge {
  const { track } = facts;
  const good = track.totalsAt(at).good - track.totalsBefore(shift.start).good;
  const before = targetsOf(facts).filter((change, index) => index === 0 || change.at < at);
  const target = targetCurve(shift, [...before, { at, target: proposed }])?.total ?? 0;
  const left = plannedBetween(shift, at, shift.end);
  const missing = Math.max(0, target - good);
  const best = idealPerHour(productAt(facts, at));
  const bestGood = best === null ? null : good + (best * left) / HOUR;
  const shortBy = bestGood === null ? null : Math.max(0, target - bestGood);
  return {
    target,
    requiredPerHour: requiredRate(missing, left),
    idealPerHour: best,
    plannedMinutesLeft: left / MINUTE,
    bestGood,
    shortBy,
    overtimeMinutes: best === null || shortBy === null ? null : (shortBy / best) * 60,
  };
}

/** What another line could make beyond what its own target requires. */
export interface Headroom {
  readonly line: LineInfo;
  readonly product: Product | null;
  readonly isSameProduct: boolean;
  /** P3: good parts per planned hour. */
  readonly perHour: number;
  /** What that comes to by the end of its own shift, good parts. */
  readonly parts: number;
}

/**
 * The lines with room beside their own target at an instant, those with the same product first, then
 * the roomiest (P3). Lines that stand, are not heard from or have no ideal rate promise nothing.
 */
export function headroomOf(facts: LineFacts, others: readonly LineFacts[], at: number): Headroom[] {
  const product = productAt(facts, at)?.id;
  return others
    .filter(({ line }) => line.id !== facts.line.id)
    .flatMap((other): Headroom[] => {
      const board = boardAt(other, at);
      const perHour = roomOf(board);
      if (!board.shift || perHour <= 0) return [];
      const left = board.shift.plannedMinutes - board.shift.elapsedPlannedMinutes;
      const isSameProduct = product !== undefined && board.product?.id === product;
      const parts = (perHour * left) / 60;
      return [{ line: other.line, product: board.product, isSameProduct, perHour, parts }];
    })
    .sort((a, b) => Number(b.isSameProduct) - Number(a.isSameProduct) || b.perHour - a.perHour);
}

function roomOf({ pace, status, state }: ReturnType<typeof boardAt>): number {
  const stands = state.name !== 'running' && state.name !== 'break';
  const best = pace?.idealPerHour ?? null;
  if (status === 'noData' || stands || best === null) return 0;
  return best - (pace?.requiredPerHour ?? 0);
}
