import fc from 'fast-check';
import { expect, test } from 'vitest';
import { boardAt } from '@lineside/domain/board.ts';
import type { LineFacts } from '@lineside/domain/facts.ts';
import { addPoints, factsOf, pointsSince, viewOf } from '@lineside/domain/view.ts';
import {
  aLedger,
  aReading,
  aShift,
  factsWith,
  HOUR,
  HOUSING,
  MINUTE,
  MORNING,
} from '../support/builders.ts';

const pause = { start: MORNING + 4 * HOUR, end: MORNING + 4.5 * HOUR };
const last = { start: MORNING + 7.75 * HOUR, end: MORNING + 8 * HOUR };
const SHIFT = aShift({ breaks: [pause, last] });
const LID = { id: 'lid', name: 'Lid', idealCycleSeconds: 20 };
const GREY = { id: 'grey', name: 'Grey', idealCycleSeconds: null };

const sinceAt = (facts: LineFacts, at: number) => boardAt(facts, at).pace?.unrecoverableSince;

test('S10: a line that makes nothing is beyond recovery once the ideal rate needs all the time left', () => {
  const facts = factsWith([aReading({ good: 0 })], { shifts: [aShift()] });
  // 800 parts at 120 an hour take 6 h 40: 1 h 20 into the shift.
  const turns = MORNING + 80 * MINUTE;
  expect(sinceAt(facts, turns)).toBeNull();
  expect(sinceAt(facts, turns + 1)).toBe(turns + 1);
  expect(sinceAt(facts, turns + HOUR)).toBe(turns + 1);
});

test('S10: what is caught up is forgotten, and a plan that asks for less can save a shift', () => {
  const readings = [aReading({ good: 0 }), aReading({ at: MORNING + 2 * HOUR, good: 200 })];
  const targets = [
    { at: 0, target: { perHour: 100 } },
    { at: MORNING + 5 * HOUR, target: { perShift: 420 } },
  ];
  const facts = factsWith(readings, { shifts: [aShift()], targets });
  expect(sinceAt(facts, MORNING + 2 * HOUR - 1)).toBe(MORNING + 80 * MINUTE + 1);
  expect(sinceAt(facts, MORNING + 2 * HOUR)).toBeNull();
  expect(sinceAt(facts, MORNING + 4 * HOUR)).toBe(MORNING + 3 * HOUR + 1);
  expect(sinceAt(facts, MORNING + 5 * HOUR)).toBeNull();
  expect(sinceAt(facts, MORNING + 7 * HOUR)).toBe(MORNING + 6 * HOUR + 10 * MINUTE + 1);
});

test('S10: in a last break nothing can be recovered any more', () => {
  const readings = [aReading({ good: 0 }), aReading({ at: last.start - MINUTE, good: 719 })];
  const facts = factsWith(readings, { shifts: [SHIFT], product: GREY, products: [GREY] });
  expect(sinceAt(facts, last.start - 1)).toBeNull();
  expect(sinceAt(facts, last.start + MINUTE)).toBe(last.start);
});

/** A shift in which counts rise and fall, plans change and products alternate. */
const anyShift = fc.record({
  steps: fc.array(
    fc.record({
      seconds: fc.integer({ min: 0, max: 1200 }),
      parts: fc.oneof(fc.nat(15), fc.constant(0), fc.constant(-1)),
      product: fc.option(fc.constantFrom('housing', 'lid', 'grey'), { freq: 12 }),
    }),
    { minLength: 1, maxLength: 60 },
  ),
  targets: fc.array(
    fc.record({
      minute: fc.integer({ min: -60, max: 480 }),
      target: fc.oneof(
        fc.record({ perHour: fc.integer({ min: 20, max: 150 }) }),
        fc.record({ perShift: fc.integer({ min: 100, max: 1000 }) }),
        fc.constant(null),
      ),
      ownRates: fc.constantFrom([], [['lid', 130] as const], [['lid', 40] as const]),
    }),
    { minLength: 1, maxLength: 4 },
  ),
  products: fc.array(
    fc.record({
      minute: fc.integer({ min: 0, max: 480 }),
      product: fc.constantFrom('housing', 'lid', 'grey', null),
    }),
    { maxLength: 3 },
  ),
});
type AnyShift = typeof anyShift extends fc.Arbitrary<infer Value> ? Value : never;

function factsFrom({ steps, targets, products }: AnyShift): LineFacts {
  let [at, good] = [MORNING - 20 * MINUTE, 50];
  const readings = steps.map(({ seconds, parts, product }) => {
    at += seconds * 1000;
    good += parts;
    return aReading({ at, good, product });
  });
  const ledger = aLedger({ correction: 5 });
  ledger.add(readings);
  const timed = <T extends { minute: number }>(changes: readonly T[]) =>
    changes
      .map(({ minute, ...rest }) => ({ at: MORNING + minute * MINUTE, ...rest }))
      .sort((a, b) => a.at - b.at);
  return factsWith([], {
    shifts: [SHIFT],
    products: [HOUSING, LID, GREY],
    targets: timed(targets),
    productChanges: timed(products),
    track: ledger.track,
  });
}

/** Instants at which what decides may change; in between a shift can only be lost. */
function eventsOf({ track, targets, productChanges = [] }: LineFacts): number[] {
  const points = Array.from({ length: track.length }, (_, index) => track.atOf(index));
  return [...points, ...[...targets, ...productChanges].map(({ at }) => at), last.start];
}

test('S10: the instant is exact: recoverable just before it, and never since', () => {
  fc.assert(
    fc.property(anyShift, fc.integer({ min: 0, max: 479 }), (shift, minute) => {
      const facts = factsFrom(shift);
      const at = MORNING + minute * MINUTE + 17;
      const { pace } = boardAt(facts, at);
      const since = pace?.unrecoverableSince ?? null;
      expect(since !== null).toBe(pace?.recoverable === false);
      if (since === null) return;
      expect(Number.isInteger(since)).toBe(true);
      const events = eventsOf(facts).filter((event) => event >= since && event <= at);
      for (const lost of [since, ...events]) {
        expect(boardAt(facts, lost).pace?.recoverable).toBe(false);
      }
      if (since > MORNING) expect(boardAt(facts, since - 1).pace?.recoverable).not.toBe(false);
    }),
    { numRuns: 500 },
  );
});

test('S10: the same on a screen that follows, whatever was asked before', () => {
  fc.assert(
    fc.property(
      anyShift,
      fc.array(fc.integer({ min: 0, max: 479 }), { minLength: 1, maxLength: 8 }),
      (shift, minutes) => {
        const facts = factsFrom(shift);
        const { track } = facts;
        const view = viewOf(facts, { zeroAt: MORNING, until: MORNING, discovered: false });
        const shown = factsOf(JSON.parse(JSON.stringify(view)) as typeof view);
        const next = track.indexAt(MORNING) + 1;
        const { points, notes = [] } = pointsSince(track, next, MORNING);
        for (const [index, point] of points.entries()) {
          const noted = notes.filter((note) => note.index === index);
          addPoints(shown.track, {
            points: [point],
            notes: noted.map((note) => ({ ...note, index: 0 })),
          });
          boardAt(shown, point[0]);
        }
        for (const minute of minutes) {
          const at = MORNING + minute * MINUTE;
          expect(boardAt(shown, at)).toEqual(boardAt(factsFrom(shift), at));
        }
      },
    ),
    { numRuns: 200 },
  );
});
