import { describe, expect, test } from 'vitest';
import { plannedBetween, plannedTotal, type Shift } from '@lineside/domain/shift.ts';
import { asItHappens, lineByLine } from '../../simulators/deliveries.ts';
import type { Delivery } from '../../simulators/gateway.ts';
import { badShift, type Story } from '../../simulators/scenario.ts';
import { aShift, aSpec, HOUR, MINUTE } from './plan.ts';

const LINES = ['press-1', 'press-2', 'press-3', 'weld-1', 'weld-2', 'pack-1'];
const today = aShift(0, 'Early', 5);
const night = aShift(-1, 'Night', 21);
const yesterday = aShift(-1, 'Early', 5);

const aStory = (toldAt: number): Story => ({
  seed: 'lineside',
  toldAt,
  badShiftId: night.id,
  lines: LINES.map((id) => aSpec({ id })),
});

interface Output {
  readonly ts: number;
  readonly good: number;
  readonly state?: string;
}

const outputsOf = (deliveries: Iterable<Delivery>, line: string): Output[] =>
  [...deliveries]
    .filter(({ topic }) => topic === `lineside/${line}/output`)
    .map(({ payload }) => JSON.parse(payload) as Output);

/** Good count over target at a moment of a shift, for each line. */
function attainment(story: Story, shift: Shift, at: number): number[] {
  const all = [...asItHappens(story, shift)];
  const target = (plannedBetween(shift, shift.start, at) / HOUR) * 100;
  return LINES.map((line) => {
    const last = outputsOf(all, line).findLast(({ ts }) => ts <= at);
    return (last?.good ?? NaN) / target;
  });
}

describe.each([1, 2.5, 4, 5.5])('first seen %f hours into a shift', (hours) => {
  const toldAt = today.start + hours * HOUR;
  const story = aStory(toldAt);

  test('most lines are on target, one is behind and can recover, one is ahead', () => {
    const [press1, , press3, weld1, weld2, pack1] = attainment(story, today, toldAt);
    for (const healthy of [press1, weld2, pack1]) {
      expect(healthy).toBeGreaterThan(0.95);
      expect(healthy).toBeLessThan(1.05);
    }
    expect(press3).toBeLessThan(0.95);
    expect(press3).toBeGreaterThan(0.85);
    expect(weld1).toBeGreaterThan(1.05);
    const target = (plannedTotal(today) / HOUR) * 100;
    const made = ((press3 ?? NaN) * plannedBetween(today, today.start, toldAt) * 100) / HOUR;
    const left = plannedBetween(today, toldAt, today.end) / HOUR;
    expect((target - made) / left).toBeLessThan(120);
  });

  test('one line is in trouble: critical, and its stop is still going on', () => {
    const [, press2] = attainment(story, today, toldAt);
    expect(press2).toBeLessThan(0.85);
    const outputs = outputsOf(asItHappens(story, today), 'press-2');
    const now = outputs.findLast(({ ts }) => ts <= toldAt);
    const earlier = outputs.findLast(({ ts }) => ts <= toldAt - 20 * MINUTE);
    expect(now?.good).toBe(earlier?.good);
  });
});

test('the bad night: a stop of 90 minutes at ten past one, slow from then on, one gateway silent', () => {
  const story = aStory(today.start + 4 * HOUR);
  const all = [...asItHappens(story, night)];
  const press = outputsOf(all, 'press-1');
  const tenPastOne = night.start + 190 * MINUTE;
  const stopped = press.filter(({ ts }) => ts > tenPastOne && ts < tenPastOne + 90 * MINUTE);
  expect(new Set(stopped.map(({ good }) => good)).size).toBe(1);
  const goodAt = (at: number) => press.findLast(({ ts }) => ts <= at)?.good ?? NaN;
  expect(goodAt(tenPastOne)).toBeGreaterThan(250);
  const slowFrom = tenPastOne + 90 * MINUTE;
  const rate =
    (goodAt(night.end) - goodAt(slowFrom)) / (plannedBetween(night, slowFrom, night.end) / HOUR);
  expect(rate).toBeGreaterThan(60);
  expect(rate).toBeLessThan(80);

  const silent = outputsOf(all, 'press-3').map(({ ts }, index, { [index - 1]: before }) =>
    before ? ts - before.ts : 0,
  );
  expect(Math.max(...silent)).toBeGreaterThan(24 * MINUTE);
  expect(Math.max(...silent)).toBeLessThan(26 * MINUTE);
});

test('other past days stay near the plan', () => {
  const story = aStory(today.start + 4 * HOUR);
  for (const share of attainment(story, yesterday, yesterday.end)) {
    expect(share).toBeGreaterThan(0.85);
    expect(share).toBeLessThan(1.06);
  }
});

test('the story does not depend on when a shift is told, nor in which order its lines are', () => {
  const story = aStory(today.start + 4 * HOUR);
  const together = [...asItHappens(story, today)];
  const apart = [...lineByLine(story, today)];
  expect(together).not.toEqual(apart);
  for (const line of LINES) {
    const of = (all: Delivery[]) => all.filter((one) => one.line === line);
    expect(of(together)).toEqual(of(apart));
  }
  const times = together.map(({ publishAt }) => publishAt);
  expect(times).toEqual(times.toSorted((a, b) => a - b));
});

test('shifts after the first look have a line in trouble, too', () => {
  const story = aStory(today.start + 4 * HOUR);
  for (const days of [1, 2, 3]) {
    const shift = aShift(days);
    const worst = Math.min(...attainment(story, shift, shift.start + 0.5 * 8 * HOUR));
    expect(worst).toBeLessThan(0.85);
  }
});

describe('which night went badly', () => {
  const early = aShift(0, 'Early', 5);
  const before = aShift(-2, 'Night', 21);

  test('the latest that is over', () => {
    expect(badShift([before, night, early], early.start + HOUR)).toBe(night.id);
    expect(badShift([before, night, early], night.end - 1)).toBe(before.id);
  });

  test('in a plant without a night, the latest shift; without a past, none', () => {
    expect(badShift([yesterday, early], early.start)).toBe(yesterday.id);
    expect(badShift([early], early.start)).toBe(null);
  });
});
