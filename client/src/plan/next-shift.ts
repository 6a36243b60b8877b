/** When the next shift starts, for what is to hold from then on. */

import type { ShiftEntry } from '@lineside/domain/wire.ts';

const DAY = 86_400_000;
const LOOK_AHEAD_MS = 14 * DAY;

/** Epoch ms; `null`: none in sight, or nobody to ask. */
export async function nextShiftStart(
  fetchShifts: (from: number, to: number) => Promise<ShiftEntry[]>,
  now: number,
): Promise<number | null> {
  const shifts = await fetchShifts(now, now + LOOK_AHEAD_MS).catch(() => []);
  const starts = shifts.map(({ start }) => Date.parse(start)).filter((start) => start > now);
  return starts.length > 0 ? Math.min(...starts) : null;
}
