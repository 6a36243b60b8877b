/** What a line owes where products have target rates of their own: the rate goes with the product (S11). */

import type { LineFacts } from './facts.ts';
import { productAt } from './product.ts';
import type { Target, TargetChange } from './target.ts';
import type { Track } from './track.ts';

/**
 * Every change of a line's target, by plan and by product (S11), sorted by time; the first holds for
 * everything before the second. Empty: no target.
 */
export function targetsOf(facts: LineFacts): readonly TargetChange[] {
  const hasOwnRates = facts.products.some(({ targetPerHour }) => targetPerHour !== undefined);
  if (!hasOwnRates || facts.targets.length === 0) return facts.targets;
  const { track } = facts;
  const known = worked.get(track);
  if (known?.isOf(facts)) return known.targets;
  const [{ rewrites }, namings] = [track, track.namings.length];
  const isOf = (other: LineFacts): boolean =>
    rewrites === track.rewrites &&
    namings === track.namings.length &&
    facts.targets === other.targets &&
    facts.shifts === other.shifts &&
    facts.products === other.products &&
    facts.product === other.product &&
    facts.productChanges === other.productChanges;
  const targets = byProduct(facts);
  worked.set(track, { isOf, targets });
  return targets;
}

interface Worked {
  readonly targets: readonly TargetChange[];
  readonly isOf: (facts: LineFacts) => boolean;
}

/** A board a second asks for the same: it is worked out anew only when a product is named, or planned. */
const worked = new WeakMap<Track, Worked>();

function byProduct(facts: LineFacts): TargetChange[] {
  const { targets, track, shifts, productChanges = [] } = facts;
  const times = [...targets, ...productChanges].map(({ at }) => at);
  // What was named before a shift holds in it, also where that is all that is known of the time before.
  times.push(...shifts.map(({ start }) => start));
  for (let n = 0; n < track.namings.length; n++) times.push(track.atOf(track.namings.at(n)));
  const changes: TargetChange[] = [];
  for (const at of [...new Set(times)].sort((a, b) => a - b)) {
    const planned = targets.findLast((change) => change.at <= at) ?? targets[0];
    if (!planned) continue;
    const target = planned.isDemand ? planned.target : usualFor(facts, at, planned.target);
    const last = changes.at(-1);
    if (last && isSame(last.target, target)) continue;
    const by = [...targets, ...productChanges].find((change) => change.at === at)?.by;
    changes.push({ at, target, ...(by && { by }) });
  }
  return changes;
}

function usualFor(facts: LineFacts, at: number, usual: Target | null): Target | null {
  const perHour = productAt(facts, at)?.targetPerHour;
  return perHour === undefined ? usual : { perHour };
}

const isSame = (a: Target | null, b: Target | null): boolean =>
  JSON.stringify(a) === JSON.stringify(b);
