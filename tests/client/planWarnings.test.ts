import { describe, expect, test } from 'vitest';
import type { WrittenPlan } from '@lineside/domain/plan.ts';
import { problemsOf } from '../../client/src/plan/checks.ts';
import { draftOf } from '../../client/src/plan/draft.ts';
import { fieldOf } from '../../client/src/plan/problems.ts';
import { warningsOf } from '../../client/src/plan/warnings.ts';
import { aWrittenPlan } from './writtenPlans.ts';

const TODAY = '2026-11-25';
const FITTING = aWrittenPlan({ products: [{ id: 'housing', idealCycleSeconds: 30 }], demand: [] });

/** `field: message` of every warning of a plan that can be saved. */
function warned(fields: Partial<WrittenPlan>): string[] {
  const draft = draftOf({ ...FITTING, ...fields });
  expect(problemsOf(draft, TODAY)).toEqual([]);
  return warningsOf(draft, TODAY).map(({ path, message }) => `${fieldOf(path)}: ${message}`);
}

const line = (target: object, more: object = {}): WrittenPlan['lines'][number] => ({
  ...{ id: 'press-1', name: 'Press 1', product: 'housing', target, ...more },
});

test('a plan that fits has none', () => {
  expect(warned({})).toEqual([]);
});

describe('a target above the best possible', () => {
  test.each([
    [{ perHour: 120 }, []],
    [{ perHour: 121 }, ['lines/0/amount: above the best possible, 120/h']],
    // The longest shift has eight planned hours.
    [{ perShift: 960 }, []],
    [{ perShift: 961 }, ['lines/0/amount: above the best possible, 960 in 8 h 00 of planned time']],
  ])('%j of a line', (target, expected) => {
    expect(warned({ lines: [line(target)] })).toEqual(expected);
  });

  test('of a line is left alone while its product has a target of its own', () => {
    const products = [{ id: 'housing', idealCycleSeconds: 30, targetPerHour: 100 }];
    expect(warned({ products, lines: [line({ perHour: 121 })] })).toEqual([]);
  });

  test('of a demand, by the planned time of its own shift; what is over is left alone', () => {
    const due = { shift: 'Early', line: 'press-1' };
    const demand = (quantity: number, date: string): string[] =>
      warned({ lines: [line({ perHour: 1 })], demand: [{ ...due, date, quantity }] });
    // Early has a quarter of an hour less.
    expect(demand(930, '2026-12-01')).toEqual([]);
    expect(demand(931, '2026-12-01')).toEqual([
      'demand/0/amount: above the best possible, 930 in 7 h 45 of planned time',
    ]);
    expect(demand(931, '2026-11-24')).toEqual([]);
  });

  test('of what several demands of one shift add up to, told at the last of them', () => {
    const due = { date: '2026-12-01', shift: 'Early', line: 'press-1' };
    const lid = { id: 'lid', idealCycleSeconds: 60 };
    const demand = (housings: number, lids: number): string[] =>
      warned({
        products: [...FITTING.products, lid],
        lines: [line({ perHour: 1 })],
        demand: [
          { ...due, product: 'housing', quantity: housings },
          { ...due, shift: 'Late', quantity: 400 },
          { ...due, product: 'lid', quantity: lids },
        ],
      });
    // Five hours and two and three quarters.
    expect(demand(600, 165)).toEqual([]);
    expect(demand(600, 166)).toEqual([
      'demand/2/amount: together they take 7 h 46 at best, of 7 h 45 planned',
    ]);
    expect(demand(931, 1)).toHaveLength(1);
  });

  test('of a line is no matter where its product has a rate of its own', () => {
    const own = [{ id: 'housing', idealCycleSeconds: 30, targetPerHour: 100 }];
    expect(warned({ products: own, lines: [line({ perHour: 121 })] })).toEqual([]);
  });

  test('of a product, by its own ideal cycle', () => {
    const lid = (targetPerHour: number): string[] =>
      warned({
        products: [...FITTING.products, { id: 'lid', idealCycleSeconds: 40, targetPerHour }],
      });
    expect(lid(90)).toEqual([]);
    expect(lid(91)).toEqual(['products/1/targetPerHour: above the best possible, 90/h']);
  });

  test('nobody can tell without an ideal cycle, a product or a shift', () => {
    expect(warned({ lines: [line({ perHour: 900 }, { product: undefined })] })).toEqual([]);
    const shiftless = { shifts: [], holidays: [], extraShifts: [] };
    expect(warned({ ...shiftless, lines: [line({ perShift: 9000 })] })).toEqual([]);
  });
});

test('two lines with one name, however it is written', () => {
  const lines = [line({ perHour: 1 }), line({ perHour: 1 }, { id: 'press-2', name: 'press 1' })];
  expect(warned({ lines })).toEqual([
    'lines/1/name: another line has this name too; on screens nobody can tell them apart',
  ]);
});

test('a product without an ideal cycle, once a line or a demand to come makes it', () => {
  const products = [{ id: 'housing' }, { id: 'lid' }];
  const told = (fields: Partial<WrittenPlan>): string[] =>
    warned({ products, lines: [{ id: 'press-1' }], ...fields }).map(
      (words) => words.split(':')[0] ?? '',
    );
  expect(told({})).toEqual([]);
  expect(told({ lines: [line({ perHour: 900 })] })).toEqual(['products/0/idealCycleSeconds']);
  const due = { shift: 'Early', line: 'press-1', product: 'lid', quantity: 5 };
  expect(told({ demand: [{ ...due, date: TODAY }] })).toEqual(['products/1/idealCycleSeconds']);
  expect(told({ demand: [{ ...due, date: '2026-11-24' }] })).toEqual([]);
});

test('a shift whose breaks leave no planned time', () => {
  const idle = {
    ...{ start: '06:00', end: '08:00' },
    breaks: [
      { start: '06:00', end: '07:00' },
      { start: '07:00', end: '08:00' },
    ],
  };
  const shifts = [
    { name: 'Late', start: '14:00', end: '22:00' },
    { name: 'Early', ...idle },
  ];
  const extraShifts = [{ date: '2026-12-06', name: 'Early', ...idle }];
  expect(warned({ shifts, extraShifts }).map((words) => words.split(':')[0])).toEqual([
    'shifts/1/start',
    'extraShifts/0/start',
  ]);
});
