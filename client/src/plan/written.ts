/** A draft read as the plan it means; what is no number yet is left out, and told by the checks. */

import {
  keyOf,
  planChanges,
  PLAN_LISTS,
  type PlanChange,
  type WrittenDemand,
  type WrittenLine,
  type WrittenPlan,
  type WrittenProduct,
  type WrittenShift,
  type WrittenSpan,
} from '@lineside/domain/plan.ts';
import {
  DAY_NAMES,
  draftOf,
  type DemandDraft,
  type Draft,
  type ExtraShiftDraft,
  type LineDraft,
  type ProductDraft,
  type ShiftDraft,
  type SpanDraft,
} from './draft.ts';
import { timeFrom } from './times.ts';

/** The number a person wrote, with a decimal point or comma; `null`: none. */
export function numberFrom(text: string): number | null {
  const plain = text.trim().replace(',', '.');
  return /^[+-]?(\d+\.?\d*|\.\d+)$/.test(plain) ? Number(plain) : null;
}

/** Entries in the draft's order, settings that are left empty left out. */
export function planOf(draft: Draft): WrittenPlan {
  return {
    plant: { name: draft.plant.name.trim(), timeZone: draft.plant.timeZone.trim() },
    shifts: draft.shifts.map(shiftOf),
    holidays: draft.holidays.map(({ date, name, shifts }) => ({
      ...{ date, name: name.trim() },
      ...(shifts.length > 0 && { shifts: [...shifts] }),
    })),
    extraShifts: draft.extraShifts.map((shift) => ({ date: shift.date, ...workOf(shift) })),
    products: draft.products.map(productOf),
    lines: draft.lines.map(lineOf),
    demand: draft.demand.map(demandOf),
    sources: draft.sources.map(({ topic }) => ({ topic })),
  };
}

/** What a draft changes of a plan; ways to spell the same are no change. */
export function changesTo(base: WrittenPlan, draft: Draft): PlanChange[] {
  return planChanges(planOf(draftOf(base)), planOf(draft));
}

/** The draft's plan, with every entry that says the same spelled as it was. */
export function sentPlan(base: WrittenPlan, draft: Draft): WrittenPlan {
  const changed = new Set(changesTo(base, draft).map(({ part, key }) => `${part}:${key}`));
  const plan = planOf(draft);
  const lists = PLAN_LISTS.map((list) => {
    const before = new Map(base[list].map((entry) => [keyIn(list, entry), entry]));
    const entries = plan[list].map((entry) => {
      const key = keyIn(list, entry);
      return changed.has(`${list}:${key}`) ? entry : (before.get(key) ?? entry);
    });
    return [list, entries];
  });
  return { ...plan, ...(Object.fromEntries(lists) as Omit<WrittenPlan, 'plant'>) };
}

const keyIn = keyOf;

function spanOf({ start, end }: SpanDraft): WrittenSpan {
  return { start: timeFrom(start) ?? start, end: timeFrom(end) ?? end };
}

function workOf(shift: ShiftDraft | ExtraShiftDraft): Omit<WrittenShift, 'days'> {
  const breaks = shift.breaks.map(spanOf);
  return { name: shift.name.trim(), ...spanOf(shift), ...(breaks.length > 0 && { breaks }) };
}

function shiftOf(shift: ShiftDraft): WrittenShift {
  const days = DAY_NAMES.filter((day) => shift.days.includes(day));
  return { ...workOf(shift), ...(days.length < DAY_NAMES.length && { days }) };
}

function productOf({ id, name, idealCycleSeconds, targetPerHour }: ProductDraft): WrittenProduct {
  return { id: id.trim(), ...words({ name }), ...numbers({ idealCycleSeconds, targetPerHour }) };
}

function lineOf(line: LineDraft): WrittenLine {
  const { name, area, product, setByHand, rollover, correction } = line;
  const { behindPercent, criticalPercent, aheadPercent } = line;
  const target =
    line.per === 'hour' ? numbers({ perHour: line.amount }) : numbers({ perShift: line.amount });
  const counter = numbers({ rollover, correction });
  const thresholds = numbers({ behindPercent, criticalPercent, aheadPercent });
  return {
    id: line.id.trim(),
    ...words({ name, area, product }),
    ...(setByHand?.product === product && { productSince: setByHand.since }),
    ...(hasAny(target) && { target }),
    ...(hasAny(counter) && { counter }),
    ...numbers({
      stopAfterSeconds: line.stopAfterSeconds,
      staleAfterSeconds: line.staleAfterSeconds,
    }),
    ...(hasAny(thresholds) && { thresholds }),
  };
}

function demandOf({ date, shift, line, product, amount, per, crew }: DemandDraft): WrittenDemand {
  return {
    ...{ date, shift, line },
    ...words({ product }),
    ...(per === 'hour' ? numbers({ perHour: amount }) : numbers({ quantity: amount })),
    ...numbers({ crew }),
  };
}

function words<Key extends string>(texts: Record<Key, string>): Partial<Record<Key, string>> {
  const written = Object.entries<string>(texts).map(([key, text]) => [key, text.trim()]);
  return Object.fromEntries(written.filter(([, text]) => text !== '')) as Partial<
    Record<Key, string>
  >;
}

function numbers<Key extends string>(texts: Record<Key, string>): Partial<Record<Key, number>> {
  const read = Object.entries<string>(texts).map(([key, text]) => [key, numberFrom(text)]);
  return Object.fromEntries(read.filter(([, value]) => value !== null)) as Partial<
    Record<Key, number>
  >;
}

const hasAny = (settings: object): boolean => Object.keys(settings).length > 0;
