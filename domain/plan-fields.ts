/** Fields of a plan's entries: who changes one field of an entry means nothing by the others. */

import { isSame, type PlanChange } from './plan.ts';

type Entry = NonNullable<PlanChange['after']>;
type Fields = Readonly<Record<string, unknown>>;

/** Fields that say something only together: who changes one of them means the others with it. */
const TOGETHER = [
  ['quantity', 'perHour'],
  ['start', 'end', 'breaks'],
  ['product', 'productSince'],
];

/** The names of the fields in which an entry is meant to be another. */
export function changedFields(before: object, after: object): Set<string> {
  const [was, is] = [before as Fields, after as Fields];
  const names = [...new Set([...Object.keys(was), ...Object.keys(is)])];
  const touched = names.filter((name) => !isSame(was[name], is[name]));
  return new Set(
    touched.flatMap((name) => TOGETHER.find((group) => group.includes(name)) ?? [name]),
  );
}

/** An entry with some fields as another one has them, or does not have them. */
export function withFields(entry: Entry, names: ReadonlySet<string>, source: Entry): Entry {
  const kept = Object.entries(entry).filter(([name]) => !names.has(name));
  const said = Object.entries(source).filter(([name]) => names.has(name));
  return Object.fromEntries([...kept, ...said]) as unknown as Entry;
}
