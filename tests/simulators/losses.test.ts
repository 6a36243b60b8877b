import { describe, expect, test } from 'vitest';
import type { LineFacts } from '@lineside/domain/facts.ts';
import { lossesOf, type LossKind, type LossPiece } from '@lineside/domain/losses.ts';
import { plannedBetween, plannedTotal } from '@lineside/domain/shift.ts';
import { boardAt } from '@lineside/domain/board.ts';
import { instantAfter } from '@lineside/domain/shift.ts';
import { deliveriesByLine } from '../../simulators/deliveries.ts';
import { interruptionsOf } from '../../simulators/model/interruptions.ts';
import { finishedParts } from '../../simulators/model/parts.ts';
import { chapter, type Story } from '../../simulators/scenario.ts';
import { decode } from '../../server/src/intake/decode.ts';
import { KINDS, simulated } from '../bench/shifts.ts';
import { factsWith } from '../support/builders.ts';
import { TOPICS } from '../support/intake.ts';
import { aShift, aSpec, HOUR, MINUTE } from './plan.ts';

const LINES = ['press-1', 'press-2', 'press-3'];
const night = aShift(-1, 'Night', 21);
const story: Story = {
  seed: 'lineside',
  toldAt: aShift(0, 'Early', 5).start + 4 * HOUR,
  badShiftId: night.id,
  lines: LINES.map((id) => aSpec({ id })),
};
const BEST_PER_MS = 1 / 30_000;

/** What Lineside knows of a line after the night: what it made of the messages. */
function factsOfLine(line: number): LineFacts {
  const deliveries = [...(deliveriesByLine(story, night)[line] ?? [])];
  const readings = deliveries.flatMap(({ topic, payload, publishAt }) => {
    const bytes = new TextEncoder().encode(payload);
    const decoded = decode({ topic, payload: bytes, receivedAt: publishAt }, TOPICS);
    return decoded.ok ? [decoded.reading] : [];
  });
  return factsWith(readings, { shifts: [night] });
}

/** What the simulator did. */
function truthOf(line: number) {
  const spec = aSpec({ id: LINES[line] ?? '' });
  const { conduct, faults } = chapter(story, line, night);
  const interruptions = interruptionsOf(story.seed, spec, night, conduct);
  const parts = [...finishedParts(story.seed, spec, night, conduct, interruptions)];
  const sum = (from: number, to: number, of: (part: (typeof parts)[number]) => number) =>
    parts.reduce((total, part) => total + (part.at >= from && part.at < to ? of(part) : 0), 0);
  const stops = interruptions.filter(
    ({ start, end, state }) => state === 'stopped' || (state === null && end - start > 5 * MINUTE),
  );
  const downMs = stops.reduce((ms, { start, end }) => ms + plannedBetween(night, start, end), 0);
  return { conduct, faults, interruptions, sum, stops, downMs };
}

function bridgeOf(line: number) {
  const facts = factsOfLine(line);
  const bridge = lossesOf(facts, night, night, night.end);
  if (!bridge) throw new Error('no bridge');
  const pieces = new Map(bridge.pieces.map((piece) => [piece.kind, piece]));
  const piece = (kind: LossKind): LossPiece =>
    pieces.get(kind) ?? { kind, parts: NaN, minutes: NaN };
  return { facts, bridge, piece };
}

describe('the bad night', () => {
  test('L2: the stop that the story asks for is told in minutes and parts, and so is what was slow', () => {
    const truth = truthOf(0);
    const { bridge, piece } = bridgeOf(0);
    expect(truth.conduct.stops[0]).toMatchObject({ end: night.start + 280 * MINUTE });
    expect(bridge.good).toBe(truth.sum(night.start, night.end, ({ good }) => good));
    expect(bridge.reject).toBe(truth.sum(night.start, night.end, ({ reject }) => reject));
    expect(piece('rejects').parts).toBe(-bridge.reject);
    // A stop begins at the last count before it and ends with the next: a cycle more each.
    const mostMs = truth.downMs + truth.stops.length * MINUTE;
    const { minutes, parts } = piece('downtime');
    expect(minutes).toBeGreaterThan(truth.downMs / MINUTE - 1);
    expect(minutes).toBeLessThan(mostMs / MINUTE);
    expect(minutes).toBeGreaterThan(85);
    expect(parts).toBeCloseTo(-(minutes ?? NaN) * MINUTE * BEST_PER_MS, 6);
    const runMs = plannedTotal(night) - (minutes ?? NaN) * MINUTE;
    expect(piece('slow').parts).toBeCloseTo(bridge.good + bridge.reject - runMs * BEST_PER_MS, 6);
    expect(piece('slow').parts).toBeLessThan(-50);
    expect(piece('planRoom').parts).toBeCloseTo((plannedTotal(night) / HOUR) * 20, 6);
    expect(piece('noData')).toMatchObject({ minutes: 0 });
  });

  test('L2: the hour in which nothing but the stop was says so', () => {
    const { facts } = bridgeOf(0);
    const start = night.start + 4 * HOUR - 45 * MINUTE;
    const hour = lossesOf(facts, night, { start, end: start + HOUR }, night.end);
    const lost = new Map(hour?.pieces.map(({ kind, parts }) => [kind, parts]));
    expect(hour?.good).toBe(0);
    expect(lost.get('downtime')).toBeCloseTo(-120, 6);
    expect(lost.get('slow')).toBeCloseTo(0, 6);
  });

  test('L2 C6: of the line whose gateway was cut off, only what is really missing counts as unheard', () => {
    const truth = truthOf(2);
    const { piece } = bridgeOf(2);
    const [outage = night] = truth.faults.outages;
    const made = truth.sum(outage.start, outage.end, ({ good, reject }) => good + reject);
    const { minutes, parts } = piece('noData');
    expect(minutes).toBeGreaterThan(24);
    expect(minutes).toBeLessThan(26);
    expect(Math.abs(parts - (made - (minutes ?? NaN) * MINUTE * BEST_PER_MS))).toBeLessThan(2);
    expect(piece('downtime').minutes).toBeLessThan(truth.downMs / MINUTE + truth.stops.length + 1);
  });

  test('S10: the board says when the night was lost, and nothing later', () => {
    const { facts } = bridgeOf(0);
    const since = boardAt(facts, night.end - MINUTE).pace?.unrecoverableSince ?? NaN;
    expect(since).toBeGreaterThan(night.start + 190 * MINUTE);
    expect(since).toBeLessThan(night.start + 280 * MINUTE);
  });
});

test('S9: of 200 simulated shifts of many kinds, 80 to 95 % end in the range given at half-time', () => {
  const kinds = Object.keys(KINDS);
  const inside = kinds.flatMap((kind) =>
    Array.from({ length: 200 / kinds.length }, (_, number) => {
      const { shift, facts, outcome } = simulated('lineside', kind, number);
      const range = boardAt(facts, instantAfter(shift, plannedTotal(shift) / 2)).forecast;
      return (
        range !== null && Math.round(range.low) <= outcome && outcome <= Math.round(range.high)
      );
    }),
  );
  const share = inside.filter(Boolean).length / inside.length;
  expect(inside).toHaveLength(200);
  expect(share).toBeGreaterThanOrEqual(0.8);
  expect(share).toBeLessThanOrEqual(0.95);
}, 60_000);
