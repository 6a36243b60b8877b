/** Times of day and days of the week as plant files spell them. */

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
