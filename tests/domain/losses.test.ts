import { expect, test } from 'vitest';
import { boardAt } from '@lineside/domain/board.ts';
import type { LineFacts } from '@lineside/domain/facts.ts';
import { hoursOf } from '@lineside/domain/hours.ts';
import {
  lossesOf,
  wholePieces,
  type LossBridge,
  type LossKind,
  type LossPiece,
} from '@lineside/domain/losses.ts';
import type { DeclaredState, Reading } from '@lineside/domain/reading.ts';
import type { Target } from '@lineside/domain/target.ts';
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
import { seeded, type Random } from '../support/random.ts';

const pause = { start: MORNING + 4 * HOUR, end: MORNING + 4.5 * HOUR };
const SHIFT = aShift({ breaks: [pause] });
const LID = { id: 'lid', name: 'Lid', idealCycleSeconds: 20 };
const GREY = { id: 'grey', name: 'Grey', idealCycleSeconds: null };

const partsOf = (bridge: LossBridge | null): Partial<Record<LossKind, number>> =>
  Object.fromEntries((bridge?.pieces ?? []).map(({ kind, parts }) => [kind, parts]));
const minutesOf = (bridge: LossBridge | null): Partial<Record<LossKind, number | null>> =>
  Object.fromEntries((bridge?.pieces ?? []).map(({ kind, minutes }) => [kind, minutes]));

/** A reading every 10 s from a line that makes a part each `partMs`. */
function running(from: number, to: number, partMs: number, good = 0): Reading[] {
  const readings: Reading[] = [];
  for (let at = from; at <= to; at += 10_000) {
    readings.push(aReading({ at, good: good + Math.floor((at - from) / partMs), reject: 0 }));
  }
  return readings;
}

/** A reading every 10 s from a line that counts nothing. */
function standing(from: number, to: number, fields: Partial<Reading>): Reading[] {
  const readings: Reading[] = [];
  for (let at = from; at < to; at += 10_000) readings.push(aReading({ ...fields, at }));
  return readings;
}

test('L1 L2 L4: a stop, slow running and rejects, at the ideal rate each', () => {
  const stop = MORNING + HOUR;
  const again = stop + 30 * MINUTE;
  const readings = [
    ...running(MORNING, stop, 40_000),
    ...standing(stop + 10_000, again, { good: 90, reject: 0 }),
    ...running(again, again + 30 * MINUTE, 30_000, 90).map((each) => ({ ...each, reject: 2 })),
  ];
  const bridge = lossesOf(factsWith(readings, { shifts: [SHIFT] }), SHIFT, SHIFT, stop + HOUR);
  expect(bridge).toMatchObject({ target: 200, good: 150, reject: 2, gap: -50, isIdeal: true });
  // 2 hours at 120 an hour; for half an hour of them it was down.
  expect(partsOf(bridge)).toMatchObject({ planRoom: 40, downtime: -60, rejects: -2, noData: 0 });
  expect(partsOf(bridge).slow).toBeCloseTo(152 - (240 - 60), 9);
  expect(minutesOf(bridge)).toMatchObject({ downtime: 30, changeover: 0, slow: null });
  expect(bridge?.achievable).toBe(240 - 60);
});

test('L2: a changeover and declared idling are no downtime', () => {
  const changed = MORNING + 70 * MINUTE;
  const readings = [
    ...running(MORNING, MORNING + HOUR, 30_000),
    ...standing(MORNING + HOUR, changed, { good: 120, state: 'changeover' }),
    ...standing(changed, changed + 2 * MINUTE, { good: 120, state: 'idle' }),
    aReading({ at: changed + 2 * MINUTE, good: 120, state: 'running' }),
  ];
  const facts = factsWith(readings, { shifts: [SHIFT] });
  const bridge = lossesOf(facts, SHIFT, SHIFT, changed + 2 * MINUTE);
  expect(minutesOf(bridge)).toMatchObject({ changeover: 10, idle: 2, downtime: 0 });
  expect(partsOf(bridge)).toMatchObject({ changeover: -20, idle: -4, downtime: 0 });
});

test('L2 C6: a silence costs what the ideal rate makes, less what turned out to be made in it', () => {
  const readings = [
    ...running(MORNING, MORNING + HOUR, 30_000),
    aReading({ at: MORNING + 90 * MINUTE, good: 170, reject: 0 }),
  ];
  const facts = factsWith(readings, { shifts: [SHIFT] });
  const bridge = lossesOf(facts, SHIFT, SHIFT, MORNING + 90 * MINUTE);
  expect(minutesOf(bridge).noData).toBe(30);
  expect(partsOf(bridge)).toMatchObject({ noData: -10, downtime: 0, slow: 0 });
});

test('L2: before its first message nobody heard the line', () => {
  const facts = factsWith(running(MORNING + HOUR, MORNING + 2 * HOUR, 30_000), { shifts: [SHIFT] });
  const bridge = lossesOf(facts, SHIFT, SHIFT, MORNING + 2 * HOUR);
  expect(minutesOf(bridge).noData).toBe(60);
  expect(partsOf(bridge)).toMatchObject({ noData: -120, slow: 0 });
});

test('L2: a plan above the ideal rate is told as such', () => {
  const facts = factsWith(running(MORNING, MORNING + HOUR, 30_000), {
    shifts: [SHIFT],
    targets: [{ at: 0, target: { perHour: 150 } }],
  });
  const bridge = lossesOf(facts, SHIFT, SHIFT, MORNING + HOUR);
  expect(partsOf(bridge)).toMatchObject({ planRoom: -30, slow: 0 });
});

test('L5: without an ideal rate time is worth what the target asks of it', () => {
  const facts = factsWith(running(MORNING, MORNING + HOUR, 40_000), {
    shifts: [SHIFT],
    product: GREY,
  });
  const bridge = lossesOf(facts, SHIFT, SHIFT, MORNING + HOUR);
  expect(bridge).toMatchObject({ isIdeal: false, achievable: null });
  expect(partsOf(bridge)).toMatchObject({ planRoom: 0, slow: -10 });
});

test('L1: nothing without a target, nor before the span', () => {
  const facts = factsWith(running(MORNING, MORNING + HOUR, 40_000), { shifts: [SHIFT] });
  expect(lossesOf({ ...facts, targets: [] }, SHIFT, SHIFT, MORNING + HOUR)).toBeNull();
  const later = { start: MORNING + 2 * HOUR, end: MORNING + 3 * HOUR };
  expect(lossesOf(facts, SHIFT, later, MORNING + HOUR)).toBeNull();
});

const STATES: readonly (DeclaredState | null)[] = ['stopped', 'changeover', 'idle', 'running'];

function aTarget(random: Random): Target | null {
  if (random.next() < 0.1) return null;
  return random.next() < 0.5 ? { perHour: random.below(200) } : { perShift: random.below(1500) };
}

function aRandomShift(random: Random): LineFacts {
  const readings: Reading[] = [];
  let [at, good, reject] = [MORNING - random.below(HOUR), 100, 7];
  for (let n = random.below(40); n >= 0; n--) {
    at += random.next() < 0.7 ? random.below(200_000) : random.below(HOUR);
    good = Math.max(0, good + random.below(8) - (random.next() < 0.1 ? 5 : 0));
    if (random.next() < 0.2) reject += random.below(4);
    const state = random.next() < 0.2 ? (STATES[random.below(4)] ?? null) : null;
    const product =
      random.next() < 0.1 ? (['housing', 'lid', 'grey'][random.below(3)] ?? null) : null;
    readings.push(aReading({ at, good, reject, state, product }));
  }
  const ledger = aLedger({ correction: 3 });
  ledger.add(readings);
  const changes = [0, MORNING + random.below(8 * HOUR), MORNING + random.below(8 * HOUR)];
  const pauseStart = MORNING + random.below(7 * HOUR);
  return factsWith([], {
    track: ledger.track,
    products: [HOUSING, LID, GREY],
    shifts: [aShift({ breaks: [{ start: pauseStart, end: pauseStart + random.below(HOUR) }] })],
    targets: [
      { at: 0, target: { perHour: 1 + random.below(200) } },
      ...changes
        .slice(1)
        .sort((a, b) => a - b)
        .map((change) => ({ at: change, target: aTarget(random) })),
    ],
    productChanges:
      random.next() < 0.3 ? [{ at: MORNING + random.below(8 * HOUR), product: 'lid' }] : [],
  });
}

/** As screens round: halves away from zero. */
const whole = (value: number): number => (value < 0 ? 0 - Math.round(-value) : Math.round(value));

const isNear = (a: number, b: number): boolean => Math.abs(a - b) < 1e-6;
const sumOf = (pieces: readonly LossPiece[]): number =>
  pieces.reduce((total, { parts }) => total + parts, 0);

/** What is wrong with a bridge, beside the same count and gap told otherwise; empty: nothing. */
function wrongWith(bridge: LossBridge | null, good: number, gap: number): string {
  if (!bridge) return 'no bridge';
  if (bridge.good !== good || !isNear(bridge.gap, gap)) return 'another gap';
  if (!isNear(sumOf(bridge.pieces), bridge.gap)) return 'pieces do not add up';
  const pieces = wholePieces(bridge.pieces, whole(bridge.gap));
  if (sumOf(pieces) !== whole(bridge.gap)) return 'whole pieces do not add up';
  const isFar = pieces.some(
    ({ parts }, n) => Math.abs(parts - (bridge.pieces[n]?.parts ?? 0)) >= 1,
  );
  return isFar || pieces.some(({ parts }) => !Number.isInteger(parts)) ? 'badly rounded' : '';
}

test('L1 L3: in 10,000 random shifts the pieces add up to the gap, to the part', () => {
  const random = seeded();
  const wrong: string[] = [];
  for (let n = 0; n < 10_000; n++) {
    const facts = aRandomShift(random);
    const [shift = SHIFT] = facts.shifts;
    const at = MORNING + random.below(8 * HOUR);
    const { count, variance } = boardAt(facts, at);
    const all = lossesOf(facts, shift, shift, at);
    const hour = hoursOf(facts, shift, at)[random.below(8)];
    wrong.push(wrongWith(all, count?.good ?? NaN, variance?.units ?? NaN));
    if (!hour || hour.start > at) continue;
    wrong.push(wrongWith(lossesOf(facts, shift, hour, at), hour.good, hour.variance ?? NaN));
  }
  expect(wrong.length).toBeGreaterThan(10_000);
  expect(wrong.filter(Boolean)).toEqual([]);
}, 60_000);

test('L1: the bridges of the hours add up to that of the shift, piece by piece', () => {
  const random = seeded();
  for (let n = 0; n < 300; n++) {
    const facts = aRandomShift(random);
    const [shift = SHIFT] = facts.shifts;
    const at = MORNING + random.below(8 * HOUR);
    const hours = hoursOf(facts, shift, at).flatMap(
      (hour) => lossesOf(facts, shift, hour, at)?.pieces ?? [],
    );
    for (const { kind, parts } of lossesOf(facts, shift, shift, at)?.pieces ?? []) {
      const sum = hours
        .filter((piece) => piece.kind === kind)
        .reduce((total, piece) => total + piece.parts, 0);
      expect(sum).toBeCloseTo(parts, 6);
    }
  }
});
