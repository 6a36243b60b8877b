import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { boardAt } from '@lineside/domain/board.ts';
import type { LineFacts } from '@lineside/domain/facts.ts';
import { hoursOf } from '@lineside/domain/hours.ts';
import {
  byMinute,
  factsByMinute,
  joined,
  packedStretch,
  unpackedStretch,
} from '@lineside/domain/minutes.ts';
import { DECLARED_STATES, type Reading } from '@lineside/domain/reading.ts';
import { stopsBetween } from '@lineside/domain/stops.ts';
import { factsOf, viewOf } from '@lineside/domain/view.ts';
import { aReading, aShift, factsWith, HOUR, MINUTE, MORNING } from '../support/builders.ts';

const SHIFT = aShift({ breaks: [{ start: MORNING + HOUR, end: MORNING + 1.25 * HOUR }] });
const FIRST = MORNING - 2 * HOUR;
const END = MORNING + 4 * HOUR;
/** Longest patience (R2): a silence is known at its start, seen live after this. */
const PATIENCE_MS = 2 * MINUTE;

const states = fc.option(fc.constantFrom(...DECLARED_STATES), { freq: 8 });
/** Hours of a line with pauses, silences, resets, declared states and lost messages. */
const anyStory: fc.Arbitrary<Reading[]> = fc
  .array(
    fc.record({
      seconds: fc.oneof(
        { weight: 12, arbitrary: fc.integer({ min: 1, max: 30 }) },
        { weight: 1, arbitrary: fc.integer({ min: 60, max: 1_500 }) },
      ),
      parts: fc.oneof({ weight: 9, arbitrary: fc.nat(1) }, fc.nat(30)),
      pauses: fc.integer({ min: 0, max: 19 }),
      reset: fc.integer({ min: 0, max: 59 }),
      skipped: fc.integer({ min: 0, max: 29 }),
      reject: fc.option(fc.nat(2), { freq: 2 }),
      state: states,
      product: fc.option(fc.constantFrom('housing', 'lid'), { freq: 20 }),
      online: fc.option(fc.boolean(), { freq: 40 }),
    }),
    { minLength: 20, maxLength: 600 },
  )
  .map((steps) => {
    let [at, good, reject, seq, pausing] = [FIRST, 100, 5, 1, 0];
    const readings: Reading[] = [];
    for (const step of steps) {
      at += step.seconds * 1_000 + (step.parts % 3) * 7;
      if (step.pauses === 0) pausing = 30;
      pausing -= 1;
      if (pausing < 0) good += step.parts;
      if (step.reset === 0) good = step.parts;
      if (step.reject !== null) reject += step.reject;
      seq += step.skipped === 0 ? 3 : 1;
      const { state, product, online } = step;
      readings.push(
        online === null
          ? aReading({
              at,
              good,
              reject: step.reject === null ? null : reject,
              seq,
              state,
              product,
            })
          : aReading({ at, online }),
      );
    }
    return readings;
  });

const factsOfStory = (readings: Reading[], stopAfterSeconds = 300): LineFacts => {
  const { rules } = factsWith([]);
  return factsWith(readings, { shifts: [SHIFT], rules: { ...rules, stopAfterSeconds } });
};

/** By the minute, cut into stretches of an hour that each went over the wire, as days do. */
function keptFor(facts: LineFacts): LineFacts {
  const stretches = [];
  for (let start = FIRST - HOUR; start < END; start += HOUR) {
    const span = { start, end: start + HOUR };
    const packed = packedStretch(facts, byMinute(facts, span, END + HOUR));
    stretches.push(unpackedStretch(span, JSON.parse(JSON.stringify(packed)) as typeof packed));
  }
  return factsByMinute(facts, joined(stretches));
}

/** Whether a silence began so shortly before an instant that nobody knew of it yet. */
function isFreshSilence({ track }: LineFacts, at: number): boolean {
  const last = track.indexAt(at);
  return last >= 0 && !track.onlineOf(last) && at - track.atOf(last) <= PATIENCE_MS;
}

describe('H1 a minute keeps what its boards need', () => {
  test('at the end of every minute the board is that of the readings', () => {
    let compared = 0;
    fc.assert(
      fc.property(anyStory, (readings) => {
        const facts = factsOfStory(readings);
        const kept = keptFor(facts);
        for (let at = MORNING; at < END; at += 7 * MINUTE) {
          const end = at + MINUTE - 1;
          const [raw, minute] = [boardAt(facts, end), boardAt(kept, end)];
          expect(minute.resolution).toBe('minute');
          expect(minute.count).toEqual(raw.count);
          expect([minute.target, minute.variance]).toEqual([raw.target, raw.variance]);
          expect([minute.product, minute.lastReadingAt]).toEqual([raw.product, raw.lastReadingAt]);
          expect(minute.lastGapAt).toBe(raw.lastGapAt);
          if (isFreshSilence(kept, end)) continue;
          compared += 1;
          expect(minute.downtimeMinutes).toBeCloseTo(raw.downtimeMinutes ?? NaN, 6);
          expect(minute.state.name).toBe(raw.state.name);
          expect(minute.status).toBe(raw.status);
        }
      }),
      { numRuns: 150 },
    );
    console.log(`${compared} boards by the minute compared with those of readings`);
    expect(compared).toBeGreaterThan(1_000);
  });

  test('stops, silences and hours of a shift are those of the readings', () => {
    fc.assert(
      fc.property(anyStory, (readings) => {
        const facts = factsOfStory(readings);
        const kept = keptFor(facts);
        const until = SHIFT.end - 1;
        expect(stopsBetween(kept, MORNING, until)).toEqual(stopsBetween(facts, MORNING, until));
        expect(hoursOf(kept, SHIFT, until)).toEqual(hoursOf(facts, SHIFT, until));
      }),
      { numRuns: 150 },
    );
  });

  test('a view of it gives the same boards on a screen', () => {
    fc.assert(
      fc.property(anyStory, (readings) => {
        const kept = keptFor(factsOfStory(readings));
        const view = viewOf(kept, { zeroAt: MORNING, until: SHIFT.end, discovered: false });
        const shown = factsOf(JSON.parse(JSON.stringify(view)) as typeof view);
        for (let at = MORNING + MINUTE - 1; at < END; at += 13 * MINUTE) {
          expect({ ...boardAt(shown, at), state: null }).toEqual({
            ...boardAt(kept, at),
            state: null,
          });
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('H2 what a minute cannot tell', () => {
  test('a stop shorter than two minutes is not told, however short the limit is', () => {
    const readings = Array.from({ length: 60 }, (_, n) =>
      aReading({ at: MORNING + n * 20_000, good: n < 20 ? n : n < 24 ? 20 : n - 3 }),
    );
    const facts = factsOfStory(readings, 60);
    expect(stopsBetween(facts, MORNING, MORNING + 15 * MINUTE)).toHaveLength(1);
    expect(stopsBetween(keptFor(facts), MORNING, MORNING + 15 * MINUTE)).toHaveLength(0);
  });

  test('a reading a second becomes a point a minute', () => {
    const readings = Array.from({ length: 7_200 }, (_, n) =>
      aReading({ at: MORNING + n * 1_000, good: Math.floor(n / 30) }),
    );
    const { track } = keptFor(factsOfStory(readings));
    expect(track.length).toBeLessThan(125);
    expect(track.totalsOf(track.length - 1).good).toBe(239);
  });
});

test('a stretch that is missing is a silence, not a stop', () => {
  const readings = Array.from({ length: 180 }, (_, n) =>
    aReading({ at: MORNING + n * MINUTE, good: n }),
  );
  const facts = factsOfStory(readings);
  const stretch = (hour: number) =>
    byMinute(facts, { start: MORNING + hour * HOUR, end: MORNING + (hour + 1) * HOUR }, END);
  const kept = factsByMinute(facts, joined([stretch(0), stretch(2)]));
  expect(stopsBetween(kept, MORNING, MORNING + 3 * HOUR - 2 * MINUTE)).toEqual([
    { start: MORNING + 59 * MINUTE, end: MORNING + 120 * MINUTE, kind: 'noData' },
  ]);
});
