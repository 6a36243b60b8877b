/** Puts somebody's changes on a plan that others changed meanwhile; nothing of either is lost. */

import {
  planChanges,
  withChanges,
  type PlanChange,
  type WrittenPlan,
} from '@lineside/domain/plan.ts';

/** One entry that both changed, each in another way. */
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
    else if (!saysTheSame(change, other, base)) conflicts.push({ mine: change, theirs: other });
  }
  return { plan: withChanges(latest, free), conflicts };
}

/** The plan once it was decided of each conflict whether mine holds. */
export function decided(
  { plan, conflicts }: Rebased,
  isMine: (conflict: Conflict) => boolean,
): WrittenPlan {
  return withChanges(
    plan,
    conflicts.filter(isMine).map(({ mine }) => mine),
  );
}

function saysTheSame(a: PlanChange, b: PlanChange, base: WrittenPlan): boolean {
  return planChanges(withChanges(base, [a]), withChanges(base, [b])).length === 0;
}

const placeOf = ({ part, key }: PlanChange): string => `${part}:${key}`;
