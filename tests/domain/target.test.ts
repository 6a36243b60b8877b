import { expect, test } from 'vitest';
import {
  expectedAt,
  minutesFromCurve,
  ratePerHourAt,
  targetCurve,
  type TargetCurve,
} from '@lineside/domain/target.ts';
import {
  instantAfter,
  plannedAcross,
  plannedBetween,
  plannedTotal,
  type Shift,
} from '@lineside/domain/shift.ts';
import { aShift, HOUR, MINUTE, MORNING } from '../support/builders.ts';

const pause = { start: MORNING + 3 * HOUR, end: MORNING + 3 * HOUR + 15 * MINUTE };
const BREAKS = [pause, { start: MORNING + 6 * HOUR, end: MORNING + 6.5 * HOUR }];
const early = aShift({ breaks: BREAKS });

function curveOf(shift: Shift, ...changes: Parameters<typeof targetCurve>[1]): TargetCurve {
  const curve = targetCurve(shift, changes);
  if (!curve) throw new Error('no target');
  return curve;
}

test('T3: planned time is shift time less breaks', () => {
  expect(plannedTotal(early) / MINUTE).toBe(435);
  expect(plannedBetween(early, MORNING, MORNING + 3.5 * HOUR) / MINUTE).toBe(195);
  expect(plannedBetween(early, MORNING - HOUR, MORNING + 10 * HOUR)).toBe(plannedTotal(early));
  expect(plannedBetween(early, pause.start, pause.end)).toBe(0);
  expect(plannedBetween(early, MORNING + 2 * HOUR, MORNING + HOUR)).toBe(0);
});

test('T3: the instant after some planned time lies past the breaks before it', () => {
  expect(instantAfter(early, 2 * HOUR)).toBe(MORNING + 2 * HOUR);
  expect(instantAfter(early, 3 * HOUR)).toBe(pause.end);
  expect(instantAfter(early, plannedTotal(early))).toBe(early.end);
});

test('T3: planned time over several shifts leaves out what lies between them', () => {
  const late = aShift({ start: early.end + HOUR, end: early.end + 9 * HOUR });
  expect(plannedAcross([early, late], early.end - HOUR, late.start + HOUR)).toBe(2 * HOUR);
});

test('S1: a rate rises through planned time and is flat in breaks', () => {
  const curve = curveOf(early, { at: 0, target: { perHour: 100 } });
  expect(expectedAt(curve, MORNING)).toBe(0);
  expect(expectedAt(curve, MORNING + HOUR)).toBeCloseTo(100, 9);
  expect(expectedAt(curve, pause.start)).toBeCloseTo(300, 9);
  expect(expectedAt(curve, pause.end)).toBeCloseTo(300, 9);
  expect(curve.total).toBeCloseTo(725, 9);
  expect(expectedAt(curve, early.end + HOUR)).toBeCloseTo(725, 9);
});

test('S1: a quantity is spread evenly over planned time', () => {
  const curve = curveOf(early, { at: 0, target: { perShift: 870 } });
  expect(ratePerHourAt(curve, MORNING)).toBeCloseTo(120, 9);
  expect(expectedAt(curve, pause.end)).toBeCloseTo(360, 9);
  expect(curve.total).toBeCloseTo(870, 9);
});

test('S2: a new rate leaves what was expected before it as it was', () => {
  const t0 = MORNING + 2 * HOUR;
  const curve = curveOf(
    early,
    { at: 0, target: { perHour: 100 } },
    { at: t0, target: { perHour: 40 } },
  );
  expect(expectedAt(curve, MORNING + HOUR)).toBeCloseTo(100, 9);
  expect(expectedAt(curve, t0 + HOUR)).toBeCloseTo(240, 9);
  expect(curve.total).toBeCloseTo(200 + 40 * 5.25, 9);
});

test('S2: a new shift quantity spreads what is left over the planned time that is left', () => {
  const t0 = MORNING + 2 * HOUR;
  const curve = curveOf(
    early,
    { at: 0, target: { perHour: 100 } },
    { at: t0, target: { perShift: 410 } },
  );
  expect(expectedAt(curve, t0)).toBeCloseTo(200, 9);
  expect(ratePerHourAt(curve, t0)).toBeCloseTo(210 / 5.25, 9);
  expect(curve.total).toBeCloseTo(410, 9);
});

test('S2: of the changes before a shift only the last one counts', () => {
  const curve = curveOf(
    early,
    { at: 0, target: { perHour: 10 } },
    { at: MORNING - HOUR, target: { perHour: 20 } },
  );
  expect(curve.pieces).toHaveLength(1);
  expect(expectedAt(curve, MORNING + HOUR)).toBeCloseTo(20, 9);
});

test('S2: what a shift begins with is known before it begins', () => {
  const shift = aShift();
  const changes = [
    { at: shift.start - 8 * HOUR, target: { perHour: 100 } },
    { at: shift.start, target: { perShift: 900 } },
    { at: shift.start + HOUR, target: { perShift: 990 } },
  ];
  expect(targetCurve(shift, changes, shift.start - HOUR)?.total).toBe(900);
});

test('S1: without a target in force during the shift there is no curve', () => {
  expect(targetCurve(early, [])).toBeNull();
  expect(targetCurve(early, [{ at: early.end, target: { perHour: 1 } }])).toBeNull();
});

test('S4: minutes are planned minutes to where the curve had today’s count', () => {
  const curve = curveOf(early, { at: 0, target: { perHour: 100 } });
  const at = MORNING + 4 * HOUR;
  expect(expectedAt(curve, at)).toBeCloseTo(375, 9);
  expect(minutesFromCurve(curve, at, 340)).toBeCloseTo(-21, 9);
  expect(minutesFromCurve(curve, at, 375)).toBe(0);
  expect(minutesFromCurve(curve, at, 395)).toBeCloseTo(12, 9);
  expect(minutesFromCurve(curve, at, 0)).toBeCloseTo(-225, 9);
  expect(minutesFromCurve(curve, at, 775)).toBeCloseTo(240, 9);
});

test('S4: a bend in the curve is measured along it', () => {
  const t0 = MORNING + 2 * HOUR;
  const curve = curveOf(
    early,
    { at: 0, target: { perHour: 60 } },
    { at: t0, target: { perHour: 120 } },
  );
  expect(minutesFromCurve(curve, t0 + 30 * MINUTE, 120)).toBeCloseTo(-30, 9);
  expect(minutesFromCurve(curve, t0 + 30 * MINUTE, 90)).toBeCloseTo(-60, 9);
  expect(minutesFromCurve(curve, MORNING + HOUR, 180)).toBeCloseTo(90, 9);
});

test('S4: with no rate in force there are no minutes', () => {
  const curve = curveOf(early, { at: 0, target: { perHour: 0 } });
  expect(minutesFromCurve(curve, MORNING + HOUR, 0)).toBe(0);
  expect(minutesFromCurve(curve, MORNING + HOUR, 3)).toBeNull();
});

test('S2: a target that is taken away leaves what was expected before it as it was', () => {
  const t0 = MORNING + 2 * HOUR;
  const curve = curveOf(early, { at: 0, target: { perHour: 100 } }, { at: t0, target: null });
  expect(expectedAt(curve, MORNING + HOUR)).toBeCloseTo(100, 9);
  expect(expectedAt(curve, t0 + HOUR)).toBeCloseTo(200, 9);
  expect(targetCurve(early, [{ at: 0, target: null }])).toBeNull();
});
