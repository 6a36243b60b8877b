import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { breakAt, overlap, plannedTotal, type Shift } from '@lineside/domain/shift.ts';
import { interruptionsOf } from '../../simulators/model/interruptions.ts';
import { finishedParts } from '../../simulators/model/parts.ts';
import { shiftEvents } from '../../simulators/model/line-model.ts';
import { steady, type Conduct, type LineSpec } from '../../simulators/model/line-spec.ts';
import { aShift, aSpec, HOUR, MINUTE } from './plan.ts';

const seeds = fc.string({ maxLength: 8 });
const specs = fc.record({
  cycle: fc.constantFrom(0.5, 2, 20, 60, 400),
  declaresState: fc.boolean(),
  load: fc.double({ min: 0.5, max: 0.95, noNaN: true }),
});
const conducts = fc.record({
  share: fc.double({ min: 0.3, max: 1.3, noNaN: true }),
  changes: fc.boolean(),
});

const specOf = ({
  cycle,
  declaresState,
  load,
}: {
  cycle: number;
  declaresState: boolean;
  load: number;
}) =>
  aSpec({
    product: { id: 'housing', idealCycleSeconds: cycle },
    plannedPerHour: (load * 3600) / cycle,
    alternatives: [{ id: 'cover', idealCycleSeconds: cycle * 1.04 }],
    declaresState,
  });

const told = (seed: string, spec: LineSpec, shift: Shift, conduct: Conduct) => [
  ...shiftEvents(seed, spec, shift, conduct),
];

const total = (seed: string, share: number, spec = aSpec()): number =>
  told(seed, spec, aShift(), steady(share)).at(-1)?.good ?? NaN;

test('the same seed tells the same shift, byte for byte; another seed tells another', () => {
  const once = JSON.stringify(told('a', aSpec(), aShift(), steady(1)));
  expect(JSON.stringify(told('a', aSpec(), aShift(), steady(1)))).toBe(once);
  expect(JSON.stringify(told('b', aSpec(), aShift(), steady(1)))).not.toBe(once);
});

test('a shift is the same whether or not others are told before it', () => {
  const alone = told('a', aSpec(), aShift(2), steady(1));
  const week = [0, 1, 2, 3].map((day) => told('a', aSpec(), aShift(day), steady(1)));
  expect(week[2]).toEqual(alone);
  expect(week[1]?.map(({ good }) => good)).not.toEqual(alone.map(({ good }) => good));
});

test('reports rise in time, stay inside the shift, and their totals start at 0 and never fall', () => {
  fc.assert(
    fc.property(seeds, specs, conducts, (seed, drawn, { share, changes }) => {
      const shift = aShift();
      const conduct = { ...steady(share), mayChangeOver: changes };
      let before = { at: shift.start - 1, good: 0, reject: 0 };
      for (const event of told(seed, specOf(drawn), shift, conduct)) {
        if (event.at <= before.at || event.at >= shift.end) throw new Error(`time ${event.at}`);
        if (event.good < before.good || event.reject < before.reject) throw new Error('a fall');
        if (event.at - before.at > 10_000) throw new Error(`silent before ${event.at}`);
        before = event;
      }
      expect(before.at).toBe(shift.end - 1);
    }),
    { numRuns: 40 },
  );
});

describe('pace', () => {
  const planned = plannedTotal(aShift()) / HOUR;

  test.each([0.6, 0.85, 1, 1.1])('a line told to keep %f of its plan keeps it', (share) => {
    const kept = ['a', 'b', 'c', 'd'].map((seed) => total(seed, share) / (planned * 100));
    const mean = kept.reduce((sum, one) => sum + one, 0) / kept.length;
    expect(mean).toBeGreaterThan(share - 0.03);
    expect(mean).toBeLessThan(share + 0.02);
  });

  test('no line makes more than its machine can', () => {
    const possible = planned * 120;
    expect(total('a', 3, aSpec({ plannedPerHour: 120 }))).toBeGreaterThan(possible);
    const held = { ...steady(3), topSpeed: 1 };
    const good = told('a', aSpec(), aShift(), held).at(-1)?.good;
    expect(good).toBeLessThan(possible * 1.03);
    expect(good).toBeGreaterThan(possible * 0.85);
  });

  test('a stop of the story costs what it takes and is not made up for', () => {
    const { start } = aShift();
    const stop = { start: start + HOUR, end: start + 2.5 * HOUR, state: 'stopped' as const };
    const events = told('a', aSpec(), aShift(), { ...steady(1), stops: [stop] });
    const during = events.filter(({ at }) => at > stop.start && at < stop.end);
    expect(new Set(during.map(({ good }) => good)).size).toBe(1);
    expect(new Set(during.map(({ state }) => state))).toEqual(new Set(['stopped']));
    const lost = total('a', 1) - (events.at(-1)?.good ?? NaN);
    expect(lost).toBeGreaterThan(135);
    expect(lost).toBeLessThan(165);
  });
});

test('hardly a part is made in breaks', () => {
  const events = told('a', aSpec(), aShift(), steady(1));
  let inBreaks = 0;
  for (const [index, event] of events.entries()) {
    const before = events[index - 1];
    if (before && breakAt(aShift(), event.at)) inBreaks += event.good - before.good;
  }
  expect(inBreaks).toBeLessThanOrEqual(6);
});

test('stops lie inside the shift, in order, apart from each other', () => {
  const shift = aShift();
  fc.assert(
    fc.property(
      seeds,
      fc.integer({ min: -60, max: 480 }),
      fc.integer({ min: 1, max: 200 }),
      (seed, from, minutes) => {
        const start = shift.start + from * MINUTE;
        const stops = [{ start, end: start + minutes * MINUTE, state: null }];
        const found = interruptionsOf(seed, aSpec(), shift, {
          ...steady(1),
          stops,
          longestStopShare: 0.3,
        });
        for (const [index, { start: begin, end }] of found.entries()) {
          expect(begin).toBeLessThan(end);
          expect(begin).toBeGreaterThanOrEqual(found[index - 1]?.end ?? shift.start);
          expect(end).toBeLessThanOrEqual(shift.end);
        }
        const scripted = overlap(shift, { start, end: start + minutes * MINUTE });
        const kept = found.filter((one) => one.excused && one.state === null);
        expect(kept.reduce((sum, one) => sum + one.end - one.start, 0)).toBe(scripted);
      },
    ),
  );
});

test('a line warms up: its first parts are worse than the rest', () => {
  let early = 0;
  let late = 0;
  for (let seed = 0; seed < 60; seed++) {
    const events = told(String(seed), aSpec(), aShift(), steady(1));
    const warm = events.find(({ good, reject }) => good + reject >= 6);
    early += warm?.reject ?? 0;
    late += (events.at(-1)?.reject ?? 0) - (warm?.reject ?? 0);
  }
  expect(early / (60 * 6)).toBeGreaterThan(0.08);
  expect(late / (60 * 700)).toBeLessThan(0.04);
});

test('a long stop lets a line cool down: its first parts afterwards are worse again', () => {
  const { start } = aShift();
  const end = start + 2 * HOUR;
  const stops = [{ start: end - HOUR, end, state: null }];
  let afterwards = 0;
  for (let seed = 0; seed < 60; seed++) {
    const events = told(String(seed), aSpec(), aShift(), { ...steady(1), stops });
    const before = events.findLast(({ at }) => at < end);
    const made = (before?.good ?? NaN) + (before?.reject ?? NaN);
    const warm = events.find(({ good, reject }) => good + reject >= made + 6);
    afterwards += (warm?.reject ?? NaN) - (before?.reject ?? NaN);
  }
  expect(afterwards / (60 * 6)).toBeGreaterThan(0.08);
});

test('a part is reported when it is finished, unless another report has just gone out', () => {
  const args = ['a', aSpec(), aShift(), steady(1)] as const;
  const times = new Set(told(...args).map(({ at }) => at));
  const finished = [...finishedParts(...args, interruptionsOf(...args))];
  const atOnce = finished.filter(({ at }) => times.has(Math.round(at)));
  expect(atOnce.length).toBeGreaterThan(finished.length * 0.6);
});

test('no two shifts have their stops at the same hours', () => {
  const hours = (days: number) =>
    interruptionsOf('a', aSpec(), aShift(days), steady(1))
      .filter(({ excused }) => !excused)
      .map(({ start }) => start - aShift(days).start);
  expect(hours(0).length).toBeGreaterThan(5);
  expect(hours(0).filter((one) => hours(1).includes(one))).toEqual([]);
});

test('a changeover is declared, and names the new product once it is over', () => {
  const spec = aSpec({ alternatives: [{ id: 'cover', idealCycleSeconds: 31 }] });
  const events = told('a', spec, aShift(), { ...steady(1), mayChangeOver: true });
  expect(events.filter(({ product }) => product !== null).map(({ product }) => product)).toEqual([
    'housing',
    'cover',
  ]);
  const over = events.findIndex(({ product }) => product === 'cover');
  expect(events[over - 1]?.state).toBe('changeover');
  expect(events[over]?.state).toBe('running');
});

test('a line that declares nothing says nothing of its state', () => {
  const events = told('a', aSpec({ declaresState: false }), aShift(), steady(1));
  expect(new Set(events.map(({ state }) => state))).toEqual(new Set([null]));
});
