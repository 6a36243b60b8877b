/** What the parts of a plant file must be to each other: names that exist, times that fit. */

import { MINUTES_PER_DAY, type ShiftRule, type WallSpan } from './plan.ts';
import type { PlantFile } from './plant-schema.ts';
import { DECLARED_WEEKDAYS } from './wall-time.ts';

export interface Problem {
  /** Where in the plant file. */
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

const MINUTES_PER_WEEK = 7 * MINUTES_PER_DAY;

/** Length in minutes; a span that ends where it starts is a whole day. */
export function lengthOf(span: WallSpan): number {
  const length = (span.endMinute - span.startMinute + MINUTES_PER_DAY) % MINUTES_PER_DAY;
  return length === 0 ? MINUTES_PER_DAY : length;
}

/** Minutes from a shift's start to a time of day inside or after it. */
export function minutesInto(shift: WallSpan, minute: number): number {
  return (minute - shift.startMinute + MINUTES_PER_DAY) % MINUTES_PER_DAY;
}

export function problemsOf(file: PlantFile, shifts: readonly ShiftRule[]): Problem[] {
  return [
    ...zoneProblems(file.plant.timeZone),
    ...duplicates(file.lines, 'lines', 'id'),
    ...duplicates(file.products, 'products', 'id'),
    ...duplicates(file.shifts, 'shifts', 'name'),
    ...shifts.flatMap(breakProblems),
    ...overlapProblems(shifts),
    ...file.lines.flatMap((line, index) => lineProblems(file, line, index)),
  ];
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

function duplicates<Key extends string>(
  entries: readonly Readonly<Record<Key, string>>[],
  list: string,
  key: Key,
): Problem[] {
  const seen = new Set<string>();
  return entries.flatMap((entry, index) => {
    const isNew = !seen.has(entry[key]);
    seen.add(entry[key]);
    if (isNew) return [];
    return [
      { path: [list, index, key], message: `"${entry[key]}" is there twice; make them differ` },
    ];
  });
}

function breakProblems(shift: ShiftRule, shiftIndex: number): Problem[] {
  const problems: Problem[] = [];
  const taken: { start: number; end: number }[] = [];
  for (const [index, pause] of shift.breaks.entries()) {
    const path = ['shifts', shiftIndex, 'breaks', index];
    const start = minutesInto(shift, pause.startMinute);
    const end = start + lengthOf(pause);
    if (pause.startMinute === pause.endMinute) {
      problems.push({ path, message: 'a break must not end when it starts' });
    } else if (end > lengthOf(shift)) {
      problems.push({ path, message: `the break lies outside shift "${shift.name}"` });
    } else if (taken.some((other) => start < other.end && other.start < end)) {
      problems.push({ path, message: 'the break overlaps another one of its shift' });
    }
    taken.push({ start, end });
  }
  return problems;
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

function lineProblems(file: PlantFile, line: PlantFile['lines'][number], index: number): Problem[] {
  const problems: Problem[] = [];
  if (line.product !== undefined && !file.products.some(({ id }) => id === line.product)) {
    const message = `"${line.product}" is not among the products; add it there or correct the id`;
    problems.push({ path: ['lines', index, 'product'], message });
  }
  const { behindPercent = 5, criticalPercent = 15 } = line.thresholds;
  if (criticalPercent < behindPercent) {
    const message = `criticalPercent (${criticalPercent}) must not be below behindPercent (${behindPercent})`;
    problems.push({ path: ['lines', index, 'thresholds'], message });
  }
  return problems;
}
