/** What is saved holds on: changes to the same entries that were to come later are said anew. */

import type { PlanChange, PlanVersion } from '@lineside/domain/plan.ts';
import type { PlanDraft } from '../ports.ts';

/** Versions that say at every later change of an edit's entries what the edit says. */
export function overruling(edit: PlanDraft, versions: readonly PlanVersion[]): PlanDraft[] {
  const keyOf = ({ part, key }: PlanChange): string => `${part}/${key}`;
  const edited = new Map(edit.changes.map((change) => [keyOf(change), change]));
  return versions
    .filter(({ from }) => from > edit.from)
    .flatMap((version) => {
      const changes = version.changes.flatMap((change) => {
        const said = edited.get(keyOf(change));
        return said ? [{ ...said, before: change.after }] : [];
      });
      return changes.length === 0 ? [] : [{ ...edit, from: version.from, changes }];
    });
}
