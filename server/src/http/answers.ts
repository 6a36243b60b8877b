/** The domain's answers as the API tells them: instants as ISO 8601 UTC, counts whole. */

import type { Board } from '@lineside/domain/board.ts';
import type { HourRow } from '@lineside/domain/hours.ts';
import { wholePieces, type LossBridge } from '@lineside/domain/losses.ts';
import { plannedTotal, type Shift } from '@lineside/domain/shift.ts';
import type { LossesAnswer, ShiftEntry } from '@lineside/domain/wire.ts';

export const iso = (at: number): string => new Date(at).toISOString();

const isoOrNull = (at: number | null): string | null => (at === null ? null : iso(at));
const oneDecimal = (value: number): number => Math.round(value * 10) / 10;

export function boardAnswer(board: Board): unknown {
  const { at, shift, target, variance, pace, forecast, state, lastReadingAt, lastGapAt } = board;
  return {
    ...board,
    at: iso(at),
    shift: shift && { ...shift, start: iso(shift.start), end: iso(shift.end) },
    variance: variance && {
      ...variance,
      percent: variance.percent === null ? null : oneDecimal(variance.percent),
    },
    pace: pace && { ...pace, unrecoverableSince: isoOrNull(pace.unrecoverableSince) },
    forecast: forecast && forecastAnswer(forecast, target),
    state: { ...state, since: isoOrNull(state.since) },
    lastReadingAt: isoOrNull(lastReadingAt),
    lastGapAt: isoOrNull(lastGapAt),
  };
}

function forecastAnswer(
  forecast: NonNullable<Board['forecast']>,
  target: Board['target'],
): Board['forecast'] {
  const good = Math.round(forecast.good);
  const range = { low: Math.round(forecast.low), high: Math.round(forecast.high) };
  return { good, variance: target && good - target.shift, ...range };
}

/** Halves go away from zero, as on screens. */
const whole = (value: number): number => Math.sign(value) * Math.round(Math.abs(value)) + 0;

export function lossesAnswer(bridge: LossBridge): LossesAnswer {
  const { start, end, target, good, reject, achievable, isIdeal } = bridge;
  const gap = whole(bridge.gap);
  const pieces = wholePieces(bridge.pieces, gap);
  const counts = { target, good, reject, gap };
  return { start: iso(start), end: iso(end), ...counts, pieces, achievable, isIdeal };
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
