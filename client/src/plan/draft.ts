/** The plan while somebody writes it: every entry as text in fields, right or wrong. */

import type {
  DayName,
  WrittenDemand,
  WrittenExtraShift,
  WrittenHoliday,
  WrittenLine,
  WrittenPlan,
  WrittenProduct,
  WrittenShift,
  WrittenSpan,
  WrittenTarget,
} from '@lineside/domain/plan.ts';

export const DAY_NAMES: readonly DayName[] = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
export const WORKDAYS: readonly DayName[] = DAY_NAMES.slice(0, 5);

/** What an amount is counted in: parts per planned hour, or in the whole shift. */
export type Per = 'hour' | 'shift';

interface Entry {
  /** Tells the entry from the others on the page, whatever is written in it. */
  readonly uid: number;
}

export interface SpanDraft extends Entry {
  start: string;
  end: string;
}

export interface ShiftDraft extends SpanDraft {
  name: string;
  days: DayName[];
  breaks: SpanDraft[];
}

export interface HolidayDraft extends Entry {
  date: string;
  name: string;
  /** Shifts that are left out; none named: all of them. */
  shifts: string[];
}

export interface ExtraShiftDraft extends SpanDraft {
  date: string;
  name: string;
  breaks: SpanDraft[];
}

/** An id follows its name until it is written by hand or saved. */
interface Named extends Entry {
  id: string;
  name: string;
  isIdOwn: boolean;
  /** What other entries name it by, while its id is not yet one that is its alone. */
  namedBy?: string;
  readonly isSaved: boolean;
}

export interface ProductDraft extends Named {
  idealCycleSeconds: string;
  targetPerHour: string;
}

export interface LineDraft extends Named {
  area: string;
  product: string;
  /** The product that was last set by hand, and when; it counts as that until another is chosen. */
  setByHand?: { readonly product: string; readonly since: string };
  amount: string;
  per: Per;
  rollover: string;
  correction: string;
  stopAfterSeconds: string;
  staleAfterSeconds: string;
  behindPercent: string;
  criticalPercent: string;
  aheadPercent: string;
}

export interface DemandDraft extends Entry {
  date: string;
  shift: string;
  line: string;
  product: string;
  amount: string;
  per: Per;
  crew: string;
}

export interface Draft {
  plant: { name: string; timeZone: string };
  shifts: ShiftDraft[];
  products: ProductDraft[];
  lines: LineDraft[];
  holidays: HolidayDraft[];
  extraShifts: ExtraShiftDraft[];
  demand: DemandDraft[];
  sources: WrittenPlan['sources'];
}

export type DraftList = Exclude<keyof Draft, 'plant' | 'sources'>;

let lastUid = 0;
/** Unused by any other entry, be it of a draft that an earlier page kept. */
export const newUid = (): number => (lastUid = Math.max(lastUid + 1, Date.now()));

/** @param saved the plan whose ids no longer change */
export function draftOf(plan: WrittenPlan, saved = plan): Draft {
  const products = new Set(saved.products.map(({ id }) => id));
  const lines = new Set(saved.lines.map(({ id }) => id));
  return {
    plant: { ...plan.plant },
    shifts: plan.shifts.map(shiftDraft),
    products: plan.products.map((product) => productDraft(product, products.has(product.id))),
    lines: plan.lines.map((line) => lineDraft(line, lines.has(line.id))),
    holidays: plan.holidays.map(holidayDraft),
    extraShifts: plan.extraShifts.map(extraShiftDraft),
    demand: plan.demand.map(demandDraft),
    sources: plan.sources,
  };
}

function spanDraft({ start, end }: WrittenSpan): SpanDraft {
  return { uid: newUid(), start, end };
}

function shiftDraft({ name, days = DAY_NAMES, breaks = [], ...span }: WrittenShift): ShiftDraft {
  return { ...spanDraft(span), name, days: [...days], breaks: breaks.map(spanDraft) };
}

function holidayDraft({ date, name, shifts = [] }: WrittenHoliday): HolidayDraft {
  return { uid: newUid(), date, name, shifts: [...shifts] };
}

function extraShiftDraft(shift: WrittenExtraShift): ExtraShiftDraft {
  const { date, name, breaks = [] } = shift;
  return { ...spanDraft(shift), date, name, breaks: breaks.map(spanDraft) };
}

function productDraft(product: WrittenProduct, isSaved: boolean): ProductDraft {
  return {
    ...named(product, isSaved),
    idealCycleSeconds: text(product.idealCycleSeconds),
    targetPerHour: text(product.targetPerHour),
  };
}

function lineDraft(line: WrittenLine, isSaved: boolean): LineDraft {
  const { area, product = '', productSince: since } = line;
  const { target, counter, stopAfterSeconds, staleAfterSeconds, thresholds } = line;
  return {
    ...named(line, isSaved),
    area: area ?? '',
    product,
    ...(since !== undefined && { setByHand: { product, since } }),
    ...amountOf(target),
    rollover: text(counter?.rollover),
    correction: text(counter?.correction === 0 ? undefined : counter?.correction),
    stopAfterSeconds: text(stopAfterSeconds),
    staleAfterSeconds: text(staleAfterSeconds),
    behindPercent: text(thresholds?.behindPercent),
    criticalPercent: text(thresholds?.criticalPercent),
    aheadPercent: text(thresholds?.aheadPercent),
  };
}

function demandDraft(demand: WrittenDemand): DemandDraft {
  const { date, shift, line, product = '', quantity: perShift, perHour, crew } = demand;
  const amount = amountOf({
    ...(perShift === undefined ? {} : { perShift }),
    ...(perHour === undefined ? {} : { perHour }),
  });
  return { uid: newUid(), date, shift, line, product, ...amount, crew: text(crew) };
}

function named({ id, name = '' }: WrittenProduct | WrittenLine, isSaved: boolean): Named {
  return { uid: newUid(), id, name, isIdOwn: true, isSaved };
}

function amountOf(target: WrittenTarget | undefined): { amount: string; per: Per } {
  if (target?.perShift !== undefined) return { amount: text(target.perShift), per: 'shift' };
  return { amount: text(target?.perHour), per: 'hour' };
}

function text(value: number | null | undefined): string {
  return value === null || value === undefined ? '' : String(value);
}
