import { expect, test } from 'vitest';
import { boardAt } from '@lineside/domain/board.ts';
import { hoursAt } from '@lineside/domain/hours.ts';
import { momentsOf } from '@lineside/domain/moments.ts';
import {
  aReading,
  aShift,
  factsWith,
  HOUR,
  HOUSING,
  MINUTE,
  MORNING,
} from '../support/builders.ts';
import examples from '../fixtures/vectors/worked-examples.json' with { type: 'json' };

const board = examples.find(({ id }) => id === 'hourboard');
const { target, actual } = board?.inputs as { target: number[]; actual: number[] };
const published = board?.published as Record<string, number>;

test('S3: the published hour-by-hour board', () => {
  const readings = [aReading({ good: 0 })];
  let good = 0;
  for (const [hour, made] of actual.entries()) {
    good += made;
    readings.push(aReading({ at: MORNING + hour * HOUR + 30 * MINUTE, good }));
  }
  const facts = factsWith(readings, { targets: [{ at: 0, target: { perHour: target[0] ?? 0 } }] });
  const rows = hoursAt(facts, MORNING + 5 * HOUR);
  expect(rows).toHaveLength(8);
  for (const [index, made] of actual.entries()) {
    const row = rows[index];
    expect(row?.good).toBe(made);
    expect(row?.target).toBeCloseTo(target[index] ?? NaN, 9);
    expect(row?.variance).toBeCloseTo(published[`v${index + 1}`] ?? NaN, 9);
    expect(row?.cumulative.variance).toBeCloseTo(published[`c${index + 1}`] ?? NaN, 9);
  }
  expect(boardAt(facts, MORNING + 4 * HOUR).pace?.requiredPerHour).toBeCloseTo(
    published['need'] ?? NaN,
    9,
  );
});

test('S1 S3: the hour in progress owes what is due so far, and the hours to come nothing', () => {
  const facts = factsWith([
    aReading({ good: 0 }),
    aReading({ at: MORNING + 80 * MINUTE, good: 120 }),
  ]);
  const at = MORNING + 90 * MINUTE;
  const rows = hoursAt(facts, at);
  expect(rows[1]).toMatchObject({ good: 120, target: 50, plan: 100, variance: 70 });
  expect(rows[2]).toMatchObject({ good: 0, target: 0, plan: 100, variance: 0 });
  expect(rows.at(-1)?.cumulative.variance).toBeCloseTo(
    boardAt(facts, at).variance?.units ?? NaN,
    9,
  );
  expect(hoursAt(facts, MORNING - 1)).toEqual([]);
});

test('T3: a shift that is no whole number of hours ends in a short row', () => {
  const shift = aShift({
    end: MORNING + 90 * MINUTE,
    breaks: [{ start: MORNING + 60 * MINUTE, end: MORNING + 70 * MINUTE }],
  });
  const rows = hoursAt(factsWith([aReading({ good: 0 })], { shifts: [shift] }), MORNING);
  expect(rows.map(({ plannedMinutes, plan }) => [plannedMinutes, Math.round(plan ?? 0)])).toEqual([
    [60, 100],
    [20, 33],
  ]);
});

test('S8: moments tell where the shortfall began and ended', () => {
  const readings = [];
  for (let minute = 0; minute <= 240; minute++) {
    const good = minute < 60 ? minute * 2 : minute < 120 ? 120 : 120 + (minute - 120) * 3;
    readings.push(aReading({ at: MORNING + minute * MINUTE, good }));
  }
  const facts = factsWith(readings);
  const moments = momentsOf(facts, aShift());
  expect(moments.map(({ kind }) => kind)).toEqual([
    'stopped',
    'behind',
    'critical',
    'recovered',
    'noData',
  ]);
});

test('S2 P4: moments tell where the target and the product changed, and who changed them', () => {
  const by = { who: 'Anna', why: 'a rush order' };
  const at = (hour: number): number => MORNING + hour * HOUR;
  const readings = [
    aReading({ at: at(0), good: 0, product: 'housing' }),
    aReading({ at: at(3), good: 0, product: 'lid' }),
    aReading({ at: at(7), good: 0 }),
  ];
  const lid = { id: 'lid', name: 'Lid', idealCycleSeconds: 20 };
  const facts = factsWith(readings, {
    products: [HOUSING, lid],
    productChanges: [{ at: at(4), product: 'housing', by }],
    targets: [
      { at: 0, target: { perHour: 100 } },
      { at: at(2), target: { perShift: 900 }, by },
      { at: at(8), target: { perHour: 100 } },
    ],
  });
  const changes = (until?: number) =>
    momentsOf(facts, aShift(), until).filter(({ kind }) => /target|product/.test(kind));
  expect(changes()).toEqual([
    {
      at: at(2),
      kind: 'target',
      before: { perHour: 100 },
      after: { perShift: 900 },
      by,
      product: null,
    },
    { at: at(3), kind: 'product', before: HOUSING, after: lid, isPlanned: false, by: null },
    { at: at(4), kind: 'product', before: lid, after: HOUSING, isPlanned: true, by },
  ]);
  expect(changes(at(3)).map(({ kind }) => kind)).toEqual(['target', 'product']);
});
