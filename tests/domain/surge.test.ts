import { expect, test } from 'vitest';
import { boardAt } from '@lineside/domain/board.ts';
import type { LineFacts } from '@lineside/domain/facts.ts';
import { headroomOf, surgeOf } from '@lineside/domain/surge.ts';
import type { Target } from '@lineside/domain/target.ts';
import { aReading, aShift, factsWith, HOUR, MORNING } from '../support/builders.ts';

const SHIFT = aShift();
const NOW = MORNING + 4 * HOUR;
const LID = { id: 'lid', name: 'Lid', idealCycleSeconds: 60 };

/** A line that made `good` parts in the first 4 hours. */
function aLine(id: string, good: number, fields: Partial<LineFacts> = {}): LineFacts {
  const readings = Array.from({ length: 241 }, (_, minute) =>
    aReading({ at: MORNING + minute * 60_000, good: Math.floor((good * minute) / 240) }),
  );
  const line = { id, name: id, area: '' };
  return factsWith(readings, { line, shifts: [SHIFT], ...fields });
}

test('P1 P2: what a demand needs, how short it falls at best, and what overtime covers it', () => {
  const surge = surgeOf(aLine('a', 400), SHIFT, NOW, { perShift: 950 });
  expect(surge).toMatchObject({ target: 950, requiredPerHour: 137.5, idealPerHour: 120 });
  expect(surge).toMatchObject({ plannedMinutesLeft: 240, bestGood: 880, shortBy: 70 });
  expect(surge.overtimeMinutes).toBeCloseTo(35, 9);
});

test('P1: a rate asks for what is due until now, and for itself from now on', () => {
  const surge = surgeOf(aLine('a', 380), SHIFT, NOW, { perHour: 110 });
  expect(surge).toMatchObject({ target: 840, shortBy: 0, overtimeMinutes: 0 });
  expect(surge.requiredPerHour).toBeCloseTo(115, 9);
});

test('P1: it tells what the board shows once the change is made', () => {
  const facts = aLine('a', 400);
  for (const target of [{ perShift: 950 }, { perHour: 70 }, { perShift: 300 }] as Target[]) {
    const surge = surgeOf(facts, SHIFT, NOW, target);
    const changed = { ...facts, targets: [...facts.targets, { at: NOW, target }] };
    const { pace, target: after } = boardAt(changed, NOW);
    expect(surge.target).toBeCloseTo(after?.shift ?? NaN, 9);
    expect(surge.requiredPerHour).toBeCloseTo(pace?.requiredPerHour ?? NaN, 9);
    expect((surge.shortBy ?? 0) > 0).toBe(pace?.recoverable === false);
  }
});

test('P2: nobody can say what is possible without an ideal rate', () => {
  const surge = surgeOf(aLine('a', 400, { product: null }), SHIFT, NOW, { perShift: 950 });
  expect(surge).toMatchObject({ requiredPerHour: 137.5, idealPerHour: null });
  expect(surge).toMatchObject({ bestGood: null, shortBy: null, overtimeMinutes: null });
});

test('P3: other lines lend what their own target leaves, the same product first', () => {
  const half = [{ at: 0, target: { perHour: 50 } }];
  const others = [
    aLine('a', 400),
    aLine('busy', 200),
    aLine('lids', 120, { product: LID, targets: [{ at: 0, target: { perHour: 10 } }] }),
    aLine('even', 400),
    aLine('free', 200, { targets: half }),
    aLine('unknown', 200, { targets: half, product: null }),
    factsWith([], { line: { id: 'silent', name: 'silent', area: '' }, targets: half }),
  ];
  const headroom = headroomOf(aLine('a', 400), others, NOW);
  expect(headroom.map(({ line, perHour, parts }) => [line.id, perHour, parts])).toEqual([
    ['free', 70, 280],
    ['even', 20, 80],
    ['lids', 60, 240],
  ]);
  expect(headroom.map(({ isSameProduct }) => isSameProduct)).toEqual([true, true, false]);
});
