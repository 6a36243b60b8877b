/** How the plan begins: from the plant file, and from what was planned before plans had versions. */

import {
  EMPTY_PLAN,
  planChanges,
  withChanges,
  type PlanChange,
  type WrittenLine,
  type WrittenPlan,
} from '@lineside/domain/plan.ts';
import type { FormerTarget, PlanDraft } from '../ports.ts';

export const PLANT_FILE = 'plant file';
const SAID_BEFORE = 'as planned before plans had versions';

/**
 * The first version holds from the beginning of time; what targets and products were since is told by
 * versions of their own; the last one is the plan as the file has it now.
 *
 * @param former sorted by time
 */
export function firstVersions(
  file: WrittenPlan,
  former: readonly FormerTarget[],
  now: number,
): PlanDraft[] {
  const drafts: PlanDraft[] = [];
  let plan = EMPTY_PLAN;
  const add = (next: WrittenPlan, from: number, recordedAt: number, why: string): void => {
    const changes = planChanges(plan, next);
    if (changes.length === 0 && drafts.length > 0) return;
    drafts.push({ recordedAt, from, who: PLANT_FILE, why, changes });
    plan = next;
  };
  const initial = former.filter(({ at }) => at === 0);
  if (former.length > 0) add(withFormer(file, initial), 0, now, SAID_BEFORE);
  for (const each of former) {
    if (each.at > 0) add(withFormer(plan, [each]), each.at, each.at, SAID_BEFORE);
  }
  const from = drafts.length === 0 ? 0 : Math.max(now, (former.at(-1)?.at ?? 0) + 1);
  add(file, from, now, 'the plan as it was at the first start');
  return drafts;
}

type Mutable<Value> = { -readonly [Key in keyof Value]: Value[Key] };

function withFormer(plan: WrittenPlan, former: readonly FormerTarget[]): WrittenPlan {
  const changes = former.map(({ line, target, product }): PlanChange => {
    const before = plan.lines.find(({ id }) => id === line) ?? null;
    const after: Mutable<WrittenLine> = { ...(before ?? { id: line }) };
    delete after.target;
    delete after.product;
    if (target) after.target = target;
    if (product !== null && plan.products.some(({ id }) => id === product)) after.product = product;
    return { part: 'lines', key: line, before, after };
  });
  return withChanges(plan, changes);
}
