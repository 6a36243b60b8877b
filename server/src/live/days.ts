/** UTC days, in which history is kept by the minute (H1). */

import type { Span } from '@lineside/domain/shift.ts';

export const DAY_MS = 86_400_000;

/** Days since 1970. */
export const dayOf = (at: number): number => Math.floor(at / DAY_MS);

export const spanOfDay = (day: number): Span => ({ start: day * DAY_MS, end: (day + 1) * DAY_MS });
