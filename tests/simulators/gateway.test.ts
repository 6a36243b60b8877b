import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FAULTS, seededFaults, type FaultName } from '../../simulators/faults.ts';
import { NO_FAULTS, throughGateway, type Delivery, type Faults } from '../../simulators/gateway.ts';
import { shiftEvents } from '../../simulators/model/line-model.ts';
import { steady } from '../../simulators/model/line-spec.ts';
import { aShift, aSpec, HOUR, MINUTE } from './plan.ts';

const shift = aShift();
const events = [...shiftEvents('a', aSpec(), shift, steady(1))];
const deliveries = (faults: Partial<Faults>, seed = 'seed'): Delivery[] => [
  ...throughGateway(events, { ...NO_FAULTS, ...faults }, seed),
];

interface Output {
  readonly ts: number;
  readonly good: number;
  readonly reject: number;
}

const isOutput = ({ topic }: Delivery): boolean => topic === 'lineside/press-1/output';
const outputs = (found: readonly Delivery[]): Output[] =>
  found.filter(isOutput).map(({ payload }) => JSON.parse(payload) as Output);
const statuses = (found: readonly Delivery[]) =>
  found
    .filter(({ topic }) => topic === 'lineside/press-1/status')
    .map(({ payload, ...rest }) => ({
      ...rest,
      ...(JSON.parse(payload) as { status: string; ts: number }),
    }));
const clean = deliveries({});

test('without faults every report arrives once, at its time, as it was', () => {
  expect(clean).toHaveLength(events.length);
  expect(clean.map(({ publishAt }) => publishAt)).toEqual(events.map(({ at }) => at));
  expect(clean.every(({ retain }) => !retain)).toBe(true);
  expect(clean[0]?.payload).toBe(
    `{"good":0,"reject":0,"ts":${shift.start},"state":"running","product":"housing"}`,
  );
});

describe('reset', () => {
  test('counters start again from 0 and miss nothing from then on', () => {
    const at = shift.start + 2 * HOUR;
    const read = outputs(deliveries({ resets: [at] }));
    const lost = events.findLast((event) => event.at < at);
    expect(lost?.good).toBeGreaterThan(100);
    expect(read.map(({ good }) => good)).toEqual(
      events.map((event) => event.good - (event.at < at ? 0 : (lost?.good ?? NaN))),
    );
  });

  test('several resets add up', () => {
    const resets = [shift.start + HOUR, shift.start + 2 * HOUR, shift.start + 2 * HOUR + 1];
    const read = outputs(deliveries({ resets }));
    const falls = read.filter(({ good }, index) => good < (read[index - 1]?.good ?? 0));
    expect(falls).toHaveLength(2);
  });
});

test('glitch: single reports read 0, and nothing else changes', () => {
  const read = outputs(deliveries({ glitchShare: 0.05 }));
  let glitches = 0;
  for (const [index, one] of read.entries()) {
    if (one.good === events[index]?.good) continue;
    glitches++;
    expect(one).toMatchObject({ good: 0, reject: 0, ts: events[index]?.at });
    expect(read[index + 1]?.good).toBe(events[index + 1]?.good);
  }
  expect(glitches).toBeGreaterThan(events.length * 0.02);
  expect(glitches).toBeLessThan(events.length * 0.08);
});

test('repeat: what is delivered again is the same message, behind one that followed', () => {
  const found = deliveries({ repeatShare: 0.1 });
  const again = found.length - events.length;
  expect(again).toBeGreaterThan(events.length * 0.07);
  expect(again).toBeLessThan(events.length * 0.13);
  expect(new Set(found.map(({ payload }) => payload))).toEqual(
    new Set(clean.map(({ payload }) => payload)),
  );
  const [repeated] = found.filter(
    ({ payload }, index) => found.findIndex((one) => one.payload === payload) < index,
  );
  const seen = found.flatMap((one, index) => (one.payload === repeated?.payload ? [index] : []));
  expect(seen[1]).toBe((seen[0] ?? NaN) + 2);
});

describe('outage', () => {
  const outage = { start: shift.start + 3.5 * HOUR, end: shift.start + 3.6 * HOUR };
  const inside = events.filter(({ at }) => at >= outage.start && at < outage.end);

  test('late: messages wait for the connection and then arrive with their own time', () => {
    const found = deliveries({ outages: [{ ...outage, keeps: true }] });
    expect(outputs(found)).toHaveLength(events.length);
    const late = found.filter((one) => isOutput(one) && outputs([one])[0]?.ts !== one.publishAt);
    const waited = outputs(late).filter(({ ts }) => ts < outage.end);
    expect(waited.map(({ ts }) => ts)).toEqual(inside.map(({ at }) => at));
    expect(late.every(({ publishAt }) => publishAt > outage.end)).toBe(true);
    expect(late.at(-1)?.publishAt).toBeLessThan(outage.end + MINUTE);
  });

  test('offline: messages are lost and the totals go on where the line is', () => {
    const read = outputs(deliveries({ outages: [{ ...outage, keeps: false }] }));
    expect(inside.length).toBeGreaterThan(30);
    expect(read.map(({ ts }) => ts)).toEqual(
      events.filter((event) => !inside.includes(event)).map(({ at }) => at),
    );
    expect(read.at(-1)?.good).toBe(events.at(-1)?.good);
  });

  test.each([true, false])('the last will says offline, the next connection online', (keeps) => {
    const found = deliveries({ outages: [{ ...outage, keeps }] });
    expect(statuses(found)).toMatchObject([
      { status: 'offline', ts: outage.start, publishAt: outage.start, retain: true },
      { status: 'online', ts: outage.end, publishAt: outage.end, retain: true },
    ]);
  });

  test('an outage beyond the end of the shift ends with the connection', () => {
    const end = shift.end + 10 * MINUTE;
    const found = deliveries({ outages: [{ start: shift.end - MINUTE, end, keeps: true }] });
    expect(outputs(found)).toHaveLength(events.length);
    expect(found.at(-1)?.publishAt).toBeGreaterThan(end);
    expect(statuses(found).map(({ status }) => status)).toEqual(['offline', 'online']);
  });
});

const names = Object.keys(FAULTS) as FaultName[];

test('whatever the faults, the same seed gives the same deliveries, and none overtakes', () => {
  fc.assert(
    fc.property(fc.subarray(names), fc.string({ maxLength: 5 }), (chosen, seed) => {
      const faults = seededFaults(chosen, shift, seed);
      const found = deliveries(faults, seed);
      expect(deliveries(seededFaults(chosen, shift, seed), seed)).toEqual(found);
      const falls = found.filter(
        ({ publishAt }, index) => publishAt < (found[index - 1]?.publishAt ?? publishAt),
      );
      expect(falls).toEqual([]);
    }),
    { numRuns: 25 },
  );
});

describe('faults by name', () => {
  test('none means none', () => {
    expect(seededFaults([], shift, 'a')).toEqual(NO_FAULTS);
  });

  test('each one strikes within a shift, and leaves the others out', () => {
    const only = (name: FaultName) => seededFaults([name], shift, 'a');
    expect(only('reset')).toEqual({ ...NO_FAULTS, resets: only('reset').resets });
    expect(only('reset').resets.length).toBeGreaterThan(5);
    expect(only('repeat')).toEqual({ ...NO_FAULTS, repeatShare: 0.1 });
    expect(only('glitch')).toEqual({ ...NO_FAULTS, glitchShare: 1 / 40 });
    for (const [name, keeps] of [
      ['late', true],
      ['offline', false],
    ] as const) {
      const { outages, ...rest } = only(name);
      expect({ ...rest, outages: [] }).toEqual(NO_FAULTS);
      expect(outages.length).toBeGreaterThan(10);
      expect(outages.every((one) => one.keeps === keeps)).toBe(true);
    }
  });

  test('outages do not overlap', () => {
    fc.assert(
      fc.property(fc.string(), (seed) => {
        const { outages } = seededFaults(['late', 'offline'], shift, seed);
        for (const [index, { start, end }] of outages.entries()) {
          expect(start).toBeLessThan(end);
          expect(start).toBeGreaterThan(outages[index - 1]?.end ?? -Infinity);
        }
      }),
    );
  });
});
