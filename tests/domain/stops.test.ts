import { expect, test } from 'vitest';
import { boardAt } from '@lineside/domain/board.ts';
import type { Reading } from '@lineside/domain/reading.ts';
import { spansBetween, stopsBetween } from '@lineside/domain/stops.ts';
import { aReading, aShift, factsWith, HOUR, MINUTE, MORNING } from '../support/builders.ts';

const T = (minutes: number): number => MORNING + minutes * MINUTE;

/** A message every 10 s from minute to minute, the total rising by one part a minute or not at all. */
function heard(from: number, to: number, good: number, partsPerMinute = 0): Reading[] {
  const readings: Reading[] = [];
  for (let at = T(from); at <= T(to); at += 10_000) {
    readings.push(
      aReading({ at, good: good + Math.floor(((at - T(from)) / MINUTE) * partsPerMinute) }),
    );
  }
  return readings;
}

const minutes = (stops: { start: number; end: number; kind: string }[]) =>
  stops.map(({ start, end, kind }) => [(start - MORNING) / MINUTE, (end - MORNING) / MINUTE, kind]);

test('R1: a line that is heard from but counts nothing is stopped from its last count on', () => {
  const facts = factsWith([...heard(0, 30, 0, 1), ...heard(30, 60, 30)]);
  expect(boardAt(facts, T(35) - 1).state.name).toBe('running');
  expect(boardAt(facts, T(35)).state).toEqual({ name: 'stopped', since: T(30) });
  expect(boardAt(facts, T(60)).downtimeMinutes).toBe(30);
});

test('R1: a stop ends with the next count, of rejects too', () => {
  const after = aReading({ at: T(50), reject: 1 });
  const facts = factsWith([
    aReading({ at: T(0), reject: 0 }),
    ...heard(0, 30, 0, 1),
    ...heard(30, 60, 30),
    after,
  ]);
  expect(minutes(stopsBetween(facts, T(0), T(52)))).toEqual([[30, 50, 'stopped']]);
  expect(boardAt(facts, T(52)).state).toEqual({ name: 'running', since: T(50) });
});

test('R1: short pauses are no stops', () => {
  const facts = factsWith([...heard(0, 30, 0, 1), ...heard(30, 34, 30), ...heard(34, 60, 31, 1)]);
  expect(stopsBetween(facts, T(0), T(60))).toEqual([]);
  expect(boardAt(facts, T(60)).downtimeMinutes).toBe(0);
});

test('R1: planned time alone counts towards a stop', () => {
  const pause = { start: T(32), end: T(47) };
  const facts = factsWith([...heard(0, 30, 0, 1), ...heard(30, 60, 30)], {
    shifts: [aShift({ breaks: [pause] })],
  });
  expect(boardAt(facts, T(46)).state).toEqual({ name: 'break', since: T(32) });
  expect(boardAt(facts, T(49)).state.name).toBe('running');
  expect(boardAt(facts, T(50)).state).toEqual({ name: 'stopped', since: T(30) });
});

test('R3: breaks are not downtime', () => {
  const pause = { start: T(40), end: T(55) };
  const facts = factsWith([...heard(0, 30, 0, 1), ...heard(30, 60, 30)], {
    shifts: [aShift({ breaks: [pause] })],
  });
  expect(boardAt(facts, T(60)).downtimeMinutes).toBe(15);
});

test('R1: a declared stop counts at once and ends when parts come', () => {
  const facts = factsWith([
    ...heard(0, 30, 0, 1),
    aReading({ at: T(30) + 1, state: 'stopped' }),
    ...heard(30.5, 60, 31, 1),
  ]);
  expect(boardAt(facts, T(30) + 2).state).toEqual({ name: 'stopped', since: T(30) + 1 });
  expect(boardAt(facts, T(40)).state.name).toBe('running');
  expect(stopsBetween(facts, T(0), T(60))).toEqual([
    { start: T(30) + 1, end: T(30.5), kind: 'stopped' },
  ]);
});

test('R1: a changeover is no stop however long it lasts', () => {
  const facts = factsWith([
    ...heard(0, 30, 0, 1),
    aReading({ at: T(30) + 1, state: 'changeover' }),
    ...heard(31, 60, 30),
  ]);
  expect(boardAt(facts, T(60)).state).toEqual({ name: 'changeover', since: T(30) + 1 });
  expect(boardAt(facts, T(60)).downtimeMinutes).toBe(0);
});

test('R1: after a changeover the standstill counts from its end', () => {
  const facts = factsWith([
    ...heard(0, 30, 0, 1),
    aReading({ at: T(30) + 1, state: 'changeover' }),
    ...heard(31, 40, 30),
    aReading({ at: T(40) + 1, state: 'running' }),
    ...heard(40.2, 60, 30),
  ]);
  expect(boardAt(facts, T(45)).state.name).toBe('running');
  expect(boardAt(facts, T(46)).state).toEqual({ name: 'stopped', since: T(40) + 1 });
});

test('R2: silence is no data, not a stop, and ends with the next message', () => {
  const facts = factsWith([...heard(0, 30, 0, 1), ...heard(45, 60, 31, 1)]);
  expect(boardAt(facts, T(30) + 30_000).state.name).toBe('running');
  expect(boardAt(facts, T(30) + 30_001).state).toEqual({ name: 'noData', since: T(30) });
  expect(minutes(stopsBetween(facts, T(0), T(60)))).toEqual([[30, 45, 'noData']]);
  expect(boardAt(facts, T(60)).downtimeMinutes).toBe(0);
});

test('R2: an offline line is not heard from until its next message', () => {
  const facts = factsWith([...heard(0, 30, 0, 1), aReading({ at: T(30) + 1, online: false })]);
  expect(boardAt(facts, T(30) + 2).state).toEqual({ name: 'noData', since: T(30) + 1 });
  const back = factsWith([
    ...heard(0, 30, 0, 1),
    aReading({ at: T(30) + 1, online: false }),
    aReading({ at: T(31), online: true }),
  ]);
  expect(boardAt(back, T(31)).state.name).toBe('running');
});

test('R2: the usual interval sets the patience, between 10 s and 120 s', () => {
  const every = (ms: number) =>
    Array.from({ length: 20 }, (_, n) => aReading({ at: MORNING + n * ms, good: n }));
  const patience = (ms: number) => {
    const facts = factsWith(every(ms));
    const last = MORNING + 19 * ms;
    let seconds = 1;
    while (facts.track.isHeardAt(last + seconds * 1000)) seconds += 1;
    return seconds - 1;
  };
  expect(patience(200)).toBe(10);
  expect(patience(1000)).toBe(10);
  expect(patience(20_000)).toBe(60);
  expect(patience(600_000)).toBe(120);
});

test('R2: a line just connected is not given up after a few quick messages', () => {
  const quick = Array.from({ length: 6 }, (_, n) => aReading({ at: MORNING + n * 50, good: n }));
  const { track } = factsWith(quick);
  expect(track.isHeardAt(MORNING + 100_000)).toBe(true);
  expect(track.isHeardAt(MORNING + 130_000)).toBe(false);
});

test('R2: a patience of the line’s own overrides the usual interval', () => {
  const rules = {
    stopAfterSeconds: 300,
    staleAfterSeconds: 5,
    thresholds: { behindPercent: 5, criticalPercent: 15, aheadPercent: 5 },
  };
  const facts = factsWith(heard(0, 30, 0, 1), { rules });
  expect(boardAt(facts, T(30) + 5000).state.name).toBe('running');
  expect(boardAt(facts, T(30) + 5001).state.name).toBe('noData');
});

test('C6: parts made unseen leave a silence, never a stop', () => {
  const facts = factsWith([...heard(0, 10, 0, 1), ...heard(70, 80, 70, 1)]);
  expect(minutes(stopsBetween(facts, T(0), T(80)))).toEqual([[10, 70, 'noData']]);
  expect(boardAt(facts, T(80)).count?.unseen).toBe(60);
});

test('R1 R2: after a silence the time to a stop begins anew', () => {
  const facts = factsWith([...heard(0, 30, 0, 1), ...heard(30, 31, 30), ...heard(60, 70, 30)]);
  expect(boardAt(facts, T(65) - 1).state).toEqual({ name: 'running', since: T(60) });
  expect(boardAt(facts, T(65)).state).toEqual({ name: 'stopped', since: T(60) });
  expect(minutes(stopsBetween(facts, T(0), T(70)))).toEqual([
    [31, 60, 'noData'],
    [60, 70, 'stopped'],
  ]);
});

test('R1 R2: a stop goes on after a silence while nothing is counted, but the silence is no downtime', () => {
  const facts = factsWith([...heard(0, 30, 0, 1), ...heard(30, 40, 30), ...heard(60, 62, 30)]);
  expect(boardAt(facts, T(61)).state).toEqual({ name: 'stopped', since: T(30) });
  expect(minutes(stopsBetween(facts, T(0), T(62)))).toEqual([
    [30, 40, 'stopped'],
    [40, 60, 'noData'],
    [60, 62, 'stopped'],
  ]);
  expect(boardAt(facts, T(62)).downtimeMinutes).toBe(12);
});

test('R1: a part made between two stops parts them', () => {
  const facts = factsWith([...heard(0, 15, 7), ...heard(15, 30, 8)]);
  expect(minutes(stopsBetween(facts, T(0), T(30)))).toEqual([
    [0, 15, 'stopped'],
    [15, 30, 'stopped'],
  ]);
});

test('R2: a message between two silences parts them', () => {
  const lone = factsWith([...heard(0, 5, 0, 1), aReading({ at: T(15), good: 9 })]);
  expect(minutes(stopsBetween(lone, T(0), T(20)))).toEqual([
    [5, 15, 'noData'],
    [15, 20, 'noData'],
  ]);
});

test('R1 R2: a line heard only now and then stands still for none of it', () => {
  const facts = factsWith([0, 30, 60, 90].flatMap((from) => heard(from, from + 2, 7)));
  expect(stopsBetween(facts, T(0), T(92)).filter(({ kind }) => kind === 'stopped')).toEqual([]);
});

test('R1: a stop carried into a shift stays one at its start, without the time before it', () => {
  const night = aShift({ id: 'night', start: MORNING - 8 * HOUR, end: MORNING });
  const facts = factsWith([...heard(-60, -20, 0, 1), ...heard(-20, 30, 40)], {
    shifts: [night, aShift()],
  });
  expect(boardAt(facts, T(0)).state).toEqual({ name: 'stopped', since: T(-20) });
  expect(boardAt(facts, T(10)).downtimeMinutes).toBe(10);
});

test('R1: standing still outside shifts is no stop', () => {
  const facts = factsWith([...heard(-60, -20, 0, 1), ...heard(-20, 30, 40)]);
  expect(boardAt(facts, T(4)).state.name).toBe('running');
  expect(boardAt(facts, T(5)).state).toEqual({ name: 'stopped', since: T(0) });
  expect(minutes(stopsBetween(facts, T(-60), T(10)))).toEqual([[0, 10, 'stopped']]);
});

test('R1-R3: the strip of a shift is complete and in order', () => {
  const pause = { start: T(40), end: T(55) };
  const facts = factsWith([...heard(0, 30, 0, 1), ...heard(30, 70, 30), ...heard(80, 90, 31, 1)], {
    shifts: [aShift({ breaks: [pause] })],
  });
  expect(
    spansBetween(facts, T(-10), T(90)).map(({ start, state }) => [
      (start - MORNING) / MINUTE,
      state,
    ]),
  ).toEqual([
    [-10, 'offShift'],
    [0, 'running'],
    [30, 'stopped'],
    [40, 'break'],
    [55, 'stopped'],
    [70, 'noData'],
    [80, 'running'],
  ]);
});
