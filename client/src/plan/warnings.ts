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
  // A rate of the product's own holds in the place of the line's target (S11).
  if (ownTargetOf(draft, line.product) !== null) return [];
  const planned = draft.shifts.map((shift) => plannedMinutes(shift) ?? 0);
  const longest = planned.length > 0 ? Math.max(...planned) : null;
  const message = tooHigh(draft, line, longest);
  return message === null ? [] : [{ path: ['lines', index, 'amount'], message }];
}

/** The rate a product has of its own, in place of its line's target (S11). */
export function ownTargetOf(draft: Draft, product: string): number | null {
  return numberFrom(productOf(draft, product)?.targetPerHour ?? '');
}

function demandTooHigh(draft: Draft, demand: DemandDraft, index: number): Problem[] {
  const minutes = minutesOf(draft, demand);
  const together = draft.demand.filter((other) => addsTo(demand, other));
  // What a shift owes in all is told once, at the last of what adds up to it.
  if (together.length > 1 && together.at(-1) !== demand) return [];
  const message =
    together.length > 1
      ? togetherTooHigh(draft, together, minutes)
      : tooHigh(draft, { ...demand, product: madeBy(draft, demand) }, minutes);
  return message === null ? [] : [{ path: ['demand', index, 'amount'], message }];
}

/** Quantities of one shift of a line add up; a rate stands alone. */
function addsTo(demand: DemandDraft, other: DemandDraft): boolean {
  const keyOf = ({ date, shift, line }: DemandDraft): string => [date, shift, line].join('/');
  return demand.per === 'shift' && other.per === 'shift' && keyOf(demand) === keyOf(other);
}

/** By the time that it takes: each product has an ideal cycle of its own. */
function togetherTooHigh(
  draft: Draft,
  together: readonly DemandDraft[],
  minutes: number | null,
): string | null {
  const needed = together.reduce((sum, demand) => {
    const cycle = cycleOf(productOf(draft, madeBy(draft, demand)));
    return sum + ((numberFrom(demand.amount) ?? 0) * (cycle ?? 0)) / 60;
  }, 0);
  if (!minutes || needed <= minutes + 1e-6) return null;
  return `together they take ${minutesLong(Math.ceil(needed - 1e-6))} at best, of ${minutesLong(minutes)} planned`;
}

function madeBy({ lines }: Draft, { product, line }: DemandDraft): string {
  return product || (lines.find(({ id }) => id === line)?.product ?? '');
}

/** Planned ones of the shift that a demand is for; `null`: nobody knows. */
function minutesOf({ shifts, extraShifts }: Draft, demand: DemandDraft): number | null {
  const shift =
    extraShifts.find(({ date, name }) => date === demand.date && name.trim() === demand.shift) ??
    shifts.find(({ name }) => name.trim() === demand.shift);
  return shift ? plannedMinutes(shift) : null;
}

function productOf({ products }: Draft, product: string): ProductDraft | undefined {
  return products.find(({ id }) => id.trim() !== '' && id.trim() === product);
}

/** Seconds of one part at best; `null`: nobody said. */
function cycleOf(product: ProductDraft | undefined): number | null {
  const cycle = numberFrom(product?.idealCycleSeconds ?? '');
  return cycle !== null && cycle > 0 ? cycle : null;
}

/** @param minutes planned ones of the shift; `null`: nobody knows */
function tooHigh(
  draft: Draft,
  asked: { readonly product: string; readonly amount: string; readonly per: Per },
  minutes: number | null,
): string | null {
  const cycle = cycleOf(productOf(draft, asked.product));
  const amount = numberFrom(asked.amount);
  const hours = asked.per === 'hour' ? 1 : minutes && minutes / 60;
  if (cycle === null || amount === null || !hours) return null;
  const best = Math.floor((hours * 3600) / cycle + 1e-6);
  if (amount <= (hours * 3600) / cycle + 1e-6) return null;
  const span = asked.per === 'hour' ? '/h' : ` in ${minutesLong(hours * 60)} of planned time`;
  return `above the best possible, ${best}${span}`;
}
