// Shifts, lines and clocks for the simulators' tests.
import type { Clock } from '../../simulators/clock.ts';
import type { Shift } from '@lineside/domain/shift.ts';
import type { LineSpec } from '../../simulators/model/line-spec.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** Eight hours with a quarter and half an hour of break, `days` after 23 November 2026. */
export function aShift(days = 0, name = 'Early', hour = 5): Shift {
  const start = Date.UTC(2026, 10, 23 + days, hour);
  const date = new Date(start).toISOString().slice(0, 10);
  const span = (from: number, minutes: number) => ({
    start: start + from,
    end: start + from + minutes * MINUTE,
  });
  return {
    ...span(0, 480),
    id: `${date}/${name}`,
    name,
    date,
    breaks: [span(3 * HOUR, 15), span(6 * HOUR, 30)],
  };
}

export const aSpec = (change: Partial<LineSpec> = {}): LineSpec => ({
  id: 'press-1',
  product: { id: 'housing', idealCycleSeconds: 30 },
  alternatives: [],
  plannedPerHour: 100,
  declaresState: true,
  ...change,
});

/** A clock that only moves when somebody waits for it. */
export class StoodStill implements Clock {
  at: number;

  constructor(at: number) {
    this.at = at;
  }

  now(): number {
    return this.at;
  }

  wait(ms: number): Promise<void> {
    this.at += ms;
    return Promise.resolve();
  }
}
