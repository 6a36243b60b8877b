/** What a line owes where products have target rates of their own: the rate goes with the product (S11). */

import type { LineFacts } from './facts.ts';
import { productAt } from './product.ts';
import { isSameTarget, type Target, type TargetChange } from './target.ts';

/** A change of what a line owes, by plan or by another product. */
export interface OwedChange extends TargetChange {
  /** The product that brought it, by name; left out where it was the plan. */
  readonly product?: string;
}

/**
 * Every change of a line's target, by plan and by product (S11), sorted by time; the first holds for
 * everything before the second. Empty: no target.
 */
export function targetsOf(facts: LineFacts): readonly OwedChange[] {
  if (!facts.targets.some(({ ownRates }) => ownRates)) return facts.targets;
  const { rewrites, namings } = facts.track;
  const known = worked.get(facts);
  if (known?.rewrites === rewrites && known.namings === namings.length) return known.targets;
  const targets = byProduct(facts);
  worked.set(facts, { rewrites, namings: namings.length, targets });
  return targets;
}

/** A board a second asks for the same: it is worked out anew only when a product is named. */
const worked = new WeakMap<LineFacts, Worked>();

interface Worked {
  readonly rewrites: number;
  readonly namings: number;
  readonly targets: readonly OwedChange[];
}

function byProduct(facts: LineFacts): OwedChange[] {
  const { targets, track, shifts, productChanges = [] } = facts;
  const times = [...targets, ...productChanges].map(({ at }) => at);
  // What was named before a shift holds in it, also where that is all that is known of the time before.
  times.push(...shifts.map(({ start }) => start));
  for (let n = 0; n < track.namings.length; n++) times.push(track.atOf(track.namings.at(n)));
  const changes: OwedChange[] = [];
  let before: TargetChange | undefined;
  for (const at of [...new Set(times)].sort((a, b) => a - b)) {
    const planned = targets.findLast((change) => change.at <= at) ?? targets[0];
    if (!planned) continue;
    const isByPlan = planned !== before;
    before = planned;
    const target = owedUnder(planned, facts, at);
    const last = changes.at(-1);
    if (last && isSameTarget(last.target, target)) continue;
    const product = isByPlan ? undefined : productAt(facts, at)?.name;
    const by = isByPlan ? planned.by : productChanges.find((change) => change.at === at)?.by;
    changes.push({ at, target, ...(product !== undefined && { product }), ...(by && { by }) });
  }
  return changes;
}

function owedUnder(
  { target, ownRates }: TargetChange,
  facts: LineFacts,
  at: number,
): Target | null {
  const product = ownRates && productAt(facts, at)?.id;
  const own = ownRates?.find(([id]) => id === product);
  return own ? { perHour: own[1] } : target;
}
