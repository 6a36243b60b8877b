import fc from 'fast-check';
import { expect, test } from 'vitest';
import { exponential, lognormal, randomFrom } from '../../simulators/model/random.ts';

const take = (count: number, next: () => number): number[] => Array.from({ length: count }, next);
const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

test('the same words give the same numbers, today and on every machine', () => {
  expect(take(3, randomFrom('press-1', 7))).toEqual(take(3, randomFrom('press-1', 7)));
  expect(take(4, randomFrom('lineside', 'press-1')).map((x) => x.toFixed(12)))
    .toMatchInlineSnapshot(`
    [
      "0.482703380287",
      "0.783397411229",
      "0.567257412942",
      "0.405366941588",
    ]
  `);
});

test('words that differ in one letter, or in where they are parted, give other numbers', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), fc.string({ minLength: 1 }), (left, right) => {
      const first = take(4, randomFrom(left, right));
      expect(first).not.toEqual(take(4, randomFrom(left, `${right}x`)));
      expect(first).not.toEqual(take(4, randomFrom(`${left}${right}`)));
    }),
  );
});

test('numbers lie in [0, 1) and spread over it evenly', () => {
  const numbers = take(20_000, randomFrom('even'));
  expect(numbers.every((x) => x >= 0 && x < 1)).toBe(true);
  for (let tenth = 0; tenth < 10; tenth++) {
    const share = numbers.filter((x) => Math.floor(x * 10) === tenth).length / numbers.length;
    expect(share).toBeGreaterThan(0.09);
    expect(share).toBeLessThan(0.11);
  }
});

test('waiting times have the mean, durations the median that was asked for', () => {
  const random = randomFrom('distributions');
  expect(mean(take(20_000, () => exponential(random, 60)))).toBeCloseTo(60, -0.5);
  const durations = take(20_001, () => lognormal(random, 40, 0.6)).sort((a, b) => a - b);
  expect(durations[10_000]).toBeCloseTo(40, -0.5);
  expect(durations[0]).toBeGreaterThan(0);
});
