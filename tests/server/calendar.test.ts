import { readFileSync } from 'node:fs';
import { plannedTotal } from '@lineside/domain/shift.ts';
import { describe, expect, test } from 'vitest';
import type { ShiftRule, WallSpan } from '../../server/src/config/plan.ts';
import { Calendar } from '../../server/src/plan/calendar.ts';

interface Vector {
  readonly zone: string;
  readonly start_day: string;
  readonly wall: string;
  readonly start_utc: string;
  readonly end_utc: string;
  readonly hours: number;
}

const vectors = JSON.parse(
  readFileSync(new URL('../fixtures/vectors/shift-windows.json', import.meta.url), 'utf8'),
) as Vector[];

const HOUR = 3_600_000;

function wall(text: string): WallSpan {
  const [start = 0, end = 0] = text.split('-').map((time) => {
    const [hours = 0, minutes = 0] = time.split(':').map(Number);
    return hours * 60 + minutes;
  });
  return { startMinute: start % 1440, endMinute: end % 1440 };
}

function rule(text: string, fields: Partial<ShiftRule> = {}): ShiftRule {
  return { name: text, ...wall(text), days: [1, 2, 3, 4, 5, 6, 7], breaks: [], ...fields };
}

function calendarIn(timeZone: string, shifts: readonly ShiftRule[]): Calendar {
  return new Calendar([{ from: 0, plan: { timeZone, shifts, holidays: [], extraShifts: [] } }]);
}

const berlin = (...rules: ShiftRule[]): Calendar => calendarIn('Europe/Berlin', rules);
const at = (text: string): number => Date.parse(text);
const shown = (instant: number): string => new Date(instant).toISOString().slice(0, 16);

describe('T2 shifts are wall-clock rules', () => {
  test('there are vectors to hold it to', () => {
    expect(vectors.length).toBeGreaterThan(40);
  });

  test.each(vectors)('$zone $start_day $wall lasts $hours h', (vector) => {
    const calendar = calendarIn(vector.zone, [rule(vector.wall)]);
    const [start, end] = [at(vector.start_utc), at(vector.end_utc)];
    const shift = calendar.at(start);
    expect(shift).toMatchObject({ id: `${vector.start_day}/${vector.wall}`, start, end });
    expect(end - start).toBe(vector.hours * HOUR);
    expect(calendar.at(end - 1)?.id).toBe(shift?.id);
  });

  test('a shift belongs to the day on which it starts, and so do its days', () => {
    const calendar = berlin(rule('22:00-06:00', { days: [5] }));
    const shifts = calendar.between(at('2026-11-23T00:00Z'), at('2026-12-07T00:00Z'));
    expect(shifts.map(({ date }) => date)).toEqual(['2026-11-27', '2026-12-04']);
    expect(calendar.at(at('2026-11-28T03:00Z'))?.date).toBe('2026-11-27');
  });

  test('a shift that ends when it starts is a whole day', () => {
    const shift = berlin(rule('06:00-06:00')).at(at('2026-11-23T12:00Z'));
    expect(shift && shift.end - shift.start).toBe(24 * HOUR);
  });

  test('an instant on the edge belongs to the shift that starts', () => {
    const calendar = berlin(rule('06:00-14:00'), rule('14:00-22:00'));
    expect(calendar.at(at('2026-11-23T13:00Z'))?.name).toBe('14:00-22:00');
    expect(calendar.at(at('2026-11-23T21:00Z'))).toBeNull();
  });

  test('a start that the clock skips moves on by the gap', () => {
    const shift = berlin(rule('02:30-10:00')).at(at('2026-03-29T05:00Z'));
    expect(shift && shown(shift.start)).toBe('2026-03-29T01:30');
  });
});

describe('T3 breaks', () => {
  test('a break after midnight lies on the second day of a night shift', () => {
    const calendar = berlin(
      rule('22:00-06:00', { breaks: [wall('23:45-00:15'), wall('02:00-02:30')] }),
    );
    const shift = calendar.at(at('2026-11-23T23:00Z'));
    expect(shift?.breaks.map(({ start, end }) => [shown(start), shown(end)])).toEqual([
      ['2026-11-23T22:45', '2026-11-23T23:15'],
      ['2026-11-24T01:00', '2026-11-24T01:30'],
    ]);
    expect(shift && plannedTotal(shift)).toBe(7 * HOUR);
  });

  test('breaks stay apart and inside when the clock skips over them', () => {
    const calendar = berlin(
      rule('22:00-03:10', { breaks: [wall('02:00-02:15'), wall('03:00-03:10')] }),
    );
    const shift = calendar.at(at('2026-03-28T23:00Z'));
    expect(shift?.breaks.map(({ start, end }) => [shown(start), shown(end)])).toEqual([
      ['2026-03-29T01:00', '2026-03-29T01:10'],
    ]);
  });

  test('over a clock change of autumn a break over the repeated hour is longer', () => {
    const calendar = berlin(rule('22:00-06:00', { breaks: [wall('01:45-03:15')] }));
    const [pause] = calendar.at(at('2026-10-25T00:00Z'))?.breaks ?? [];
    expect(pause && pause.end - pause.start).toBe(2.5 * HOUR);
  });
});

describe('neighbours', () => {
  const calendar = berlin(rule('06:00-14:00', { days: [1, 2, 3, 4, 5] }));

  test('the next shift after a weekend is Monday, the last before it Friday', () => {
    const saturday = at('2026-11-28T12:00Z');
    expect(calendar.after(saturday)?.date).toBe('2026-11-30');
    expect(calendar.before(saturday)?.date).toBe('2026-11-27');
  });

  test('a plant without shifts has no neighbours', () => {
    const none = berlin();
    expect([none.at(0), none.after(0), none.before(0)]).toEqual([null, null, null]);
  });
});

test('T2: a shift whose end a clock change pushes past the next one ends where that begins', () => {
  const calendar = berlin(rule('22:00-02:30'), rule('03:00-11:00'));
  const shifts = calendar.between(at('2026-03-28T20:00:00Z'), at('2026-03-29T08:00:00Z'));
  expect(shifts.map(({ start, end }) => [shown(start), shown(end)])).toEqual([
    ['2026-03-28T21:00', '2026-03-29T01:00'],
    ['2026-03-29T01:00', '2026-03-29T09:00'],
  ]);
});
