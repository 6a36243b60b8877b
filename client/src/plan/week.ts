/** The usual week: when which shift runs, when none does, and when two do. */

import type { DayName } from '@lineside/domain/plan.ts';
import { DAY_NAMES } from './draft.ts';
import { MINUTES_PER_DAY, minuteOf, minutesIn, timeAt } from './times.ts';

export const MINUTES_PER_WEEK = 7 * MINUTES_PER_DAY;

interface UsualShift {
  readonly name: string;
  readonly start: string;
  readonly end: string;
  readonly days: readonly DayName[];
}

/** A stretch of the week; minutes since Monday, midnight. It may reach into the next week. */
export interface WeekSpan {
  readonly start: number;
  readonly end: number;
}

export interface WeekRun extends WeekSpan {
  readonly name: string;
  /** Which of the shifts. */
  readonly index: number;
}

export interface Week {
  readonly runs: readonly WeekRun[];
  readonly gaps: readonly WeekSpan[];
  readonly overlaps: readonly WeekSpan[];
}

export function weekOf(shifts: readonly UsualShift[]): Week {
  const runs = shifts
    .flatMap(runsOf)
    .sort((a, b) => a.start - b.start || a.end - b.end || a.index - b.index);
  const gaps: WeekSpan[] = [];
  const overlaps: WeekSpan[] = [];
  // Sunday's night shift reaches into Monday.
  let until = Math.max(...runs.map(({ end }) => end - MINUTES_PER_WEEK));
  for (const { start, end } of runs) {
    if (start > until) gaps.push({ start: until, end: start });
    if (start < until) overlaps.push({ start, end: Math.min(until, end) });
    until = Math.max(until, end);
  }
  return { runs, gaps, overlaps };
}

function runsOf(shift: UsualShift, index: number): WeekRun[] {
  const [minute, length] = [minuteOf(shift.start), minutesIn(shift)];
  if (minute === null || length === null) return [];
  return DAY_NAMES.flatMap((day, place) => {
    const start = place * MINUTES_PER_DAY + minute;
    return shift.days.includes(day)
      ? [{ name: shift.name, index, start, end: start + length }]
      : [];
  });
}

/** `Fri 22:00 – Mon 06:00` */
export function weekSpanWords({ start, end }: WeekSpan): string {
  return `${momentWords(start)} – ${momentWords(end)}`;
}

function momentWords(minute: number): string {
  const inWeek = (minute + MINUTES_PER_WEEK) % MINUTES_PER_WEEK;
  return `${DAY_NAMES[Math.floor(inWeek / MINUTES_PER_DAY)] ?? ''} ${timeAt(inWeek)}`;
}

/** A stretch as one piece, or two where it goes on at the week's beginning; shares of the week from 0 to 1. */
export function piecesOf({ start, end }: WeekSpan): { from: number; share: number }[] {
  const beyond = end - MINUTES_PER_WEEK;
  const before = -Math.min(0, start);
  const piece = (from: number, until: number): { from: number; share: number } => ({
    from: from / MINUTES_PER_WEEK,
    share: (until - from) / MINUTES_PER_WEEK,
  });
  return [
    piece(Math.max(0, start), Math.min(end, MINUTES_PER_WEEK)),
    ...(beyond > 0 ? [piece(0, beyond)] : []),
    ...(before > 0 ? [piece(MINUTES_PER_WEEK - before, MINUTES_PER_WEEK)] : []),
  ].filter(({ share }) => share > 0);
}
