/** A plan with something of everything. */

import { EMPTY_PLAN, type WrittenPlan } from '@lineside/domain/plan.ts';

export function aWrittenPlan(fields: Partial<WrittenPlan> = {}): WrittenPlan {
  return {
    ...EMPTY_PLAN,
    plant: { name: 'Test plant', timeZone: 'Europe/Berlin' },
    shifts: [
      {
        ...{ name: 'Early', start: '06:00', end: '14:00', days: ['Mon', 'Tue', 'Sat'] },
        breaks: [{ start: '09:00', end: '09:15' }],
      },
      { name: 'Late', start: '14:00', end: '22:00' },
    ],
    holidays: [{ date: '2026-12-24', name: 'Christmas Eve', shifts: ['Late'] }],
    extraShifts: [{ date: '2026-12-06', name: 'Night', start: '22:00', end: '06:00' }],
    products: [
      { id: 'housing', name: 'Housing', idealCycleSeconds: 30 },
      { id: 'lid', name: 'Lid' },
    ],
    lines: [
      {
        ...{ id: 'press-1', name: 'Press 1', area: 'Stamping', product: 'housing' },
        target: { perHour: 100 },
        counter: { rollover: 65536 },
        stopAfterSeconds: 120,
        thresholds: { behindPercent: 4 },
      },
      { id: 'weld-1', name: 'Weld 1', target: { perShift: 700 } },
    ],
    demand: [
      {
        date: '2026-12-01',
        shift: 'Early',
        line: 'press-1',
        product: 'lid',
        quantity: 500,
        crew: 3,
      },
      { date: '2026-12-01', shift: 'Late', line: 'weld-1', perHour: 80 },
    ],
    sources: [{ topic: 'plant/{line}/counts' }],
    ...fields,
  };
}
