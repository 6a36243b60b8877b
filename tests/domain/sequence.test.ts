import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { boardAt } from '@lineside/domain/board.ts';
import {
  NOTHING_NUMBERED,
  afterNumber,
  gapsIn,
  type SequenceState,
} from '@lineside/domain/sequence.ts';
import { aLedger, aReading, factsWith, HOUR, MINUTE, MORNING } from '../support/builders.ts';

const after = (...numbers: readonly number[]): SequenceState =>
  numbers.reduce(afterNumber, NOTHING_NUMBERED);
const missing = (...numbers: readonly number[]): number => after(...numbers).missing;

/** Whole numbers from `first` to `last`. */
const run = (first: number, last: number, step = 1): number[] =>
  Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, n) => first + n * step);

/** One reading a minute with these numbers. */
const numbered = (...numbers: readonly (number | null)[]) =>
  numbers.map((seq, minute) => aReading({ at: MORNING + minute * MINUTE, seq, good: minute }));

describe('C8: what is missing', () => {
  test.each([
    ['nothing of numbers without a gap', run(1, 50), 0],
    ['what lies between two numbers', [1, 2, 3, 7], 3],
    ['of several gaps the sum', [1, 2, 3, 7, 8, 9, 11], 4],
    ['nothing before the first number', [4000, 4001, 4002], 0],
    ['nothing after a single number, which tells no step', [1, 7], 0],
    ['nothing of a line that counts by five', run(5, 500, 5), 0],
    ['nothing of time stamps', [1_000, 2_003, 3_001, 3_002, 4_005, 5_000], 0],
    ['nothing of numbers shared with two other lines', run(1, 300, 3), 0],
    ['half of the steps by one are enough', [1, 2, 4, 5, 8], 3],
    ['fewer than half of the steps by one are not', [1, 2, 4, 6, 9], 2],
    ['of a long loss every message', [1, 2, 3, 1_000_004], 1_000_000],
    ['nothing of a jump that no loss explains', [1, 2, 3, 1_000_005, 1_000_006], 0],
  ])('%s', (_, numbers, expected) => {
    expect(missing(...numbers)).toBe(expected);
  });

  test('sixteen steps tell how a line counts: a change of habit is noticed', () => {
    const bundled = run(102, 160, 2);
    const settled = after(...run(1, 100), ...bundled);
    expect(afterNumber(settled, 200).missing).toBe(settled.missing);
    expect(missing(...run(2, 60, 2), ...run(61, 69), 79)).toBe(9);
  });
});

describe('C8: numbers out of order', () => {
  test.each([
    ['a number inside a gap fills it', [1, 2, 3, 7, 5], 2],
    ['a gap filled in any order is none', [1, 2, 3, 7, 5, 4, 6, 8], 0],
    ['the same number again fills nothing twice', [1, 2, 3, 7, 5, 5, 7], 2],
    ['two that swapped places', [1, 2, 4, 3, 5, 6], 0],
    ['one told before the line counted by one', [5, 3, 4, 6, 7], 0],
    ['an old one told again', [...run(1, 90), 12, 91, 92], 0],
    ['several old ones told again', [...run(1, 90), 12, 13, 14, 91, 92, 94], 1],
    ['a second source with numbers of its own', [100, 101, 1, 102, 2, 103, 3, 104], 0],
  ])('%s', (_, numbers, expected) => {
    expect(missing(...numbers)).toBe(expected);
  });
});

describe('C8: a source that begins anew', () => {
  test('loses nothing by that', () => {
    expect(missing(...run(1, 90), ...run(1, 30))).toBe(0);
    expect(missing(...run(65_500, 65_535), ...run(0, 30))).toBe(0);
  });

  test('and its gaps count from then on, beside those from before', () => {
    expect(missing(1, 2, 3, 7, ...run(0, 5), 9)).toBe(3 + 3);
  });

  test('does not fill gaps from before', () => {
    expect(missing(...run(10, 20), 31, ...run(1, 25))).toBe(10);
  });
});

test('C8: what is remembered is bounded however bad the line', () => {
  let state = NOTHING_NUMBERED;
  for (let seq = 0; seq < 30_000; seq += 3) {
    state = afterNumber(afterNumber(state, seq), seq + 1);
  }
  expect(state.missing).toBe(9_999);
  expect(state.holes.length).toBeLessThanOrEqual(64);
});

test('C3 C8: whatever part of a run arrives, in whatever order, exactly the rest inside is missing', () => {
  const numbers = fc.uniqueArray(fc.integer({ min: 4, max: 200 }), { maxLength: 90 });
  fc.assert(
    fc.property(numbers, fc.nat(), (lost, cut) => {
      const sent = run(1, 230).map((seq) =>
        aReading({ at: MORNING + seq * 10_000, seq, good: seq }),
      );
      const came = sent.filter(({ seq }) => !lost.includes(seq ?? 0));
      const ledger = aLedger();
      const place = cut % came.length;
      ledger.add(came.slice(place));
      ledger.add([...came.slice(0, place), ...came]);
      const { missed } = ledger.track.totalsAt(Infinity);
      expect(missed).toBe(ledger.gaps().reduce((sum, gap) => sum + gap.missing, 0));
      // Only a line of which most is lost may hide some of it.
      expect(missed).toBeLessThanOrEqual(lost.length);
      if (lost.length <= 20) expect(missed).toBe(lost.length);
      ledger.add(sent);
      expect(ledger.track.totalsAt(Infinity).missed).toBe(0);
      expect(ledger.gaps()).toEqual([]);
    }),
  );
});

test('C3 C8: a late reading gives what it would have given on time, over many checkpoints', () => {
  const all = numbered(...run(1, 900)).filter(({ seq }) => (seq ?? 0) % 40 !== 0);
  const late = all.filter(({ seq }) => (seq ?? 0) % 7 === 0);
  const onTime = aLedger();
  onTime.add(all);
  const ledger = aLedger();
  ledger.add(all.filter((reading) => !late.includes(reading)));
  for (const reading of late.toReversed()) ledger.add([reading]);
  for (const minute of [0, 50, 400, 899]) {
    const at = MORNING + minute * MINUTE;
    expect(ledger.track.totalsAt(at)).toEqual(onTime.track.totalsAt(at));
    expect(ledger.track.lastGapAt(at)).toBe(onTime.track.lastGapAt(at));
  }
  expect(ledger.gaps()).toEqual(onTime.gaps());
  expect(onTime.track.totalsAt(Infinity).missed).toBe(22);
});

test('C8: gaps lie between the readings on either side, messages without a number left out', () => {
  const T = (minute: number): number => MORNING + minute * MINUTE;
  expect(gapsIn(numbered(1, 2, 3, null, 7, 8, 11, 9))).toEqual([
    { start: T(2), end: T(4), missing: 3 },
    { start: T(5), end: T(6), missing: 1 },
  ]);
  expect(gapsIn(numbered(1, 2, 3, 6, 5, 4))).toEqual([]);
});

test('C8: a board tells what is missing at its moment, of its shift', () => {
  const T = (minute: number): number => MORNING + minute * MINUTE;
  const before = [1, 2, 3, 9].map((seq) => aReading({ at: MORNING - HOUR + seq, seq, good: 0 }));
  const facts = factsWith([
    ...before,
    ...numbered(10, 11, 12, 16, 14, 17).map((reading) => ({ ...reading, good: 0 })),
  ]);
  const told = (minute: number): unknown => {
    const { count, lastGapAt } = boardAt(facts, T(minute));
    return [count?.missedMessages, lastGapAt];
  };
  expect(told(2)).toEqual([0, null]);
  expect(told(3)).toEqual([3, T(3)]);
  expect(told(4)).toEqual([2, T(3)]);
  expect(told(5)).toEqual([2, T(3)]);
});
