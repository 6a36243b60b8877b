/** Gives an unsaved line or product its id; what names the entry by the id before names it by the new one. */

import type { Draft, LineDraft, ProductDraft } from './draft.ts';
import { ID_PATTERN, idFrom } from './ids.ts';

type Named = LineDraft | ProductDraft;
export type NamedList = 'lines' | 'products';

/** One place of the draft that names an entry. */
interface Reference {
  readonly id: string;
  point(id: string): void;
}

/**
 * The id of what is newly named, as long as nobody wrote another.
 *
 * @param today local date, `YYYY-MM-DD`
 */
export function followName(draft: Draft, list: NamedList, entry: Named, today: string): void {
  if (entry.isIdOwn) return;
  const taken = othersOf(draft, list, entry).map(({ id }) => id);
  giveId(draft, list, entry, idFrom(entry.name, taken), today);
}

/** An id that somebody wrote by hand; empty: it follows the name again. */
export function writeId(
  draft: Draft,
  list: NamedList,
  entry: Named,
  id: string,
  today: string,
): void {
  entry.isIdOwn = id !== '';
  giveId(draft, list, entry, id, today);
}

/**
 * An id comes about letter by letter, and on its way may be none, or that of something else. What names
 * the entry follows only to one that is its alone, and until then waits under the last such.
 */
function giveId(draft: Draft, list: NamedList, entry: Named, id: string, today: string): void {
  const before = entry.namedBy ?? entry.id;
  entry.id = id;
  if (id === before) {
    delete entry.namedBy;
    return;
  }
  const references = referencesOf(draft, list, today);
  const isHeld = (which: string): boolean =>
    othersOf(draft, list, entry).some((other) => other.id === which);
  if (!ID_PATTERN.test(id) || isHeld(id) || references.some((each) => each.id === id)) {
    entry.namedBy = before;
    return;
  }
  delete entry.namedBy;
  if (before === '' || isHeld(before)) return;
  for (const reference of references) if (reference.id === before) reference.point(id);
}

function othersOf(draft: Draft, list: NamedList, { uid }: Named): readonly Named[] {
  return draft[list].filter((other) => other.uid !== uid);
}

/** What is over stays with what it was about. */
function referencesOf({ lines, demand }: Draft, list: NamedList, today: string): Reference[] {
  const field = list === 'lines' ? 'line' : 'product';
  const due = demand.filter(({ date }) => date >= today);
  const owed = due.map((each) => ({
    id: each[field],
    point: (id: string) => {
      each[field] = id;
    },
  }));
  return list === 'lines' ? owed : [...owed, ...lines.map(productReference)];
}

function productReference(line: LineDraft): Reference {
  return {
    id: line.product,
    point: (id) => {
      const { setByHand, product } = line;
      if (setByHand?.product === product) line.setByHand = { ...setByHand, product: id };
      line.product = id;
    },
  };
}
