import fc from 'fast-check';
import { expect, test } from 'vitest';
import { boardAt } from '@lineside/domain/board.ts';
import type { LineFacts } from '@lineside/domain/facts.ts';
import { hoursAt } from '@lineside/domain/hours.ts';
import { Ledger } from '@lineside/domain/ledger.ts';
import { DECLARED_STATES, type Reading } from '@lineside/domain/reading.ts';
import { spansBetween, stopsBetween } from '@lineside/domain/stops.ts';
import { addPoints, factsOf, pointsSince, viewOf } from '@lineside/domain/view.ts';
import {
  aLedger,
  aReading,
  aShift,
  factsWith,
  HOUR,
  MINUTE,
  MORNING,
} from '../support/builders.ts';

const SHIFTS = [
  aShift({ id: 'night', name: 'Night', start: MORNING - 8 * HOUR, end: MORNING }),
  aShift({ breaks: [{ start: MORNING + 2 * HOUR, end: MORNING + 2.5 * HOUR }] }),
];

/** Anything a source may send within three hours around the start of a shift. */
const anyReading: fc.Arbitrary<Reading> = fc
  .record({
    second: fc.integer({ min: -3600, max: 7200 }),
    good: fc.option(fc.oneof(fc.nat(40), fc.nat(100_000))),
    reject: fc.option(fc.nat(20)),
    seq: fc.option(fc.oneof(fc.nat(3), fc.nat(60))),
    kind: fc.constantFrom('total' as const, 'increment' as const),
    state: fc.option(fc.constantFrom(...DECLARED_STATES), { freq: 8 }),
    product: fc.option(fc.constantFrom('housing', 'lid'), { freq: 20 }),
    online: fc.option(fc.boolean(), { freq: 20 }),
  })
  .map(({ second, ...fields }) => aReading({ at: MORNING + second * 1000, ...fields }));

const anyReadings = fc.array(anyReading, { minLength: 1, maxLength: 60 });
const anyMoment = fc
  .integer({ min: -3600, max: 8 * 3600 - 1 })
  .map((second) => MORNING + second * 1000);
const shuffled = (readings: readonly Reading[]) =>
  fc.shuffledSubarray([...readings, ...readings], { minLength: readings.length * 2 });

/** A line that makes its parts in honest time, told by running totals. */
const honestTotals = fc
  .array(fc.record({ seconds: fc.integer({ min: 5, max: 60 }), parts: fc.nat(2) }), {
    minLength: 2,
    maxLength: 80,
  })
  .map((steps) => {
    let [at, good] = [MORNING, 12];
    return steps.map(({ seconds, parts }) => {
      at += seconds * 1000;
      good += parts;
      return aReading({ at, good });
    });
  });

const columnsOf = ({ track }: Ledger | LineFacts) =>
  Array.from({ length: track.length }, (_, index) => [
    track.atOf(index),
    track.totalsOf(index),
    track.standingSinceOf(index),
    track.lastGapAt(track.atOf(index)),
  ]);

/** A source that numbers its messages, some of which are lost, while it now and then begins anew. */
const numberedReadings = fc
  .array(
    fc.record({
      seconds: fc.integer({ min: 0, max: 60 }),
      step: fc.oneof(
        { weight: 6, arbitrary: fc.constant(1) },
        fc.integer({ min: -3, max: 6 }),
        fc.constant(-Infinity),
      ),
    }),
    { minLength: 2, maxLength: 120 },
  )
  .map((steps) => {
    let [at, seq] = [MORNING - 20 * MINUTE, 100];
    return steps.map(({ seconds, step }, good) => {
      at += seconds * 1000;
      seq = Math.max(1, seq + step);
      return aReading({ at, seq, good });
    });
  });

const counted = (batches: readonly (readonly Reading[])[]): Ledger => {
  const ledger = aLedger();
  for (const batch of batches) ledger.add(batch);
  return ledger;
};

/** Two totals at the very same moment contradict each other; what identity is left decides their order. */
const told = (readings: readonly Reading[]) => columnsOf(counted([readings]));

test('C3: neither the order of arrival nor repeats change a result', () => {
  fc.assert(
    fc.property(
      fc
        .oneof(anyReadings, numberedReadings)
        .chain((readings) =>
          fc.tuple(fc.constant(readings), shuffled(readings), fc.integer({ min: 1, max: 7 })),
        ),
      ([readings, arrivals, size]) => {
        const batches = Array.from({ length: Math.ceil(arrivals.length / size) }, (_, n) =>
          arrivals.slice(n * size, n * size + size),
        );
        expect(columnsOf(counted(batches))).toEqual(told(readings));
      },
    ),
  );
});

test('C3: late readings recount over many checkpoints as if they had come on time', () => {
  const readings = Array.from({ length: 1500 }, (_, n) =>
    aReading({ at: MORNING + n * 10_000, good: Math.floor(n / 3) % 200 }),
  );
  const late = readings.filter((_, n) => n % 97 === 0);
  const early = readings.filter((_, n) => n % 97 !== 0);
  expect(columnsOf(counted([early, late.toReversed()]))).toEqual(told(readings));
});

test('C4: totals of one kind of counter fall only by corrections', () => {
  const allowance = 3;
  const total = anyReading
    .filter(({ good }) => good !== null)
    .map((reading) => ({ ...reading, kind: 'total' as const, reject: null }));
  fc.assert(
    fc.property(fc.array(total, { minLength: 2, maxLength: 60 }), (readings) => {
      const ledger = new Ledger({
        idealCycleSeconds: () => null,
        rollover: null,
        correction: allowance,
        staleAfterSeconds: null,
      });
      ledger.add(readings);
      for (let index = 1; index < ledger.track.length; index++) {
        expect(ledger.track.goodOf(index)).toBeGreaterThanOrEqual(
          ledger.track.goodOf(index - 1) - allowance,
        );
      }
    }),
  );
});

test('C4: a glitch changes nothing once it is over', () => {
  fc.assert(
    fc.property(
      honestTotals,
      fc.nat(),
      fc.integer({ min: 0, max: 4 }),
      (readings, place, value) => {
        const before = readings[place % (readings.length - 1)];
        const after = readings[(place % (readings.length - 1)) + 1];
        const glitch = aReading({
          at: Math.round(((before?.at ?? 0) + (after?.at ?? 0)) / 2),
          good: value,
        });
        expect(counted([readings, [glitch]]).track.totalsAt(Infinity)).toMatchObject({
          good: counted([readings]).track.totalsAt(Infinity).good,
          implausible: 0,
        });
      },
    ),
  );
});

test('C2 C3: honest totals count exactly what was made', () => {
  fc.assert(
    fc.property(honestTotals, (readings) => {
      const made = (readings.at(-1)?.good ?? 0) - (readings[0]?.good ?? 0);
      expect(counted([readings]).track.totalsAt(Infinity)).toMatchObject({
        good: made,
        implausible: 0,
      });
    }),
  );
});

test('a board at t is the same whether later readings are known or not', () => {
  fc.assert(
    fc.property(fc.oneof(anyReadings, numberedReadings), anyMoment, (readings, at) => {
      const all = factsWith(readings, { shifts: SHIFTS });
      const known = factsWith(
        readings.filter((reading) => reading.at <= at),
        { shifts: SHIFTS },
      );
      expect(boardAt(all, at)).toEqual(boardAt(known, at));
      expect(hoursAt(all, at)).toEqual(hoursAt(known, at));
      expect(stopsBetween(all, MORNING, at)).toEqual(stopsBetween(known, MORNING, at));
    }),
    { numRuns: 300 },
  );
});

test('a board is the same however its facts came together, with questions asked in between', () => {
  fc.assert(
    fc.property(
      anyReadings,
      fc.array(anyMoment, { minLength: 1, maxLength: 5 }),
      (readings, moments) => {
        const ledger = aLedger();
        const growing = factsWith([], { shifts: SHIFTS, track: ledger.track });
        for (const reading of readings) {
          ledger.add([reading]);
          for (const at of moments) boardAt(growing, at);
        }
        const whole = factsWith(readings, { shifts: SHIFTS });
        for (const at of moments) expect(boardAt(growing, at)).toEqual(boardAt(whole, at));
      },
    ),
  );
});

test('a screen computes the boards that the server computes', () => {
  fc.assert(
    fc.property(
      fc.oneof(anyReadings, numberedReadings),
      anyMoment.filter((at) => at >= MORNING),
      fc.nat(),
      (readings, at, cut) => {
        const facts = factsWith(readings, { shifts: SHIFTS });
        const { track } = facts;
        const sent = track.length === 0 ? 0 : cut % track.length;
        const until = sent === 0 ? -Infinity : track.atOf(sent - 1);
        const shown = factsOf(
          JSON.parse(
            JSON.stringify(viewOf(facts, { zeroAt: MORNING, until, discovered: false })),
          ) as ReturnType<typeof viewOf>,
        );
        addPoints(shown.track, pointsSince(track, track.indexAt(until) + 1, MORNING));
        expect(boardAt(shown, at)).toEqual(boardAt(facts, at));
        expect(hoursAt(shown, at)).toEqual(hoursAt(facts, at));
      },
    ),
    { numRuns: 300 },
  );
});

/** Hours of messages at uneven intervals, of which a view leaves most out. */
const unevenReadings = fc
  .array(
    fc.record({
      seconds: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 20, max: 220 })),
      parts: fc.constantFrom(0, 0, 0, 1),
      state: fc.option(fc.constantFrom(...DECLARED_STATES), { freq: 40 }),
      online: fc.option(fc.constant(false), { freq: 40 }),
    }),
    { minLength: 40, maxLength: 250 },
  )
  .map((steps) => {
    let [at, good] = [MORNING - HOUR, 100];
    return steps.map(({ seconds, parts, state, online }) => {
      at += seconds * 1000;
      good += parts;
      return aReading({ at, good, state, online });
    });
  });

test('R1 R2: a view knows at its start how long silences are usual and since when the line stands', () => {
  fc.assert(
    fc.property(
      unevenReadings,
      fc.array(fc.nat(2 * 3600), { minLength: 10, maxLength: 10 }),
      (readings, seconds) => {
        const facts = factsWith(readings, { shifts: SHIFTS });
        const shown = factsOf(
          viewOf(facts, { zeroAt: MORNING, until: Infinity, discovered: false }),
        );
        for (const second of seconds) {
          const at = MORNING + second * 1000;
          expect(boardAt(shown, at)).toEqual(boardAt(facts, at));
        }
      },
    ),
    { numRuns: 200 },
  );
});

test('R1: a screen that was sent little of the past says since when a line runs or stands', () => {
  const steady = Array.from({ length: 480 }, (_, n) => {
    const at = MORNING - HOUR + n * 15_000;
    return aReading({ at, good: n < 200 ? Math.min(n, 41) : n - 158 });
  });
  const facts = factsWith(steady, { shifts: SHIFTS });
  const shown = factsOf(viewOf(facts, { zeroAt: MORNING, until: Infinity, discovered: false }));
  expect(shown.track.length).toBeLessThan(facts.track.length);
  for (const at of [MORNING, MORNING + MINUTE, MORNING + 30 * MINUTE]) {
    expect(boardAt(shown, at)).toEqual(boardAt(facts, at));
    expect(boardAt(shown, at).state).toEqual({ name: 'running', since: MORNING - 10 * MINUTE });
  }
});

test('a strip covers its span without gaps', () => {
  fc.assert(
    fc.property(anyReadings, (readings) => {
      const facts = factsWith(readings, { shifts: SHIFTS });
      const [from, to] = [MORNING - HOUR, MORNING + 2 * HOUR + 10 * MINUTE];
      const spans = spansBetween(facts, from, to);
      expect(spans[0]?.start).toBe(from);
      expect(spans.at(-1)?.end).toBe(to);
      for (const [index, span] of spans.entries()) {
        expect(span.end).toBeGreaterThan(span.start);
        if (index > 0) expect(span.start).toBe(spans[index - 1]?.end);
      }
    }),
  );
});
