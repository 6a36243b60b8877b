/** The domain's answers as the API tells them: instants as ISO 8601 UTC, counts whole. */

import type { Board } from '@lineside/domain/board.ts';
import type { HourRow } from '@lineside/domain/hours.ts';
import { plannedTotal, type Shift } from '@lineside/domain/shift.ts';
import type { ShiftEntry } from '@lineside/domain/wire.ts';

export const iso = (at: number): string => new Date(at).toISOString();

const isoOrNull = (at: number | null): string | null => (at === null ? null : iso(at));
const oneDecimal = (value: number): number => Math.round(value * 10) / 10;

export function boardAnswer(board: Board): unknown {
  const { at, shift, target, variance, forecast, state, lastReadingAt, lastGapAt } = board;
  const good = forecast && Math.round(forecast.good);
  return {
    ...board,
    at: iso(at),
    shift: shift && { ...shift, start: iso(shift.start), end: iso(shift.end) },
    variance: variance && {
      ...variance,
      percent: variance.percent === null ? null : oneDecimal(variance.percent),
    },
    forecast: good === null ? null : { good, variance: target && good - target.shift },
    state: { ...state, since: isoOrNull(state.since) },
    lastReadingAt: isoOrNull(lastReadingAt),
    lastGapAt: isoOrNull(lastGapAt),
  };
}

export function hourAnswer(row: HourRow): unknown {
  return { ...row, start: iso(row.start), end: iso(row.end) };
}

export function shiftAnswer(shift: Shift): ShiftEntry {
  const { id, name, date, start, end } = shift;
  const breaks = shift.breaks.map((pause) => ({ start: iso(pause.start), end: iso(pause.end) }));
  const plannedMinutes = plannedTotal(shift) / 60_000;
  return { id, name, date, start: iso(start), end: iso(end), breaks, plannedMinutes };
}
