/** Adds to a list of the draft, as every section of the plan page does. */

import type { Draft, DraftList } from '../../plan/draft.ts';
import type { PlanEditor } from '../../plan/editor.svelte.ts';
import { beginAt } from './focus.ts';

/** @param field of the new entry, where the keyboard goes on */
export function addEntry<List extends DraftList>(
  editor: PlanEditor,
  list: List,
  entry: Draft[List][number],
  field: string,
): void {
  editor.add(list, ...([entry] as Draft[List]));
  void beginAt(`${list}/${editor.draft[list].length - 1}/${field}`);
}
