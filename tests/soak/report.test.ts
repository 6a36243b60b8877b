import { describe, expect, test } from 'vitest';
import { judge, slopesOf, type Look } from './report.ts';

const MIB = 1024 * 1024;
const SHIFT_HOURS = 0.5;
const QUIET = { p50: 10.1, p99: 11.2, max: 40 };

/** Looks at a server that leaks so much an hour, takes 8 MiB for every hour into a shift, and warms up first. */
function looks(hours: number, leakPerHour: number): Look[] {
  return Array.from({ length: (hours / SHIFT_HOURS) * 2 }, (_, n): Look => {
    const phase = n % 2 === 0 ? 0.25 : 0.75;
    const hour = (Math.floor(n / 2) + phase) * SHIFT_HOURS;
    const noise = n % 3 === 0 ? 0.5 : -0.25;
    const warm = hour < 1 ? 30 * (1 - hour) : 0;
    const inUse = (200 - warm + leakPerHour * hour + 8 * phase * SHIFT_HOURS + noise) * MIB;
    return { hour, phase, memory: { inUse, resident: 2 * inUse }, lag: QUIET, idleLag: QUIET };
  });
}

const judged = (hours: number, leakPerHour: number, lag = QUIET): readonly string[] =>
  judge({
    slopes: slopesOf(looks(hours, leakPerHour), SHIFT_HOURS),
    ...{ speed: 8, lag, idleLag: QUIET },
  }).problems;

describe('the verdict of a soak', () => {
  test('what a shift takes while it lasts is no leak', () => {
    const { inUse, withinShift } = slopesOf(looks(8, 0), SHIFT_HOURS);
    expect(Math.abs(inUse)).toBeLessThan(0.1);
    expect(withinShift).toBeCloseTo(8, 0);
    expect(judged(8, 0)).toEqual([]);
  });

  test('a leak is found, whatever a shift takes', () => {
    expect(slopesOf(looks(8, 2), SHIFT_HOURS).inUse).toBeCloseTo(2, 0);
    expect(judged(8, 2)).toEqual(['more than 1 MiB an hour']);
  });

  test('a run of a few shifts is not judged by its memory', () => {
    expect(judged(2, 0)).toEqual([]);
    expect(judged(2, 50)).toEqual([]);
  });

  test('a late event loop is found', () => {
    expect(judged(8, 0, { ...QUIET, p99: 50 })).toEqual(['event-loop lag of 50 ms or more']);
  });
});
