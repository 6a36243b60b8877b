/** The rules that every kind of shift has to keep, be it a usual or an extra one. */

import type { Path, Problem } from '@lineside/domain/problem.ts';
import { MINUTES_PER_DAY, type WallSpan } from './plan.ts';

/** Length in minutes; a span that ends where it starts is a whole day. */
export function lengthOf(span: WallSpan): number {
  const length = (span.endMinute - span.startMinute + MINUTES_PER_DAY) % MINUTES_PER_DAY;
  return length === 0 ? MINUTES_PER_DAY : length;
}

interface ShiftWithBreaks extends WallSpan {
  readonly name: string;
  readonly breaks: readonly WallSpan[];
}

/** @param path of the shift */
export function breakProblems(shift: ShiftWithBreaks, path: Path): Problem[] {
  const problems: Problem[] = [];
  const taken: { start: number; end: number }[] = [];
  const complain = (index: number, message: string): void => {
    problems.push({ path: [...path, 'breaks', index], message });
  };
  for (const [index, pause] of shift.breaks.entries()) {
    const start = (pause.startMinute - shift.startMinute + MINUTES_PER_DAY) % MINUTES_PER_DAY;
    const end = start + lengthOf(pause);
    if (pause.startMinute === pause.endMinute) {
      complain(index, 'a break must not end when it starts');
    } else if (end > lengthOf(shift)) {
      complain(index, `the break lies outside shift "${shift.name}"`);
    } else if (taken.some((other) => start < other.end && other.start < end)) {
      complain(index, 'the break overlaps another one of its shift');
    }
    taken.push({ start, end });
  }
  return problems;
}
