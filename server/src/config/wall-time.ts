/** Times of day, days of the week and dates as plans spell them. */

import { MINUTES_PER_DAY, type Weekday } from './plan.ts';

export const DECLARED_WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const;

/** Minutes since midnight, or `null` for what is no time of day. */
export function parseWallTime(text: string): number | null {
  const [, hours, minutes] = /^(\d{1,2}):(\d{2})$/.exec(text) ?? [];
  if (hours === undefined || minutes === undefined || Number(minutes) > 59) return null;
  const total = Number(hours) * 60 + Number(minutes);
  return total <= MINUTES_PER_DAY ? total : null;
}

export function weekdayOf(day: (typeof DECLARED_WEEKDAYS)[number]): Weekday {
  return (DECLARED_WEEKDAYS.indexOf(day) + 1) as Weekday;
}

/** Whether a text is a date of the calendar, `YYYY-MM-DD`, of a year that every part can compute with. */
export function isDate(text: string): boolean {
  if (!/^2[01]\d\d-\d\d-\d\d$/.test(text)) return false;
  try {
    Temporal.PlainDate.from(text);
    return true;
  } catch {
    return false;
  }
}
