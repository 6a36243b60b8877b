/** What is wrong with the times of shifts and of their breaks. */

import type { Path, Problem } from '@lineside/domain/problem.ts';
import type { ExtraShiftDraft, ShiftDraft, SpanDraft } from './draft.ts';
import { DAY_NAMES } from './draft.ts';
import { isEmpty, MINUTES_PER_DAY, minuteOf, minutesIn } from './times.ts';
import { MINUTES_PER_WEEK, weekOf, type WeekRun } from './week.ts';

export function shiftProblems(shifts: readonly ShiftDraft[]): Problem[] {
  const problems = shifts.flatMap((shift, index) => [
    ...nameProblems(shifts, index),
    ...spanProblems(shift, ['shifts', index]),
    ...(shift.days.length > 0
      ? []
      : [{ path: ['shifts', index, 'days'], message: 'must name at least one day' }]),
  ]);
  return [...problems, ...overlapProblems(shifts)];
}

function nameProblems(shifts: readonly ShiftDraft[], index: number): Problem[] {
  const path = ['shifts', index, 'name'];
  const name = shifts[index]?.name.trim() ?? '';
  if (name === '') return [{ path, message: 'must not be empty' }];
  if (name.includes('/')) return [{ path, message: 'must not contain "/"' }];
  const isTwice = shifts.slice(0, index).some((other) => other.name.trim() === name);
  return isTwice ? [{ path, message: `"${name}" is there twice; make them differ` }] : [];
}

/** Times that are none, and breaks that do not fit. */
export function spanProblems(shift: ShiftDraft | ExtraShiftDraft, path: Path): Problem[] {
  return [...timeProblems(shift, path), ...breakProblems(shift, path)];
}

function timeProblems(span: SpanDraft, path: Path): Problem[] {
  const message = 'must be a time of day from 00:00 to 24:00';
  return (['start', 'end'] as const).flatMap((field) =>
    minuteOf(span[field]) === null ? [{ path: [...path, field], message }] : [],
  );
}

function breakProblems(shift: ShiftDraft | ExtraShiftDraft, path: Path): Problem[] {
  const [from, length] = [minuteOf(shift.start), minutesIn(shift)];
  const taken: { start: number; end: number }[] = [];
  return shift.breaks.flatMap((pause, index) => {
    const at = [...path, 'breaks', index];
    const [minute, minutes] = [minuteOf(pause.start), minutesIn(pause)];
    if (minute === null || minutes === null) return timeProblems(pause, at);
    if (isEmpty(pause)) return [{ path: at, message: 'a break must not end when it starts' }];
    if (from === null || length === null) return [];
    const start = (minute - from + MINUTES_PER_DAY) % MINUTES_PER_DAY;
    const end = start + minutes;
    const isTaken = taken.some((other) => start < other.end && other.start < end);
    taken.push({ start, end });
    if (end > length) {
      return [{ path: at, message: `the break lies outside shift "${shift.name.trim()}"` }];
    }
    return isTaken ? [{ path: at, message: 'the break overlaps another one of its shift' }] : [];
  });
}

/** Two shifts that run at the same time on some day of the week: told once of a shift. */
function overlapProblems(shifts: readonly ShiftDraft[]): Problem[] {
  const runs = weekOf(shifts).runs.toSorted((a, b) => a.index - b.index || a.start - b.start);
  const problems = new Map<number, Problem>();
  for (const [place, run] of runs.entries()) {
    const other = runs.slice(0, place).find((each) => overlap(run, each));
    if (!other || problems.has(run.index)) continue;
    const day = DAY_NAMES[Math.floor(run.start / MINUTES_PER_DAY)] ?? '';
    const message =
      run.index === other.index
        ? `shift "${run.name}" of ${day} runs into the next day's`
        : `shift "${run.name}" overlaps shift "${other.name}" on ${day}`;
    problems.set(run.index, { path: ['shifts', run.index], message });
  }
  return [...problems.values()];
}

function overlap(a: WeekRun, b: WeekRun): boolean {
  return [-MINUTES_PER_WEEK, 0, MINUTES_PER_WEEK].some(
    (weeks) => a.start + weeks < b.end && b.start < a.end + weeks,
  );
}
