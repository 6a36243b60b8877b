/** Past shifts to choose from: by day, newest first, as the picker lists them. */

import type { ShiftEntry } from '@lineside/domain/wire.ts';

export interface ShiftDay {
  /** Local calendar date, `YYYY-MM-DD`. */
  readonly date: string;
  /** In the order of the day. */
  readonly shifts: readonly ShiftEntry[];
}

/** The start of the shift that ended last, epoch ms; `null` when none has. */
export function lastEnded(shifts: readonly ShiftEntry[], now: number): number | null {
  const ended = shifts.filter(({ end }) => Date.parse(end) <= now);
  const starts = ended.map(({ start }) => Date.parse(start));
  return starts.length === 0 ? null : Math.max(...starts);
}

/** Shifts that have begun, by the day they belong to, newest day first. */
export function byDay(shifts: readonly ShiftEntry[], now: number): ShiftDay[] {
  const days = new Map<string, ShiftEntry[]>();
  for (const shift of shifts) {
    if (Date.parse(shift.start) > now) continue;
    days.set(shift.date, [...(days.get(shift.date) ?? []), shift]);
  }
  return [...days]
    .map(([date, those]) => ({
      date,
      shifts: those.toSorted((a, b) => Date.parse(a.start) - Date.parse(b.start)),
    }))
    .sort((a, b) => (a.date < b.date ? 1 : -1));
}
