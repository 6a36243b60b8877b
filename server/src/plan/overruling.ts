/** What is saved holds on: it is laid over what is in force then, and over what was to come later. */

import { changedFields, withFields } from '@lineside/domain/plan-fields.ts';
import {
  entryIn,
  isSame,
  planChanges,
  withChanges,
  type PlanChange,
  type PlanVersion,
  type WrittenPlan,
} from '@lineside/domain/plan.ts';
import type { PlanDraft } from '../ports.ts';

type Entry = PlanChange['after'];
/**
 * What is to be recorded of an edit: only what it changed changes, from its time on and in every later
 * version of the same entry. What else those versions say still comes in their time, by their authors.
 *
 * @param edit its changes are to the plan with all that is to come
 * @param inForce the plan in force when the edit comes into force
 * @param later versions that come into force after that, in that order
 */
export function laidOver(
  edit: PlanDraft,
  inForce: WrittenPlan,
  later: readonly PlanVersion[],
): PlanDraft[] {
  const changes = edit.changes.map((change) => laidOn(change, entryIn(inForce, change)));
  const after = withChanges(inForce, changes);
  const drafts = [{ ...edit, changes: planChanges(inForce, after) }];
  const edited = new Map(edit.changes.map((change) => [placeOf(change), change]));
  for (const version of later) {
    const said = version.changes.flatMap((change) => {
      const meant = edited.get(placeOf(change));
      return meant ? [laidOn(meant, change.after)] : [];
    });
    const changes = said.filter((change) => !isSame(change.before, change.after));
    drafts.push({ ...edit, from: version.from, changes });
  }
  return drafts.filter(({ changes }) => changes.length > 0);
}

const placeOf = ({ part, key }: PlanChange): string => `${part}/${key}`;

/** An edit's change as a change of what an entry is at another time; an entry that is not there then stays away. */
function laidOn(change: PlanChange, entry: Entry): PlanChange {
  const { before, after } = change;
  if (before === null || after === null) return { ...change, before: entry };
  if (entry === null) return { ...change, before: null, after: null };
  const meant = changedFields(before, after);
  return { ...change, before: entry, after: withFields(entry, meant, after) };
}
