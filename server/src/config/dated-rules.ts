/** What holidays, extra shifts and demand must be to the rest of a plan. */

import type { WrittenDemand, WrittenPlan } from '@lineside/domain/plan.ts';
import type { Problem } from '@lineside/domain/problem.ts';
import { MINUTES_PER_DAY, type ExtraShift, type ShiftRule, type WallSpan } from './plan.ts';
import { extraShift } from './resolve.ts';
import { breakProblems, lengthOf } from './shift-rules.ts';
import { usualOn } from './usual-shifts.ts';

/**
 * What is over is not held to what the plan has become: a line, a shift or a product may go, and what it
 * once owed stays. A shift of today may run under a name that it no longer has.
 *
 * @param today local date at the plant
 */
export function datedProblems(
  plan: WrittenPlan,
  shifts: readonly ShiftRule[],
  today: string,
): Problem[] {
  const extras = plan.extraShifts.map(extraShift);
  return [
    ...holidayProblems(plan, today),
    ...extras.flatMap((shift, index) => breakProblems(shift, ['extraShifts', index])),
    ...extras.flatMap((shift, index) =>
      shift.date < today ? [] : overlapProblems(plan, shifts, extras, shift, index),
    ),
    ...demandProblems(plan, today),
  ];
}

function holidayProblems(plan: WrittenPlan, today: string): Problem[] {
  const known = new Set(plan.shifts.map(({ name }) => name));
  return plan.holidays.flatMap(({ date, shifts = [] }, index) =>
    shifts.flatMap((name, place) => {
      if (known.has(name) || date <= today) return [];
      const message = `"${name}" is not among the shifts; add it there or correct the name`;
      return [{ path: ['holidays', index, 'shifts', place], message }];
    }),
  );
}

/** An extra shift that runs while another one does, the evening before and the morning after included. */
function overlapProblems(
  plan: WrittenPlan,
  shifts: readonly ShiftRule[],
  extras: readonly ExtraShift[],
  shift: ExtraShift,
  index: number,
): Problem[] {
  const date = Temporal.PlainDate.from(shift.date);
  for (const days of [-1, 0, 1]) {
    const day = date.add({ days });
    const isThen = (each: { readonly date: string }): boolean => each.date === day.toString();
    const usual = usualOn(day, shifts, plan.holidays.filter(isThen), extras.filter(isThen));
    const others = extras.slice(0, index).filter(isThen);
    const other = [...usual, ...others].find((each) => overlap(shift, each, days));
    if (!other) continue;
    const which = `shift "${other.name}" of ${day.toString()}`;
    const message = `it overlaps ${which}; give it that name to take its place, or other times`;
    return [{ path: ['extraShifts', index], message }];
  }
  return [];
}

/** @param days how many days after the first one the other starts */
function overlap(a: WallSpan, b: WallSpan, days: number): boolean {
  const start = b.startMinute + days * MINUTES_PER_DAY;
  return a.startMinute < start + lengthOf(b) && start < a.startMinute + lengthOf(a);
}

function demandProblems(plan: WrittenPlan, today: string): Problem[] {
  const shifts = new Set(plan.shifts.map(({ name }) => name));
  const extras = new Set(plan.extraShifts.map(({ date, name }) => `${date}/${name}`));
  const lines = new Set(plan.lines.map(({ id }) => id));
  const products = new Set(plan.products.map(({ id }) => id));
  const owed = new Map<string, WrittenDemand>();
  return plan.demand.flatMap((entry, index) => {
    const problems: Problem[] = [];
    const complain = (setting: string, message: string): void => {
      problems.push({ path: ['demand', index, setting], message });
    };
    const { date, shift, line, product } = entry;
    if (date > today && !shifts.has(shift) && !extras.has(`${date}/${shift}`)) {
      const where = `neither among the shifts nor an extra shift of ${date}`;
      complain('shift', `"${shift}" is ${where}; add it there or correct the name`);
    }
    if (date >= today && !lines.has(line)) {
      complain('line', `"${line}" is not among the lines; add it there or correct the id`);
    }
    if (date >= today && product !== undefined && !products.has(product)) {
      complain('product', `"${product}" is not among the products; add it there or correct the id`);
    }
    const key = `${date}/${shift}/${line}`;
    const other = owed.get(key);
    owed.set(key, other ?? entry);
    if (other && (other.perHour !== undefined || entry.perHour !== undefined)) {
      const message = `a rate is not added to what else "${line}" owes in that shift; give quantities`;
      complain(entry.perHour === undefined ? 'quantity' : 'perHour', message);
    }
    return problems;
  });
}
