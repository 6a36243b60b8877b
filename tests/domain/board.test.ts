import { expect, test } from 'vitest';
import { boardAt } from '@lineside/domain/board.ts';
import { DEFAULT_THRESHOLDS } from '@lineside/domain/facts.ts';
import type { Reading } from '@lineside/domain/reading.ts';
import { aReading, aShift, factsWith, HOUR, MINUTE, MORNING } from '../support/builders.ts';

const pause = { start: MORNING + 3 * HOUR, end: MORNING + 3 * HOUR + 15 * MINUTE };
const early = aShift({
  breaks: [pause, { start: MORNING + 6 * HOUR, end: MORNING + 6.5 * HOUR }],
});

/** A total every `everyMs`, one part each `partEveryMs`. */
function steady(from: number, to: number, partEveryMs: number, everyMs = 10_000): Reading[] {
  const readings: Reading[] = [];
  for (let at = from; at <= to; at += everyMs) {
    readings.push(aReading({ at, good: Math.floor((at - from) / partEveryMs) }));
  }
  return readings;
}

test('S3 S4 S5 S6 S7: the example of the contract', () => {
  const at = MORNING + 4 * HOUR;
  const readings = [
    aReading({ at: MORNING - 1000, good: 1000, reject: 10 }),
    aReading({ at: at - 30 * MINUTE, good: 1294, reject: 12 }),
    aReading({ at, good: 1340, reject: 16 }),
  ];
  const board = boardAt(factsWith(readings, { shifts: [early] }), at);
  expect(board.shift).toMatchObject({ plannedMinutes: 435, elapsedPlannedMinutes: 225 });
  expect(board.count).toMatchObject({ good: 340, reject: 6, total: 346 });
  expect(board.target).toEqual({ now: 375, shift: 725, perHour: 100 });
  expect(board.variance?.units).toBeCloseTo(-35, 9);
  expect(board.variance?.minutes).toBeCloseTo(-21, 9);
  expect(board.variance?.percent).toBeCloseTo(-9.333, 3);
  expect(board.pace?.perHour).toBeCloseTo(92, 9);
  expect(board.pace?.requiredPerHour).toBeCloseTo(110, 9);
  expect(board.pace).toMatchObject({ idealPerHour: 120, recoverable: true });
  expect(board.forecast?.good).toBeCloseTo(662, 9);
  expect(board.forecast?.variance).toBeCloseTo(-63, 9);
  expect(board.status).toBe('behind');
});

test('C3: parts at the very start of a shift belong to it, at its end to the next', () => {
  const readings = [
    aReading({ at: MORNING - 60_000, good: 0 }),
    aReading({ at: MORNING, good: 2 }),
    aReading({ at: early.end, good: 5 }),
  ];
  const late = aShift({ id: 'late', start: early.end, end: early.end + HOUR });
  const facts = factsWith(readings, { shifts: [early, late] });
  expect(boardAt(facts, early.end - 1).count?.good).toBe(2);
  expect(boardAt(facts, early.end).count?.good).toBe(3);
});

test('S5: no recent rate in the first 10 planned minutes, then all of the shift, then 30 minutes', () => {
  const facts = factsWith(steady(MORNING, early.end, MINUTE), { shifts: [early] });
  expect(boardAt(facts, MORNING + 10 * MINUTE - 1).pace?.perHour).toBeNull();
  expect(boardAt(facts, MORNING + 10 * MINUTE - 1).forecast).toBeNull();
  expect(boardAt(facts, MORNING + 20 * MINUTE).pace?.perHour).toBeCloseTo(60, 9);
  expect(boardAt(facts, MORNING + 2 * HOUR).pace?.perHour).toBeCloseTo(60, 9);
});

test('S5: the last 30 planned minutes reach back over a break', () => {
  const facts = factsWith(
    steady(MORNING, MORNING + 3 * HOUR, MINUTE).concat(
      steady(pause.end, MORNING + 5 * HOUR, MINUTE).map((reading) => ({
        ...reading,
        good: 180 + (reading.good ?? 0),
      })),
    ),
    { shifts: [early] },
  );
  expect(boardAt(facts, pause.end + 10 * MINUTE).pace?.perHour).toBeCloseTo(60, 9);
});

test('S7: recoverable only up to the ideal rate', () => {
  const idle = factsWith(steady(MORNING, early.end, 10 * HOUR), { shifts: [early] });
  const soon = boardAt(idle, MORNING + HOUR).pace;
  expect(soon?.requiredPerHour).toBeCloseTo(725 / 6.25, 9);
  expect(soon?.recoverable).toBe(true);
  expect(boardAt(idle, MORNING + 2 * HOUR).pace?.recoverable).toBe(false);
});

test('S7: once the target is reached nothing more is required', () => {
  const facts = factsWith(steady(MORNING, early.end, MINUTE), {
    shifts: [early],
    targets: [{ at: 0, target: { perShift: 30 } }],
  });
  expect(boardAt(facts, MORNING + HOUR).pace).toMatchObject({
    requiredPerHour: 0,
    recoverable: true,
  });
});

/** A board an hour into the shift with a target of 100 and this many good parts. */
const atGood = (good: number) =>
  boardAt(
    factsWith([aReading({ good: 0 }), aReading({ at: MORNING + HOUR, good })]),
    MORNING + HOUR,
  );

test.each([
  [106, 'ahead'],
  [105, 'ahead'],
  [104, 'onTarget'],
  [96, 'onTarget'],
  [95, 'behind'],
  [86, 'behind'],
  [85, 'critical'],
  [0, 'critical'],
] as const)('S8: %i of 100 is %s', (good, status) => {
  expect(atGood(good).status).toBe(status);
});

test('S8: never behind for less than one whole part', () => {
  const facts = factsWith([aReading({ good: 0 })]);
  expect(boardAt(facts, MORNING + 30_000).variance?.units).toBeGreaterThan(-1);
  expect(boardAt(facts, MORNING + 30_000).status).toBe('onTarget');
  expect(boardAt(facts, MORNING + 40_000).status).toBe('critical');
});

test('S8: thresholds are the line’s own', () => {
  const rules = {
    stopAfterSeconds: 300,
    staleAfterSeconds: 7200,
    thresholds: { ...DEFAULT_THRESHOLDS, criticalPercent: 50 },
  };
  const facts = factsWith([aReading({ good: 0 }), aReading({ at: MORNING + HOUR, good: 60 })], {
    rules,
  });
  expect(boardAt(facts, MORNING + HOUR).status).toBe('behind');
});

test('S8 R2: a line that is not heard from is never on target', () => {
  const facts = factsWith(steady(MORNING, MORNING + HOUR, 36_000));
  expect(boardAt(facts, MORNING + HOUR).status).toBe('onTarget');
  expect(boardAt(facts, MORNING + HOUR + 31_000)).toMatchObject({
    status: 'noData',
    state: { name: 'noData', since: MORNING + HOUR },
  });
  expect(boardAt(factsWith([]), MORNING + HOUR)).toMatchObject({
    status: 'noData',
    state: { since: null },
    lastReadingAt: null,
  });
});

test('S8: outside shifts everything that hangs on a shift is absent', () => {
  const board = boardAt(factsWith(steady(MORNING, early.end, MINUTE)), early.end);
  expect(board).toMatchObject({
    shift: null,
    count: null,
    target: null,
    variance: null,
    pace: null,
    forecast: null,
  });
  expect(board).toMatchObject({
    downtimeMinutes: null,
    status: 'offShift',
    state: { name: 'offShift' },
  });
});

test('S8: a line without a target has counts but no variance', () => {
  const board = boardAt(
    factsWith(steady(MORNING, MORNING + HOUR, MINUTE), { targets: [] }),
    MORNING + HOUR,
  );
  expect(board).toMatchObject({
    status: 'noTarget',
    target: null,
    variance: null,
    count: { good: 60 },
  });
});

test('the product is the line’s own until a reading names another', () => {
  const readings = [
    aReading({ good: 0 }),
    aReading({ at: MORNING + HOUR, good: 1, product: 'lid' }),
  ];
  const facts = factsWith(readings);
  expect(boardAt(facts, MORNING + 1).product?.id).toBe('housing');
  expect(boardAt(facts, MORNING + HOUR).product).toEqual({
    id: 'lid',
    name: 'lid',
    idealCycleSeconds: null,
  });
});
