/** What a draft may say but most likely does not mean: told at its field, and saved all the same. */

import type { Path, Problem } from '@lineside/domain/problem.ts';
import { minutesLong } from '../formats.ts';
import type {
  DemandDraft,
  Draft,
  ExtraShiftDraft,
  LineDraft,
  Per,
  ProductDraft,
  ShiftDraft,
} from './draft.ts';
import { plannedMinutes } from './times.ts';
import { numberFrom } from './written.ts';

/** @param today local date at the plant: demand that is over is left alone */
export function warningsOf(draft: Draft, today: string): Problem[] {
  return [
    ...draft.shifts.flatMap((shift, index) => idleShift(shift, ['shifts', index, 'start'])),
    ...draft.extraShifts.flatMap((shift, index) =>
      idleShift(shift, ['extraShifts', index, 'start']),
    ),
    ...untimedProducts(draft, today),
    ...draft.products.flatMap((product, index) => ownTargetTooHigh(draft, product, index)),
    ...draft.lines.flatMap((line, index) => [
      ...sameName(draft.lines, line, index),
      ...targetTooHigh(draft, line, index),
    ]),
    ...draft.demand.flatMap((demand, index) =>
      demand.date < today ? [] : demandTooHigh(draft, demand, index),
    ),
  ];
}

function idleShift(shift: ShiftDraft | ExtraShiftDraft, path: Path): Problem[] {
  if (plannedMinutes(shift) !== 0) return [];
  return [
    { path, message: 'the breaks leave no planned time in this shift; nothing is due in it' },
  ];
}

/** Products that somebody is to make, and of which nobody said how fast that can be done. */
function untimedProducts({ products, lines, demand }: Draft, today: string): Problem[] {
  const asked = demand.filter(({ date }) => date >= today);
  const made = new Set([...lines, ...asked].map(({ product }) => product));
  return products.flatMap(({ id, idealCycleSeconds }, index) => {
    if (id.trim() === '' || !made.has(id.trim()) || idealCycleSeconds.trim() !== '') return [];
    const message = 'without it nobody is told whether a line that makes this product can catch up';
    return [{ path: ['products', index, 'idealCycleSeconds'], message }];
  });
}

function sameName(lines: readonly LineDraft[], { name }: LineDraft, index: number): Problem[] {
  const alike = (text: string): string => text.trim().toLowerCase();
  const isTaken = lines.slice(0, index).some((other) => alike(other.name) === alike(name));
  if (alike(name) === '' || !isTaken) return [];
  const message = 'another line has this name too; on screens nobody can tell them apart';
  return [{ path: ['lines', index, 'name'], message }];
}

function ownTargetTooHigh(draft: Draft, product: ProductDraft, index: number): Problem[] {
  const asked = { product: product.id.trim(), amount: product.targetPerHour, per: 'hour' } as const;
  const message = tooHigh(draft, asked, null);
  return message === null ? [] : [{ path: ['products', index, 'targetPerHour'], message }];
}

function targetTooHigh(draft: Draft, line: LineDraft, index: number): Problem[] {
  if (ownTargetOf(draft, line.product) !== null) return [];
  const planned = draft.shifts.map((shift) => plannedMinutes(shift) ?? 0);
  const longest = planned.length > 0 ? Math.max(...planned) : null;
  const message = tooHigh(draft, line, longest);
  return message === null ? [] : [{ path: ['lines', index, 'amount'], message }];
}

/** The rate a product has of its own, in place of its line's target (S11). */
export function ownTargetOf({ products }: Draft, product: string): number | null {
  const made = products.find(({ id }) => id.trim() !== '' && id.trim() === product);
  return numberFrom(made?.targetPerHour ?? '');
}

function demandTooHigh(draft: Draft, demand: DemandDraft, index: number): Problem[] {
  const { date, shift: name, line, amount, per } = demand;
  const product = demand.product || (draft.lines.find(({ id }) => id === line)?.product ?? '');
  const shift =
    draft.extraShifts.find((extra) => extra.date === date && extra.name.trim() === name) ??
    draft.shifts.find((usual) => usual.name.trim() === name);
  const message = tooHigh(draft, { product, amount, per }, shift ? plannedMinutes(shift) : null);
  return message === null ? [] : [{ path: ['demand', index, 'amount'], message }];
}

/** @param minutes planned ones of the shift; `null`: nobody knows */
function tooHigh(
  { products }: Draft,
  asked: { readonly product: string; readonly amount: string; readonly per: Per },
  minutes: number | null,
): string | null {
  const product = products.find(({ id }) => id.trim() !== '' && id.trim() === asked.product);
  const cycle = numberFrom(product?.idealCycleSeconds ?? '');
  const amount = numberFrom(asked.amount);
  const hours = asked.per === 'hour' ? 1 : minutes && minutes / 60;
  if (!product || cycle === null || cycle <= 0 || amount === null || !hours) return null;
  const best = Math.floor((hours * 3600) / cycle + 1e-6);
  if (amount <= (hours * 3600) / cycle + 1e-6) return null;
  const span = asked.per === 'hour' ? '/h' : ` in ${minutesLong(hours * 60)} of planned time`;
  return `above the best possible, ${best}${span}`;
}
