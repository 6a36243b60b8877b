/** What the parts of a plan must be to each other: names that exist, times that fit. */

import {
  keyOf,
  PLAN_LISTS,
  type PlanList,
  type WrittenLine,
  type WrittenPlan,
} from '@lineside/domain/plan.ts';
import type { Problem } from '@lineside/domain/problem.ts';
import { datedProblems } from './dated-rules.ts';
import { MINUTES_PER_DAY, type ShiftRule } from './plan.ts';
import { shiftRule } from './resolve.ts';
import { breakProblems, lengthOf } from './shift-rules.ts';
import { DECLARED_WEEKDAYS } from './wall-time.ts';

const MINUTES_PER_WEEK = 7 * MINUTES_PER_DAY;

/** @param now epoch ms */
export function problemsOf(plan: WrittenPlan, now: number): Problem[] {
  const shifts = plan.shifts.map(shiftRule);
  return [
    ...zoneProblems(plan.plant.timeZone),
    ...PLAN_LISTS.flatMap((list) => duplicates(plan, list)),
    ...shifts.flatMap((shift, index) => breakProblems(shift, ['shifts', index])),
    ...overlapProblems(shifts),
    ...plan.lines.flatMap((line, index) => lineProblems(plan, line, index)),
    ...datedProblems(plan, shifts, dateAt(now, plan.plant.timeZone)),
  ];
}

/** The local date at the plant; a zone that there is not is told elsewhere. */
function dateAt(now: number, timeZone: string): string {
  const zone = zoneProblems(timeZone).length === 0 ? timeZone : 'UTC';
  return Temporal.Instant.fromEpochMilliseconds(now)
    .toZonedDateTimeISO(zone)
    .toPlainDate()
    .toString();
}

function zoneProblems(timeZone: string): Problem[] {
  try {
    new Intl.DateTimeFormat('en', { timeZone });
    return [];
  } catch {
    const message = `"${timeZone}" is not a time zone; write an IANA name such as Europe/Berlin`;
    return [{ path: ['plant', 'timeZone'], message }];
  }
}

/** The setting at which a list's entry that is there twice is told. */
const NAMED_BY: Readonly<Record<PlanList, string>> = {
  ...{ shifts: 'name', holidays: 'date', extraShifts: 'name', products: 'id', lines: 'id' },
  ...{ demand: 'line', sources: 'topic' },
};

function duplicates(plan: WrittenPlan, list: PlanList): Problem[] {
  const seen = new Set<string>();
  return plan[list].flatMap((entry, index) => {
    const key = keyOf(list, entry);
    const isNew = !seen.has(key);
    seen.add(key);
    if (isNew) return [];
    const message = `"${key.replace(/\/$/, '')}" is there twice; make them differ`;
    return [{ path: [list, index, NAMED_BY[list]], message }];
  });
}

/** Two shifts that run at the same time on some day of the week. */
function overlapProblems(shifts: readonly ShiftRule[]): Problem[] {
  const runs = shifts.flatMap((shift, index) =>
    shift.days.map((day) => {
      const start = (day - 1) * MINUTES_PER_DAY + shift.startMinute;
      return { index, day, start, end: start + lengthOf(shift) };
    }),
  );
  const problems = new Map<number, Problem>();
  for (const [place, run] of runs.entries()) {
    for (const other of runs.slice(0, place)) {
      if (!overlapInWeek(run, other) || problems.has(run.index)) continue;
      const [name, otherName] = [shifts[run.index]?.name, shifts[other.index]?.name];
      const day = DECLARED_WEEKDAYS[run.day - 1] ?? '';
      const message =
        run.index === other.index
          ? `shift "${name}" of ${day} runs into the next day's`
          : `shift "${name}" overlaps shift "${otherName}" on ${day}`;
      problems.set(run.index, { path: ['shifts', run.index], message });
    }
  }
  return [...problems.values()];
}

interface WeekRun {
  readonly start: number;
  readonly end: number;
}

function overlapInWeek(a: WeekRun, b: WeekRun): boolean {
  return [-MINUTES_PER_WEEK, 0, MINUTES_PER_WEEK].some(
    (shift) => a.start + shift < b.end && b.start < a.end + shift,
  );
}

function lineProblems(plan: WrittenPlan, line: WrittenLine, index: number): Problem[] {
  const problems: Problem[] = [];
  if (line.product !== undefined && !plan.products.some(({ id }) => id === line.product)) {
    const message = `"${line.product}" is not among the products; add it there or correct the id`;
    problems.push({ path: ['lines', index, 'product'], message });
  }
  if (line.productSince !== undefined && line.product === undefined) {
    const message = 'there is no product that was set by hand; name it, or leave this out';
    problems.push({ path: ['lines', index, 'productSince'], message });
  }
  const { behindPercent = 5, criticalPercent = 15 } = line.thresholds ?? {};
  if (criticalPercent < behindPercent) {
    const message = `criticalPercent (${criticalPercent}) must not be below behindPercent (${behindPercent})`;
    problems.push({ path: ['lines', index, 'thresholds'], message });
  }
  return problems;
}
