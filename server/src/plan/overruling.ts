/** What is saved holds on: it is laid over what is in force then, and over what was to come later. */

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
type Fields = Readonly<Record<string, unknown>>;

/** Fields that say something only together: who changes one of them means the others with it. */
const TOGETHER = [
  ['quantity', 'perHour'],
  ['start', 'end', 'breaks'],
  ['product', 'productSince'],
];

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
  return { ...change, before: entry, after: withFields(before, after, entry) as Entry };
}

function withFields(before: object, after: object, entry: object): Fields {
  const [was, is] = [before as Fields, after as Fields];
  const names = [...new Set([...Object.keys(was), ...Object.keys(is)])];
  const touched = names.filter((name) => !isSame(was[name], is[name]));
  const meant = new Set(
    touched.flatMap((name) => TOGETHER.find((group) => group.includes(name)) ?? [name]),
  );
  const kept = Object.entries(entry).filter(([name]) => !meant.has(name));
  const said = Object.entries(is).filter(([name]) => meant.has(name));
  return Object.fromEntries([...kept, ...said]);
}
