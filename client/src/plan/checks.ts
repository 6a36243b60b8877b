/** Finds what is wrong in a draft while it is written. */

import type { Path, Problem } from '@lineside/domain/problem.ts';
import type { Draft, DemandDraft, LineDraft, ProductDraft } from './draft.ts';
import { ID_PATTERN } from './ids.ts';
import { shiftProblems, spanProblems } from './shift-checks.ts';
import { numberFrom } from './written.ts';

/** @param today local date at the plant: what is over is not held to what the plan has become */
export function problemsOf(draft: Draft, today: string): Problem[] {
  return [
    ...blank(draft.plant.name, ['plant', 'name']),
    ...zoneProblems(draft.plant.timeZone),
    ...shiftProblems(draft.shifts),
    ...draft.products.flatMap((product, index) => productProblems(draft, product, index)),
    ...draft.lines.flatMap((line, index) => lineProblems(draft, line, index)),
    ...draft.holidays.flatMap((holiday, index) => [
      ...dateProblems(holiday.date, ['holidays', index, 'date']),
      ...blank(holiday.name, ['holidays', index, 'name']),
      ...twice(draft.holidays, index, ({ date }) => date, ['holidays', index, 'date']),
    ]),
    ...draft.extraShifts.flatMap((shift, index) => [
      ...dateProblems(shift.date, ['extraShifts', index, 'date']),
      ...blank(shift.name, ['extraShifts', index, 'name']),
      ...spanProblems(shift, ['extraShifts', index]),
      ...twice(draft.extraShifts, index, ({ date, name }) => `${date}/${name.trim()}`, [
        ...['extraShifts', index, 'name'],
      ]),
    ]),
    ...draft.demand.flatMap((demand, index) => demandProblems(draft, demand, index, today)),
  ];
}

function zoneProblems(timeZone: string): Problem[] {
  const path = ['plant', 'timeZone'];
  try {
    new Intl.DateTimeFormat('en', { timeZone: timeZone.trim() });
    return blank(timeZone, path);
  } catch {
    const message = `"${timeZone}" is not a time zone; write an IANA name such as Europe/Berlin`;
    return [{ path, message }];
  }
}

function productProblems({ products }: Draft, product: ProductDraft, index: number): Problem[] {
  const path = ['products', index];
  return [
    ...idProblems(product, [...path, 'id']),
    ...twice(products, index, ({ id }) => id, [...path, 'id']),
    ...above(0, product.idealCycleSeconds, [...path, 'idealCycleSeconds']),
    ...above(0, product.targetPerHour, [...path, 'targetPerHour']),
  ];
}

function lineProblems({ lines, products }: Draft, line: LineDraft, index: number): Problem[] {
  const at = (field: string): Path => ['lines', index, field];
  const problems = [
    ...idProblems(line, at('id')),
    ...twice(lines, index, ({ id }) => id, at('id')),
    ...unknown(line.product, products, at('product')),
    ...above(0, line.amount, at('amount')),
    ...whole(2, line.rollover, at('rollover')),
    ...whole(0, line.correction, at('correction')),
    ...above(0, line.stopAfterSeconds, at('stopAfterSeconds')),
    ...above(0, line.staleAfterSeconds, at('staleAfterSeconds')),
    ...atLeast(0, line.behindPercent, at('behindPercent')),
    ...atLeast(0, line.criticalPercent, at('criticalPercent')),
    ...atLeast(0, line.aheadPercent, at('aheadPercent')),
  ];
  const [behind, critical] = [
    numberFrom(line.behindPercent) ?? 5,
    numberFrom(line.criticalPercent) ?? 15,
  ];
  const message = `critical (${critical} %) must not be below behind (${behind} %)`;
  return critical < behind ? [...problems, { path: at('criticalPercent'), message }] : problems;
}

function demandProblems(
  draft: Draft,
  demand: DemandDraft,
  index: number,
  today: string,
): Problem[] {
  const at = (field: string): Path => ['demand', index, field];
  const { date, shift, line, product, amount } = demand;
  const isOver = date < today;
  const isKnown =
    date <= today ||
    draft.shifts.some(({ name }) => name.trim() === shift) ||
    draft.extraShifts.some((extra) => extra.date === date && extra.name.trim() === shift);
  const where = `neither among the shifts nor an extra shift of ${date}`;
  const strange = `"${shift}" is ${where}; add it there or correct the name`;
  const key = (entry: DemandDraft): string =>
    [entry.date, entry.shift, entry.line, entry.product].join('/');
  return [
    ...dateProblems(date, at('date')),
    ...blank(shift, at('shift')),
    ...(isKnown || shift === '' ? [] : [{ path: at('shift'), message: strange }]),
    ...blank(line, at('line')),
    ...(isOver ? [] : unknown(line, draft.lines, at('line'), 'lines')),
    ...(isOver ? [] : unknown(product, draft.products, at('product'))),
    ...twice(draft.demand, index, key, at('line')),
    ...blank(amount, at('amount')),
    ...above(0, amount, at('amount')),
    ...atLeast(0, demand.crew, at('crew')),
  ];
}

function idProblems({ id, name }: LineDraft | ProductDraft, path: Path): Problem[] {
  if (ID_PATTERN.test(id.trim())) return [];
  if (id === '' && name === '') {
    return [{ path: [...path.slice(0, -1), 'name'], message: 'must not be empty' }];
  }
  return [{ path, message: 'must be 1 to 64 letters, digits, "-" or "_"' }];
}

function unknown(
  id: string,
  among: readonly { readonly id: string }[],
  path: Path,
  list = 'products',
): Problem[] {
  if (id === '' || among.some((entry) => entry.id.trim() === id)) return [];
  return [{ path, message: `"${id}" is not among the ${list}; add it there or correct the id` }];
}

function twice<Entry>(
  entries: readonly Entry[],
  index: number,
  keyOf: (entry: Entry) => string,
  path: Path,
): Problem[] {
  const entry = entries[index];
  const key = entry === undefined ? '' : keyOf(entry);
  const isTwice = key !== '' && entries.slice(0, index).some((other) => keyOf(other) === key);
  const shown = key.replace(/\/+$/, '');
  return isTwice ? [{ path, message: `"${shown}" is there twice; make them differ` }] : [];
}

function blank(text: string, path: Path): Problem[] {
  return text.trim() === '' ? [{ path, message: 'must not be empty' }] : [];
}

function dateProblems(date: string, path: Path): Problem[] {
  const isDate = /^\d{4}-\d{2}-\d{2}$/.test(date) && !Number.isNaN(Date.parse(date));
  return isDate ? [] : [{ path, message: 'must be a date that there is, such as 2026-12-24' }];
}

function measured(
  text: string,
  path: Path,
  fits: (value: number) => boolean,
  rule: string,
): Problem[] {
  if (text.trim() === '') return [];
  const value = numberFrom(text);
  if (value === null) return [{ path, message: 'must be a number, such as 100 or 2.5' }];
  return fits(value) ? [] : [{ path, message: rule }];
}

function above(least: number, text: string, path: Path): Problem[] {
  return measured(text, path, (value) => value > least, `must be greater than ${least}`);
}

function atLeast(least: number, text: string, path: Path): Problem[] {
  return measured(text, path, (value) => value >= least, `must be ${least} or more`);
}

function whole(least: number, text: string, path: Path): Problem[] {
  const fits = (value: number): boolean => value >= least && Number.isInteger(value);
  return measured(text, path, fits, `must be a whole number, ${least} or more`);
}
