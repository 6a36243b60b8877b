/** Which of the usual shifts are worked on a date: holidays and extra shifts take some of them away. */

import type { ShiftRule } from './plan.ts';

/**
 * @param holidays of that date; one that names no shifts leaves out all of them
 * @param extras extra shifts of that date: each takes the place of a usual one of its name
 */
export function usualOn(
  date: Temporal.PlainDate,
  shifts: readonly ShiftRule[],
  holidays: readonly { readonly shifts?: readonly string[] | null | undefined }[],
  extras: readonly { readonly name: string }[],
): readonly ShiftRule[] {
  return shifts.filter(
    ({ name, days }) =>
      days.some((day) => day === date.dayOfWeek) &&
      !extras.some((extra) => extra.name === name) &&
      !holidays.some((holiday) => holiday.shifts?.includes(name) ?? true),
  );
}
