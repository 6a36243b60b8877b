import { expect, test } from 'vitest';
import { boardAt } from '@lineside/domain/board.ts';
import { lossesOf } from '@lineside/domain/losses.ts';
import { bendsOf } from '@lineside/domain/bends.ts';
import { turnsOf } from '@lineside/domain/turns.ts';
import { targetWords, turnWords } from '../../client/src/bends.ts';
import { curvesOf } from '../../client/src/chart/curves.ts';
import { formatsFor } from '../../client/src/formats.ts';
import { bridgeRows } from '../../client/src/losses.ts';
import { neededPerHour } from '../../client/src/verdict.ts';
import { aShift, HOUR, MINUTE, MORNING } from '../support/builders.ts';
import { someFacts } from './hands.ts';

const formats = formatsFor('Europe/Berlin', 'en-GB');
const SHIFT = aShift();
const by = { who: 'Kim', why: 'rush order' };
const changed = MORNING + HOUR;
const FACTS = someFacts(120, {
  targets: [
    { at: 0, target: { perHour: 100 } },
    { at: changed, target: { perShift: 1150 }, by },
  ],
});
const onFloor = { facts: FACTS, discovered: false, zeroAt: MORNING, earlier: [] };

test('S11: a bend that a product brought names it', () => {
  const lid = { id: 'lid', name: 'Lid', idealCycleSeconds: 20 };
  const facts = someFacts(120, {
    products: [lid],
    targets: [{ at: 0, target: { perHour: 100 }, ownRates: [['lid', 150]] }],
    productChanges: [{ at: changed, product: 'lid' }],
  });
  expect(bendsOf(facts, SHIFT, changed)).toEqual([
    { at: changed, before: { perHour: 100 }, after: { perHour: 150 }, by: null, product: 'Lid' },
  ]);
});

test('S2: a bend is explained from the moment of the change on, not before', () => {
  expect(bendsOf(FACTS, SHIFT, changed - 1)).toEqual([]);
  expect(bendsOf(FACTS, SHIFT, changed)).toEqual([
    { at: changed, before: { perHour: 100 }, after: { perShift: 1150 }, by, product: null },
  ]);
  const curvesAt = (at: number) => curvesOf(onFloor, SHIFT, at, boardAt(FACTS, at));
  expect(curvesAt(changed - 1)).toMatchObject({ bends: [] });
  expect(curvesAt(changed - 1).due.at(-1)?.y).toBeCloseTo(800);
  expect(curvesAt(changed).due.at(-1)?.y).toBeCloseTo(1150);
  expect(curvesAt(changed).bends).toMatchObject([{ at: changed, y: 100 }]);
  expect([{ perHour: 64.4 }, { perShift: 1150 }, null].map((t) => targetWords(t, formats))).toEqual(
    ['64/h', '1,150 a shift', 'no target'],
  );
});

test('P4: a product changed by hand is explained from then on, with who and why', () => {
  const products = ['housing', 'cover'].map((id) => ({ id, name: id, idealCycleSeconds: 30 }));
  const [housing = null] = products;
  const productChanges = [{ at: changed, product: 'cover', by }];
  const facts = { ...FACTS, product: housing, products, productChanges };
  expect(turnsOf(facts, SHIFT, changed - 1)).toEqual([]);
  const [turn, ...more] = turnsOf(facts, SHIFT, changed);
  expect(more).toEqual([]);
  expect(turn).toMatchObject({ at: changed, isPlanned: true, by });
  expect(turn && turnWords(turn)).toBe('product housing → cover');
});

test('what is needed is rounded up, and nothing is no less than nothing', () => {
  expect([63.2, 64.0000000001, 0].map(neededPerHour)).toEqual([64, 64, 0]);
});

test('a target that is set again to what it was is no bend, nor one of another shift', () => {
  const target = { perHour: 100 };
  const targets = [0, MORNING - HOUR, MORNING, changed, SHIFT.end + 1].map((at) => ({
    at,
    target,
  }));
  expect(bendsOf({ ...FACTS, targets }, SHIFT, Infinity)).toEqual([]);
});

test('S9: the range opens from what is made now to its ends', () => {
  const at = MORNING + 100 * MINUTE;
  const board = boardAt(FACTS, at);
  const { range } = curvesOf(onFloor, SHIFT, at, board);
  expect(range[0]).toEqual({ x: at, low: 100, high: 100 });
  const { low = NaN, high = NaN } = board.forecast ?? {};
  expect(range.at(-1)?.low).toBeCloseTo(low);
  expect(range.at(-1)?.high).toBeCloseTo(high);
});

test('L3: the bars go from the target to what was made without a step left out', () => {
  const bridge = lossesOf(FACTS, SHIFT, SHIFT, MORNING + 90 * MINUTE);
  if (!bridge) throw new Error('no bridge');
  const rows = bridgeRows(bridge);
  expect(rows[0]).toMatchObject({ kind: 'target', name: 'Target', parts: 175 });
  expect(rows.at(-1)).toMatchObject({ kind: 'good', name: 'Actual', parts: 90 });
  const pieces = rows.slice(1, -1);
  expect(pieces.map(({ name }) => name)).toEqual([
    'Room in the plan',
    'Stops',
    'Slow running and short stops',
    'Rejects',
  ]);
  let level = 175;
  for (const { parts, from, to } of pieces) {
    expect([from, to]).toEqual([level, level + parts]);
    level = to;
  }
  expect(level).toBe(90);
});
