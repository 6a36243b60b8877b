/** What can be chosen in the fields of the plan. */

import type { Draft } from '../../plan/draft.ts';

export interface Choice {
  readonly value: string;
  readonly label: string;
}

export const perOptions: readonly Choice[] = [
  { value: 'hour', label: 'planned hour' },
  { value: 'shift', label: 'shift' },
];

/** @param chosen stays among the choices, though it be gone @param none what no product is called */
export function productOptions({ products }: Draft, chosen: string, none: string): Choice[] {
  const named = products.map(({ id, name }) => ({ value: id, label: name || id }));
  return withChosen([{ value: '', label: none }, ...named], chosen);
}

export function lineOptions({ lines }: Draft, chosen: string): Choice[] {
  return withChosen(
    lines.map(({ id, name }) => ({ value: id, label: name || id })),
    chosen,
  );
}

/** The usual shifts, and the extra ones of a date. */
export function shiftOptions(
  { shifts, extraShifts }: Draft,
  date: string,
  chosen: string,
): Choice[] {
  const extra = extraShifts.filter((shift) => shift.date === date);
  const names = new Set([...shifts, ...extra].map(({ name }) => name.trim()));
  return withChosen(
    [...names].map((name) => ({ value: name, label: name })),
    chosen,
  );
}

/** Each value once: of entries that have no id yet, or the same one, only the first can be chosen. */
function withChosen(choices: readonly Choice[], chosen: string): Choice[] {
  const firsts = new Map(choices.toReversed().map((choice) => [choice.value, choice]));
  const named = choices.filter(
    (choice) => firsts.get(choice.value) === choice && (choice.value !== '' || choice.label !== ''),
  );
  if (named.some(({ value }) => value === chosen)) return named;
  return [{ value: chosen, label: chosen === '' ? 'choose' : `${chosen} (gone)` }, ...named];
}
