import { expect, test } from 'vitest';
import { countTotal, isImplausible, NOTHING_COUNTED } from '@lineside/domain/counter.ts';
import { Ledger } from '@lineside/domain/ledger.ts';
import { factsWith, aReading, MORNING } from '../support/builders.ts';
import { stopsBetween } from '@lineside/domain/stops.ts';
import vectors from '../fixtures/vectors/counters.json' with { type: 'json' };

interface Vector {
  id: string;
  rule: string;
  readings: number[][];
  good: number;
  idealCycleSeconds?: number;
  rollover?: number;
  correction?: number;
  flagged?: number;
  unseen?: number;
  stops?: number;
  goodAt?: number[][];
}

const readingsOf = (pairs: number[][]) =>
  pairs.map(([seconds = 0, good = 0]) => aReading({ at: MORNING + seconds * 1000, good }));

function count(vector: Vector) {
  const ledger = new Ledger({
    idealCycleSeconds: () => vector.idealCycleSeconds ?? null,
    rollover: vector.rollover ?? null,
    correction: vector.correction ?? 0,
    staleAfterSeconds: null,
  });
  for (const reading of readingsOf(vector.readings)) ledger.add([reading]);
  return ledger.track;
}

test.each(vectors as Vector[])('$rule: the worked example "$id"', (vector) => {
  const track = count(vector);
  const totals = track.totalsAt(Infinity);
  expect(totals.good).toBe(vector.good);
  if (vector.flagged !== undefined) expect(totals.implausible).toBe(vector.flagged);
  if (vector.unseen !== undefined) expect(totals.unseen).toBe(vector.unseen);
  for (const [seconds = 0, good] of vector.goodAt ?? []) {
    expect(track.totalsAt(MORNING + seconds * 1000).good).toBe(good);
  }
  if (vector.stops !== undefined) {
    const facts = factsWith([], { track });
    const stops = stopsBetween(
      facts,
      MORNING,
      Math.max(...vector.readings.map(([s = 0]) => s)) * 1000 + MORNING,
    );
    expect(stops.filter(({ kind }) => kind === 'stopped')).toHaveLength(vector.stops);
    expect(stops.map(({ kind }) => kind)).toContain('noData');
  }
});

const RULES = { idealCycleSeconds: 30, rollover: null, correction: 0 };

test('C5: more than 3 parts per cycle and more than 5 parts are implausible', () => {
  expect(isImplausible(5, 0, 30)).toBe(false);
  expect(isImplausible(6, 0, 30)).toBe(true);
  expect(isImplausible(6, 60_000, 30)).toBe(false);
  expect(isImplausible(7, 60_000, 30)).toBe(true);
  expect(isImplausible(1e9, 1, null)).toBe(false);
});

test('C4 C5: a reset that would count more than the line can make counts nothing and is flagged', () => {
  const before = countTotal(NOTHING_COUNTED, 0, 1200, false, RULES);
  const after = countTotal(before, 60_000, 200, false, RULES);
  expect(after).toMatchObject({ total: 0, implausible: 1, raw: 200 });
});

test('C4: a true reset that grows back past its old value in good time stays a reset', () => {
  let state = countTotal(NOTHING_COUNTED, 0, 20, false, RULES);
  for (let part = 0; part <= 25; part++)
    state = countTotal(state, 30_000 * (part + 1), part, false, RULES);
  expect(state.total).toBe(25);
  expect(state.dips).toHaveLength(0);
});

test('C4: a glitch within a glitch is undone with the outer one', () => {
  let state = NOTHING_COUNTED;
  for (const [seconds, value] of [
    [0, 500],
    [5, 0],
    [10, 40],
    [15, 0],
    [20, 501],
  ] as const) {
    state = countTotal(state, seconds * 1000, value, false, RULES);
  }
  expect(state).toMatchObject({ total: 1, implausible: 0, dips: [] });
});

test('C4: a glitch inside the time after a true reset is undone alone', () => {
  let state = NOTHING_COUNTED;
  for (const [seconds, value] of [
    [0, 500],
    [30, 1],
    [600, 20],
    [610, 0],
    [640, 21],
  ] as const) {
    state = countTotal(state, seconds * 1000, value, false, RULES);
  }
  expect(state.total).toBe(21);
});

test('C6: parts after a silence are unseen, a single part is announced by its own reading', () => {
  const first = countTotal(NOTHING_COUNTED, 0, 10, false, RULES);
  expect(countTotal(first, 600_000, 14, true, RULES).unseen).toBe(4);
  expect(countTotal(first, 600_000, 11, true, RULES)).toMatchObject({ total: 1, unseen: 0 });
});

test('C4: a small counter that flickers to zero is a glitch too', () => {
  let state = NOTHING_COUNTED;
  for (const [seconds, value] of [
    [0, 3],
    [10, 0],
    [20, 3],
  ] as const) {
    state = countTotal(state, seconds * 1000, value, false, RULES);
  }
  expect(state).toMatchObject({ total: 0, implausible: 0 });
});
