import { expect, test } from 'vitest';
import { boardAt } from '@lineside/domain/board.ts';
import type { Reading } from '@lineside/domain/reading.ts';
import { aReading, aShift, factsWith, HOUR, MINUTE, MORNING } from '../support/builders.ts';

const SHIFT = aShift();

/** A reading a minute; the parts of each are told by its number. */
function told(minutes: number, partsIn: (minute: number) => number): Reading[] {
  let good = 0;
  return Array.from({ length: minutes + 1 }, (_, minute) => {
    if (minute > 0) good += partsIn(minute);
    return aReading({ at: MORNING + minute * MINUTE, good });
  });
}

function rangeAfter(minutes: number, partsIn: (minute: number) => number, product?: null) {
  const rules = factsWith([]).rules;
  const facts = factsWith(told(minutes, partsIn), {
    shifts: [SHIFT],
    rules: { ...rules, staleAfterSeconds: 120 },
    ...(product === null && { product }),
  });
  const { forecast } = boardAt(facts, MORNING + minutes * MINUTE);
  if (!forecast) throw new Error('no forecast');
  return { ...forecast, width: forecast.high - forecast.low };
}

test('S9: an even pace leaves little room, an uneven one more, and time left more again', () => {
  const even = rangeAfter(240, () => 1);
  const uneven = rangeAfter(240, (minute) => (minute % 40 < 20 ? 0.5 : 1.5) * 2);
  expect(even.width).toBeLessThan(20);
  expect(uneven.width).toBeGreaterThan(3 * even.width);
  expect(rangeAfter(460, (minute) => (minute % 40 < 20 ? 0.5 : 1.5) * 2).width).toBeLessThan(
    uneven.width / 3,
  );
});

test('S9: the forecast lies in its range, which never goes below what is made', () => {
  for (const minutes of [10, 15, 60, 200, 300, 479]) {
    for (const partsIn of [(m: number) => Number(m < 100), (m: number) => Number(m % 37 === 0)]) {
      const { good, low, high } = rangeAfter(minutes, partsIn);
      expect(low).toBeLessThanOrEqual(good);
      expect(high).toBeGreaterThanOrEqual(good);
      expect(low).toBeGreaterThanOrEqual(
        Array.from({ length: minutes }, (_, m) => partsIn(m + 1)).reduce((a, b) => a + b, 0),
      );
    }
  }
});

test('S9: few stretches say little: the range is wide, but no wider than the ideal rate', () => {
  const early = rangeAfter(12, (minute) => minute % 2);
  expect(early.width).toBeGreaterThan(rangeAfter(240, (minute) => minute % 2).width);
  expect(early.high).toBeLessThanOrEqual(6 + 120 * (8 - 0.2) + 1e-6);
  expect(rangeAfter(12, (minute) => (minute % 2) * 2, null).high).toBeGreaterThan(early.high);
});

test('S9: hours before a line was first heard say nothing of its pace', () => {
  const late = told(240, () => 1).map((each) => ({ ...each, at: each.at + 3 * HOUR }));
  const facts = factsWith(late, { shifts: [SHIFT] });
  const { good, low, high } = boardAt(facts, MORNING + 7 * HOUR).forecast ?? {};
  expect(good).toBeCloseTo(300);
  expect((high ?? NaN) - (low ?? NaN)).toBeLessThan(20);
});

test('S9: at the end of planned time nothing is open', () => {
  const facts = factsWith(
    told(450, () => 1),
    {
      shifts: [aShift({ breaks: [{ start: MORNING + 7.5 * HOUR, end: MORNING + 8 * HOUR }] })],
    },
  );
  const { forecast } = boardAt(facts, MORNING + 7.75 * HOUR);
  expect(forecast).toMatchObject({ low: 450, high: 450 });
});
