/** Puts somebody's changes on a plan that others changed meanwhile; nothing of either is lost. */

import { changedFields, withFields } from '@lineside/domain/plan-fields.ts';
import {
  entryIn,
  isSame,
  planChanges,
  withChanges,
  type PlanChange,
  type WrittenPlan,
} from '@lineside/domain/plan.ts';

/** What both changed of one entry, each in another way; of changed entries only the fields in question. */
export interface Conflict {
  readonly mine: PlanChange;
  readonly theirs: PlanChange;
}

export interface Rebased {
  /** The newest plan with those of my changes that touch nothing of theirs. */
  readonly plan: WrittenPlan;
  readonly conflicts: readonly Conflict[];
}

/** @param base what both began from @param mine my changes to it @param latest the plan by now */
export function rebase(
  base: WrittenPlan,
  mine: readonly PlanChange[],
  latest: WrittenPlan,
): Rebased {
  const theirs = new Map(planChanges(base, latest).map((change) => [placeOf(change), change]));
  const conflicts: Conflict[] = [];
  const free: PlanChange[] = [];
  for (const change of mine) {
    const other = theirs.get(placeOf(change));
    if (!other) free.push(change);
    else if (!saysTheSame(change, other, base)) {
      const { own, conflict } = apart(change, other);
      if (own) free.push(own);
      if (conflict) conflicts.push(conflict);
    }
  }
  return { plan: withChanges(latest, free), conflicts };
}

/** The plan once it was decided of each conflict whether mine holds. */
export function decided(
  { plan, conflicts }: Rebased,
  isMine: (conflict: Conflict) => boolean,
): WrittenPlan {
  const mine = conflicts.filter(isMine).map((conflict) => conflict.mine);
  return withChanges(
    plan,
    mine.map((change) => laidOn(entryIn(plan, change), change)),
  );
}

/** What of my change of an entry touches nothing of theirs, and what both mean differently. */
function apart(
  mine: PlanChange,
  theirs: PlanChange,
): { readonly own: PlanChange | null; readonly conflict: Conflict | null } {
  const [was, is, other] = [mine.before, mine.after, theirs.after];
  // An entry that one of us took out, or that both added, is a question as a whole.
  if (!was || !is || !other) return { own: null, conflict: { mine, theirs } };
  const [changed, theirFields] = [changedFields(was, is), changedFields(was, other)];
  const both = new Set([...changed].filter((name) => theirFields.has(name)));
  const alone = new Set([...changed].filter((name) => !theirFields.has(name)));
  const isClash = !isSame(withFields(was, both, is), withFields(was, both, other));
  const own = { ...mine, before: other, after: withFields(other, alone, is) };
  const conflict = {
    mine: { ...mine, after: withFields(was, both, is) },
    theirs: { ...theirs, after: withFields(was, both, other) },
  };
  return { own, conflict: isClash ? conflict : null };
}

function laidOn(entry: PlanChange['after'], change: PlanChange): PlanChange {
  const { before, after } = change;
  if (!entry || !before || !after) return change;
  return { ...change, after: withFields(entry, changedFields(before, after), after) };
}

function saysTheSame(a: PlanChange, b: PlanChange, base: WrittenPlan): boolean {
  return planChanges(withChanges(base, [a]), withChanges(base, [b])).length === 0;
}

const placeOf = ({ part, key }: PlanChange): string => `${part}:${key}`;
