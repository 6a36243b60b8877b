import { readFileSync } from 'node:fs';
import { plannedTotal } from '@lineside/domain/shift.ts';
import { describe, expect, test } from 'vitest';
import type { ShiftPlan, ShiftRule, WallSpan } from '../../server/src/config/plan.ts';
import { Calendar, type ShiftPlanInForce } from '../../server/src/plan/calendar.ts';
import { seeded, type Random } from '../support/random.ts';

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
const DAY = 24 * HOUR;

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

describe('T2 zones and days out of the ordinary', () => {
  const cases: [zone: string, wall: string, date: string, start: string, end: string][] = [
    ['Australia/Lord_Howe', '22:00-06:00', '2026-10-03', '10-03T11:30', '10-03T19:00'],
    ['Australia/Lord_Howe', '22:00-06:00', '2026-04-04', '04-04T11:00', '04-04T19:30'],
    ['Australia/Lord_Howe', '02:15-10:00', '2026-10-04', '10-03T15:45', '10-03T23:00'],
    ['Africa/Casablanca', '22:00-06:00', '2026-02-14', '02-14T21:00', '02-15T06:00'],
    ['Africa/Casablanca', '22:00-06:00', '2026-03-21', '03-21T22:00', '03-22T05:00'],
    ['Asia/Kolkata', '06:00-14:00', '2026-11-23', '11-23T00:30', '11-23T08:30'],
    ['Asia/Kolkata', '18:00-06:00', '2026-11-23', '11-23T12:30', '11-24T00:30'],
    ['America/St_Johns', '22:00-06:00', '2026-03-07', '03-08T01:30', '03-08T08:30'],
    ['America/St_Johns', '22:00-06:00', '2026-10-31', '11-01T00:30', '11-01T09:30'],
    ['Europe/Berlin', '00:00-24:00', '2026-03-29', '03-28T23:00', '03-29T22:00'],
    ['Europe/Berlin', '00:00-24:00', '2026-10-25', '10-24T22:00', '10-25T23:00'],
    ['Europe/Berlin', '18:00-06:00', '2026-03-28', '03-28T17:00', '03-29T04:00'],
    ['Europe/Berlin', '18:00-06:00', '2026-10-24', '10-24T16:00', '10-25T05:00'],
    ['Europe/Berlin', '06:00-18:00', '2026-03-29', '03-29T04:00', '03-29T16:00'],
  ];

  test.each(cases)('%s %s on %s', (zone, text, date, start, end) => {
    const shift = calendarIn(zone, [rule(text)]).at(at(`2026-${start}Z`));
    expect(shift?.id).toBe(`${date}/${text}`);
    expect([shown(shift?.start ?? 0), shown(shift?.end ?? 0)]).toEqual([
      `2026-${start}`,
      `2026-${end}`,
    ]);
  });

  test('Apia skips 30 December 2011: nothing starts on it, and the night before it ends on the 31st', () => {
    const calendar = calendarIn('Pacific/Apia', [rule('06:00-14:00'), rule('22:00-06:00')]);
    const shifts = calendar.between(at('2011-12-29T00:00Z'), at('2012-01-01T00:00Z'));
    expect(shifts.map(({ id, start, end }) => [id, shown(start), shown(end)])).toEqual([
      ['2011-12-28/22:00-06:00', '2011-12-29T08:00', '2011-12-29T16:00'],
      ['2011-12-29/06:00-14:00', '2011-12-29T16:00', '2011-12-30T00:00'],
      ['2011-12-29/22:00-06:00', '2011-12-30T08:00', '2011-12-30T16:00'],
      ['2011-12-31/06:00-14:00', '2011-12-30T16:00', '2011-12-31T00:00'],
      ['2011-12-31/22:00-06:00', '2011-12-31T08:00', '2011-12-31T16:00'],
      ['2012-01-01/06:00-14:00', '2011-12-31T16:00', '2012-01-01T00:00'],
    ]);
  });

  test('a rotation of 12 hours leaves no gap over either clock change, breaks across midnight included', () => {
    const night = rule('18:00-06:00', { breaks: [wall('23:45-00:15'), wall('01:30-03:30')] });
    const calendar = berlin(rule('06:00-18:00'), night);
    for (const [from, to, hours] of [
      ['2026-03-27T17:00Z', '2026-03-30T16:00Z', 1],
      ['2026-10-23T16:00Z', '2026-10-26T17:00Z', 3],
    ] as const) {
      const shifts = calendar.between(at(from), at(to));
      for (const [index, shift] of shifts.entries()) {
        if (index > 0) expect(shift.start).toBe(shifts[index - 1]?.end);
      }
      const changed = shifts.find(({ start, end }) => end - start !== 12 * HOUR);
      const lengths = changed?.breaks.map(({ start, end }) => (end - start) / HOUR);
      expect(lengths).toEqual([0.5, hours]);
    }
  });
});

describe('holidays and extra shifts', () => {
  const usual = [rule('06:00-14:00', { name: 'Early' }), rule('22:00-06:00', { name: 'Night' })];

  function idsOf(plan: Partial<ShiftPlan>, from: string, to: string): string[] {
    const whole = { timeZone: 'UTC', shifts: usual, holidays: [], extraShifts: [], ...plan };
    const calendar = new Calendar([{ from: 0, plan: whole }]);
    return calendar
      .between(at(from), at(to))
      .map(({ id, start, end }) => `${id} ${shown(start).slice(11)}-${shown(end).slice(11)}`);
  }

  test('no shift starts on a holiday; the night before it goes on into it', () => {
    const holidays = [{ date: '2026-12-25', shifts: null }];
    expect(idsOf({ holidays }, '2026-12-24T12:00Z', '2026-12-26T08:00Z')).toEqual([
      '2026-12-24/Early 06:00-14:00',
      '2026-12-24/Night 22:00-06:00',
      '2026-12-26/Early 06:00-14:00',
    ]);
  });

  test('a holiday may leave out some shifts only', () => {
    const holidays = [{ date: '2026-12-25', shifts: ['Night'] }];
    expect(idsOf({ holidays }, '2026-12-25T00:00Z', '2026-12-26T05:00Z')).toEqual([
      '2026-12-24/Night 22:00-06:00',
      '2026-12-25/Early 06:00-14:00',
    ]);
  });

  test('an extra shift is worked beside the usual ones, on a holiday too, or in place of one of its name', () => {
    const holidays = [{ date: '2026-12-25', shifts: null }];
    const extraShifts = [
      { date: '2026-12-25', name: 'Rush', ...wall('08:00-12:00'), breaks: [] },
      { date: '2026-12-26', name: 'Early', ...wall('07:00-10:00'), breaks: [] },
    ];
    expect(idsOf({ holidays, extraShifts }, '2026-12-25T06:00Z', '2026-12-26T12:00Z')).toEqual([
      '2026-12-25/Rush 08:00-12:00',
      '2026-12-26/Early 07:00-10:00',
    ]);
  });

  test('after a summer without shifts the next one is found, and the last one before it', () => {
    const days = Array.from({ length: 30 }, (_, n) => String(n + 1).padStart(2, '0'));
    const holidays = days.map((day) => ({ date: `2026-06-${day}`, shifts: null }));
    const plan = { timeZone: 'UTC', shifts: usual, holidays, extraShifts: [] };
    const calendar = new Calendar([{ from: 0, plan }]);
    const middle = at('2026-06-15T12:00Z');
    expect(calendar.after(middle)?.id).toBe('2026-07-01/Early');
    expect(calendar.before(middle)?.id).toBe('2026-05-31/Night');
  });
});

describe('a plan of shifts that changes', () => {
  const plan = (shifts: readonly ShiftRule[], timeZone = 'UTC'): ShiftPlan => {
    return { timeZone, shifts, holidays: [], extraShifts: [] };
  };
  const early = rule('06:00-14:00', { name: 'Early' });
  const changedAt = at('2026-11-23T10:00Z');
  const around = [at('2026-11-23T00:00Z'), at('2026-11-24T00:00Z')] as const;
  const spans = (calendar: Calendar): string[] =>
    calendar
      .between(...around)
      .map(({ id, start, end }) => `${id} ${shown(start).slice(11)}-${shown(end).slice(11)}`);

  test('leaves the running shift its window, and the past as it was', () => {
    const later = rule('07:00-12:00', { name: 'Early' });
    const calendar = new Calendar([
      { from: 0, plan: plan([early]) },
      { from: changedAt, plan: plan([later]) },
    ]);
    expect(spans(calendar)).toEqual(['2026-11-23/Early 06:00-14:00']);
    expect(calendar.after(changedAt)?.start).toBe(at('2026-11-24T07:00Z'));
    expect(calendar.before(changedAt)?.start).toBe(at('2026-11-22T06:00Z'));
  });

  test('a shift of the new plan that starts meanwhile begins when the running one is over', () => {
    const mid = rule('12:00-20:00', { name: 'Mid', breaks: [wall('13:30-14:30')] });
    const calendar = new Calendar([
      { from: 0, plan: plan([early]) },
      { from: changedAt, plan: plan([mid]) },
    ]);
    expect(spans(calendar)).toEqual(['2026-11-23/Early 06:00-14:00', '2026-11-23/Mid 14:00-20:00']);
    const [pause] = calendar.at(at('2026-11-23T15:00Z'))?.breaks ?? [];
    expect(pause && [shown(pause.start), shown(pause.end)]).toEqual([
      '2026-11-23T14:00',
      '2026-11-23T14:30',
    ]);
  });

  test('one that would be over by then is not worked; a second one of a date and name has a number', () => {
    const again = rule('15:00-18:00', { name: 'Early' });
    const short = rule('11:00-13:00', { name: 'Short' });
    const calendar = new Calendar([
      { from: 0, plan: plan([early]) },
      { from: changedAt, plan: plan([short, again]) },
    ]);
    expect(spans(calendar)).toEqual([
      '2026-11-23/Early 06:00-14:00',
      '2026-11-23/Early/2 15:00-18:00',
    ]);
  });

  test('another zone holds from the next shift on', () => {
    const calendar = new Calendar([
      { from: 0, plan: plan([early]) },
      { from: changedAt, plan: plan([early], 'America/New_York') },
    ]);
    expect(calendar.after(changedAt)).toMatchObject({
      id: '2026-11-23/Early/2',
      start: at('2026-11-23T14:00Z'),
      end: at('2026-11-23T19:00Z'),
    });
  });
});

test('what is found never depends on the span that is asked for', { timeout: 60_000 }, () => {
  const random = seeded();
  let compared = 0;
  for (let round = 0; round < 36; round++) {
    // Every sixth around the day that Apia skipped, the others around the clock changes of a year.
    const week = at('2026-03-20T00:00Z') + random.below(30) * 7 * DAY;
    const from = round % 6 === 0 ? at('2011-12-28T00:00Z') : week;
    const calendar = new Calendar(somePlans(random, from));
    const whole = calendar.between(from - 40 * DAY, from + 40 * DAY);
    for (const [index, { start, end, breaks }] of whole.entries()) {
      expect(start).toBeLessThan(end);
      expect(start).toBeGreaterThanOrEqual(whole[index - 1]?.end ?? -Infinity);
      for (const pause of breaks) {
        expect(start <= pause.start && pause.start < pause.end && pause.end <= end).toBe(true);
      }
    }
    expect(new Set(whole.map(({ id }) => id)).size).toBe(whole.length);
    for (let n = 0; n < 40; n++) {
      const start = Math.floor(from + (random.next() - 0.5) * 60 * DAY);
      const end = start + 1 + Math.floor(random.next() ** 3 * 9 * DAY);
      const expected = whole.filter((shift) => shift.start < end && shift.end > start);
      expect(calendar.between(start, end)).toEqual(expected);
      expect(calendar.at(start)).toEqual(
        whole.find((shift) => shift.start <= start && start < shift.end) ?? null,
      );
      const next = whole.find((shift) => shift.start > start);
      if (next) expect(calendar.after(start)).toEqual(next);
      const last = whole.findLast((shift) => shift.end <= start);
      if (last) expect(calendar.before(start)).toEqual(last);
      compared += 1;
    }
  }
  console.log(`${compared} spans compared`);
});

/** Plans that follow each other within a few days, in zones with every kind of clock change. */
function somePlans(random: Random, from: number): ShiftPlanInForce[] {
  let start = from - 10 * DAY;
  return Array.from({ length: 1 + random.below(5) }, (_, index) => {
    start += Math.floor(random.next() * 5 * DAY);
    return { from: index === 0 ? 0 : start, plan: somePlan(random, from) };
  });
}

const ZONES = [
  ...['UTC', 'Europe/Berlin', 'Australia/Lord_Howe', 'America/St_Johns', 'Pacific/Apia'],
  ...['Africa/Casablanca', 'Asia/Kolkata', 'America/New_York'],
];

function somePlan(random: Random, from: number): ShiftPlan {
  const cuts = Array.from({ length: 1 + random.below(5) }, () => random.below(96) * 15);
  const edges = [...new Set(cuts)].sort((a, b) => a - b);
  const days = ([1, 2, 3, 4, 5, 6, 7] as const).filter(() => random.below(5) > 0);
  const shifts = edges.map((startMinute, index): ShiftRule => {
    const endMinute = edges[index + 1] ?? edges[0] ?? 0;
    const middle = (startMinute + 15) % 1440;
    const breaks = [{ startMinute: middle, endMinute: (middle + 20) % 1440 }];
    return { name: `S${index}`, startMinute, endMinute, days, breaks };
  });
  const date = (): string =>
    new Date(from + (random.below(30) - 15) * DAY).toISOString().slice(0, 10);
  const names = ['S0', 'S1', 'Extra'];
  return {
    timeZone: ZONES[random.below(ZONES.length)] ?? 'UTC',
    shifts,
    holidays: Array.from({ length: random.below(4) }, () => ({
      date: date(),
      shifts: random.below(2) === 0 ? null : ['S0'],
    })),
    extraShifts: Array.from({ length: random.below(4) }, () => {
      const startMinute = random.below(96) * 15;
      const endMinute = (startMinute + 15 + random.below(80) * 15) % 1440;
      const name = names[random.below(3)] ?? 'Extra';
      return { date: date(), name, startMinute, endMinute, breaks: [] };
    }),
  };
}
