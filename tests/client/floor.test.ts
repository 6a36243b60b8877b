import { expect, test } from 'vitest';
import { boardAt } from '@lineside/domain/board.ts';
import { Floor } from '../../client/src/floor.svelte.ts';
import { stripOf } from '../../client/src/strip.ts';
import { lastStop, shiftStops, silencesOf } from '../../client/src/stops.ts';
import { curvesOf } from '../../client/src/chart/curves.ts';
import { aReading, aShift, factsWith, HOUR, MINUTE, MORNING } from '../support/builders.ts';
import { aView, PLANT } from './hands.ts';

function furnished(...views: ReturnType<typeof aView>[]): Floor {
  const floor = new Floor();
  floor.furnish(PLANT, views, true);
  return floor;
}

test('frames make the board of the line move, once published', () => {
  const floor = furnished(aView(30));
  const { version } = floor;
  const at = MORNING + 31 * MINUTE;
  floor.add([{ id: 'press-1', points: [[at, 33, 1]] }]);
  expect(floor.version).toBe(version);
  floor.publish();
  expect(floor.version).toBe(version + 1);
  const line = floor.line('press-1');
  expect(line && boardAt(line.facts, at).count).toMatchObject({ good: 33, reject: 1 });
});

test('publishing without news changes nothing', () => {
  const floor = furnished(aView());
  const { version } = floor;
  floor.publish();
  expect(floor.version).toBe(version);
});

test('points of a line that is not on the floor are of no use', () => {
  const floor = furnished(aView());
  floor.add([{ id: 'oven', points: [[MORNING, 1, 0]] }]);
  expect(floor.line('oven')).toBeNull();
  expect(floor.lines).toHaveLength(1);
});

test('discovered lines are kept apart from those of the plant', () => {
  const oven = { ...aView(5, { line: { id: 'oven', name: 'oven', area: '' } }), discovered: true };
  const floor = furnished(aView(), oven);
  expect(floor.known.map(({ facts }) => facts.line.id)).toEqual(['press-1']);
  expect(floor.discovered.map(({ facts }) => facts.line.id)).toEqual(['oven']);
});

test('a complete answer takes lines away that are no more, a partial one does not', () => {
  const floor = furnished(aView(), aView(5, { line: { id: 'b', name: 'B', area: '' } }));
  floor.furnish(PLANT, [], false);
  expect(floor.lines).toHaveLength(2);
  floor.furnish(PLANT, [aView()], true);
  expect(floor.lines).toHaveLength(1);
});

test('a strip joins the earlier hours to the shift, breaks and stops in both', () => {
  const night = aShift({
    ...{ id: 'night', name: 'Night', start: MORNING - 8 * HOUR, end: MORNING },
    breaks: [{ start: MORNING - 2 * HOUR, end: MORNING - 1.5 * HOUR }],
  });
  const view = {
    ...aView(60, { shifts: [night, aShift()] }),
    earlier: [{ start: MORNING - 4 * HOUR, end: MORNING - 3.5 * HOUR, kind: 'stopped' as const }],
  };
  const line = furnished(view).line('press-1');
  if (!line) throw new Error('no line');
  const spans = stripOf(line, MORNING - 7 * HOUR, MORNING + HOUR);
  expect(spans[0]?.start).toBe(MORNING - 7 * HOUR);
  expect(spans.at(-1)?.end).toBe(MORNING + HOUR);
  for (const [index, span] of spans.entries()) {
    if (index > 0) expect(span.start).toBe(spans[index - 1]?.end);
  }
  expect(spans.map(({ state }) => state)).toEqual([
    'running',
    'stopped',
    'running',
    'break',
    'running',
    'running',
  ]);
  expect(lastStop(line, MORNING + HOUR)?.start).toBe(MORNING - 4 * HOUR);
});

/** A part a minute, but none from minute 20 to 40; heard every 10 seconds. */
function withAStop() {
  const readings = Array.from({ length: 361 }, (_, index) => {
    const minute = index / 6;
    const good = Math.floor(minute <= 20 ? minute : minute <= 40 ? 20 : minute - 20);
    return aReading({ at: MORNING + minute * MINUTE, good });
  });
  return factsWith(readings);
}

const onFloor = (facts: ReturnType<typeof withAStop>) => ({
  ...{ facts, discovered: false, zeroAt: MORNING, earlier: [] },
});

test('R3: the longest stop of the shift, with its line', () => {
  const stops = shiftStops([onFloor(withAStop())], aShift(), MORNING + HOUR);
  expect(stops.count).toBe(1);
  expect(stops.longest?.line).toBe('Press 1');
  expect(stops.longest?.minutes).toBeCloseTo(21, 0);
});

test('S1: the curve of the target is flat in breaks and ends at the plan', () => {
  const pause = { start: MORNING + HOUR, end: MORNING + 2 * HOUR };
  const shift = aShift({ breaks: [pause] });
  const facts = { ...withAStop(), shifts: [shift] };
  const at = MORNING + HOUR / 2;
  const { due } = curvesOf(onFloor(facts), shift, at, boardAt(facts, at));
  expect(due.find(({ x }) => x === pause.start)?.y).toBeCloseTo(100);
  expect(due.find(({ x }) => x === pause.end)?.y).toBeCloseTo(100);
  expect(due.at(-1)).toEqual({ x: shift.end, y: 700 });
});

test('no line is drawn over a silence, and none after the last word', () => {
  const readings = [0, 10, 20, 30, 600, 610, 620].map((second) =>
    aReading({ at: MORNING + second * 1000, good: second }),
  );
  const facts = factsWith(readings, {
    rules: { ...withAStop().rules, staleAfterSeconds: 30 },
  });
  const until = MORNING + 1200 * 1000;
  const { made, silences } = curvesOf(onFloor(facts), aShift(), until, boardAt(facts, until));
  expect(silences).toHaveLength(2);
  const [first, second] = silences;
  const inside = made.filter(({ x }) => first && first.start < x && x < first.end);
  expect(inside.every(({ y }) => Number.isNaN(y))).toBe(true);
  expect(inside).not.toHaveLength(0);
  const known = made.filter(({ y }) => !Number.isNaN(y));
  expect(known.at(-1)?.x).toBe(second?.start);
});

test('no line is drawn before the first word of a shift', () => {
  const first = MORNING + HOUR;
  const readings = [0, 10, 20].map((second) =>
    aReading({ at: first + second * 1000, good: second }),
  );
  const facts = factsWith(readings);
  const until = first + MINUTE;
  const { made, silences } = curvesOf(onFloor(facts), aShift(), until, boardAt(facts, until));
  expect(silences[0]).toEqual({ start: MORNING, end: first });
  expect(made.filter(({ x }) => x > MORNING && x < first).map(({ y }) => y)).toEqual([NaN]);
});

test('what is expected is not drawn for a line that nobody hears', () => {
  const facts = withAStop();
  const silentAt = MORNING + 3 * HOUR;
  const silent = curvesOf(onFloor(facts), aShift(), silentAt, boardAt(facts, silentAt));
  expect(silent.expected).toEqual([]);
  const at = MORNING + HOUR;
  const heard = curvesOf(onFloor(facts), aShift(), at, boardAt(facts, at));
  expect(heard.expected.at(-1)?.y).toBeCloseTo(boardAt(facts, at).forecast?.good ?? NaN);
});

test('what a line made is unknown before its first word, in silences, and while we are cut off', () => {
  const facts = withAStop();
  const line = onFloor(facts);
  const before = MORNING - HOUR;
  const night = aShift({ start: MORNING - 8 * HOUR, end: MORNING });
  expect(silencesOf(line, boardAt(facts, before), night, before)).toEqual([night]);
  const at = MORNING + HOUR;
  const board = boardAt(facts, at);
  expect(silencesOf(line, board, aShift(), at)).toEqual([]);
  const cutOff = silencesOf(line, { ...board, status: 'noData' }, aShift(), at);
  expect(cutOff).toEqual([{ start: board.lastReadingAt, end: aShift().end }]);
});

test('nothing is known of the hours before a line was first heard', () => {
  const first = MORNING + 30 * MINUTE;
  const readings = [0, 10, 20].map((second) => aReading({ at: first + second * 1000, good: 1 }));
  const facts = factsWith(readings, { shifts: [aShift({ start: MORNING - HOUR })] });
  const line = onFloor(facts);
  const strip = stripOf(line, MORNING - HOUR, first + 20_000);
  expect(strip.map(({ state, start }) => [state, start])).toEqual([
    ['noData', MORNING - HOUR],
    ['noData', MORNING],
    ['running', first],
  ]);
  const at = first + 20_000;
  const silences = silencesOf(line, boardAt(facts, at), aShift(), at);
  expect(silences).toEqual([{ start: MORNING, end: first }]);
});

test('R2: a stop that goes on after a silence is told as one', () => {
  const readings = Array.from({ length: 181 }, (_, index) =>
    aReading({ at: MORNING + index * 10_000, good: index < 6 ? index : 5 }),
  ).filter(({ at }) => at < MORNING + 10 * MINUTE || at > MORNING + 12 * MINUTE);
  const line = onFloor(factsWith(readings));
  const until = MORNING + 20 * MINUTE;
  expect(shiftStops([line], aShift(), until).count).toBe(1);
  expect(lastStop(line, until)).toMatchObject({ start: MORNING + 50_000, end: until });
  expect(boardAt(line.facts, until).state).toEqual({ name: 'stopped', since: MORNING + 50_000 });
});
