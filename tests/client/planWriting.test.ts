import { describe, expect, test } from 'vitest';
import { EMPTY_PLAN, type WrittenPlan } from '@lineside/domain/plan.ts';
import {
  adoptedLine,
  nextBreak,
  nextDemand,
  nextLine,
  nextProduct,
  nextShift,
  threeShifts,
} from '../../client/src/plan/beginnings.ts';
import { problemsOf } from '../../client/src/plan/checks.ts';
import { draftOf, type DemandDraft, type Draft } from '../../client/src/plan/draft.ts';
import { idFrom } from '../../client/src/plan/ids.ts';
import { instantOf, localAt } from '../../client/src/plan/moments.ts';
import { followName, writeId } from '../../client/src/plan/naming.ts';
import { fieldOf } from '../../client/src/plan/problems.ts';
import { plannedMinutes, timeFrom } from '../../client/src/plan/times.ts';
import { piecesOf, weekOf, weekSpanWords } from '../../client/src/plan/week.ts';
import { changesTo, numberFrom, planOf, sentPlan } from '../../client/src/plan/written.ts';
import { seeded } from '../support/random.ts';
import { aWrittenPlan } from './writtenPlans.ts';

const TODAY = '2026-11-23';

const drafted = (change: (draft: Draft) => void, plan = aWrittenPlan()): Draft => {
  const draft = draftOf(plan);
  change(draft);
  return draft;
};

/** Writes into a field as a person does. */
function write(draft: Draft, field: string, text: string | string[]): void {
  const steps = field.split('/');
  const last = steps.pop() ?? '';
  const entry = steps.reduce<unknown>(
    (part, step) => (part as Record<string, unknown>)[step],
    draft,
  );
  Object.assign(entry as object, { [last]: text });
}

describe('ids from names', () => {
  test.each([
    ['Press 1', [], 'press-1'],
    ['  Säge & Fräse  ', [], 'sage-frase'],
    ['Größe', [], 'grosse'],
    ['Press 1', ['press-1'], 'press-1-2'],
    ['Press 1', ['press-1', 'press-1-2'], 'press-1-3'],
    ['???', [], ''],
    ['x'.repeat(80), ['x'.repeat(64)], `${'x'.repeat(62)}-2`],
  ])('%s, with %j taken, is %s', (name, taken, id) => {
    expect(idFrom(name, taken)).toBe(id);
  });

  test('the id follows the name until it is written by hand', () => {
    const draft = drafted(({ lines }) => lines.push(nextLine(draftOf(EMPTY_PLAN))));
    const line = draft.lines.at(-1);
    if (!line) throw new Error('no line');
    line.name = 'Press 1';
    followName(draft, 'lines', line, TODAY);
    expect(line.id).toBe('press-1-2');
    Object.assign(line, { id: 'mine', isIdOwn: true, name: 'Other' });
    followName(draft, 'lines', line, TODAY);
    expect(line.id).toBe('mine');
  });

  describe('what names an unsaved entry', () => {
    const blank = { uid: -1, id: '', name: '', isIdOwn: false, isSaved: false };
    const owing = (draft: Draft, line: string, product: string, date = TODAY): DemandDraft => {
      const demand = { ...nextDemand(draft, date), date, line, product };
      draft.demand.push(demand);
      return demand;
    };
    /** As a person types: from letter to letter. */
    const typed = (text: string, each: (text: string) => void): void => {
      for (let length = 0; length <= text.length; length++) each(text.slice(0, length));
    };

    test('follows its name and its id, however they come about', () => {
      const draft = drafted(() => undefined);
      const line = { ...nextLine(draft), ...blank, id: 'pres', name: 'Pres' };
      const cap = { ...nextProduct(), ...blank, uid: -2, id: 'pac', name: 'Pac' };
      draft.lines.push({ ...line, product: 'pac' });
      draft.products.push(cap);
      const [ofDraft, product] = [draft.lines.at(-1), draft.products.at(-1)];
      if (!ofDraft || !product) throw new Error('no entry');
      const demand = owing(draft, 'pres', 'pac');
      const others = draft.lines.slice(0, -1).map((each) => each.product);
      typed('Press 1b', (name) => {
        ofDraft.name = name;
        followName(draft, 'lines', ofDraft, TODAY);
      });
      typed('Cap', (name) => {
        product.name = name;
        followName(draft, 'products', product, TODAY);
      });
      expect([demand.line, demand.product, ofDraft.product]).toEqual(['press-1b', 'cap', 'cap']);
      // By hand, past the id of another line.
      typed('press-1-x', (id) => writeId(draft, 'lines', ofDraft, id, TODAY));
      typed('my cap', (id) => writeId(draft, 'products', product, id, TODAY));
      expect([demand.line, demand.product]).toEqual(['press-1-x', 'my']);
      typed('my-cap', (id) => writeId(draft, 'products', product, id, TODAY));
      expect([demand.product, ofDraft.product]).toEqual(['my-cap', 'my-cap']);
      expect(draft.lines.slice(0, -1).map((each) => each.product)).toEqual(others);
    });

    test('what is over, and what names something else that is gone, stays as it is', () => {
      const draft = drafted(() => undefined);
      const before = owing(draft, 'press-9', '', '2026-11-22');
      const gone = owing(draft, 'press-8', '');
      draft.lines.push({ ...nextLine(draft), ...blank });
      const line = draft.lines.at(-1);
      if (!line) throw new Error('no line');
      for (const name of ['Press 90', 'Press 80']) {
        typed(name, (text) => {
          line.name = text;
          followName(draft, 'lines', line, TODAY);
        });
      }
      expect(line.id).toBe('press-80');
      expect([before.line, gone.line]).toEqual(['press-9', 'press-8']);
    });
  });
});

describe('what people type', () => {
  test.each([
    ['6', '06:00'],
    ['600', '06:00'],
    ['1430', '14:30'],
    ['6:05', '06:05'],
    ['22.15', '22:15'],
    ['24:00', '24:00'],
    ['24:01', null],
    ['6:60', null],
    ['six', null],
    ['', null],
  ])('the time %j is %j', (text, time) => {
    expect(timeFrom(text)).toBe(time);
  });

  test.each([
    ['100', 100],
    ['2,5', 2.5],
    [' .5 ', 0.5],
    ['-3', -3],
    ['1e3', null],
    ['ten', null],
    ['', null],
  ])('the number %j is %j', (text, value) => {
    expect(numberFrom(text)).toBe(value);
  });
});

describe('planned minutes of a shift as written', () => {
  const span = (start: string, end: string): { start: string; end: string } => ({ start, end });

  test.each([
    [{ ...span('06:00', '14:00'), breaks: [span('09:00', '09:15')] }, 465],
    [{ ...span('22:00', '06:00'), breaks: [span('23:45', '0:15')] }, 450],
    [{ ...span('6', '6'), breaks: [] }, 1440],
    [{ ...span('06:00', ''), breaks: [] }, null],
    [{ ...span('06:00', '14:00'), breaks: [span('9', '')] }, 480],
  ])('%j: %j', (shift, minutes) => {
    expect(plannedMinutes(shift)).toBe(minutes);
  });
});

describe('the week', () => {
  test('three shifts on workdays leave the weekend, and nothing overlaps', () => {
    const week = weekOf(threeShifts());
    expect(week.gaps.map(weekSpanWords)).toEqual(['Sat 06:00 – Mon 06:00']);
    expect(week.overlaps).toEqual([]);
  });

  test('a night shift of Sunday is shown at the end and at the beginning of the week', () => {
    const [run] = weekOf([{ name: 'N', start: '22:00', end: '06:00', days: ['Sun'] }]).runs;
    if (!run) throw new Error('no run');
    expect(piecesOf(run).map(({ from, share }) => [from * 168, share * 168])).toEqual([
      [expect.closeTo(166), expect.closeTo(2)],
      [0, expect.closeTo(6)],
    ]);
  });

  test('two shifts at once are told with their span', () => {
    const shifts = drafted(({ shifts }) => {
      const [early] = shifts;
      if (early) early.end = '15:00';
    }).shifts;
    expect(weekOf(shifts).overlaps.map(weekSpanWords)).toContain('Mon 14:00 – Mon 15:00');
  });
});

describe('what new entries begin with', () => {
  test('a second shift starts where the first one ended, as long and on the same days', () => {
    const draft = draftOf(EMPTY_PLAN);
    draft.shifts.push(nextShift(draft));
    draft.shifts.push(nextShift(draft));
    expect(planOf(draft).shifts).toMatchObject([
      { name: 'Early', start: '06:00', end: '14:00', days: ['Mon', 'Tue', 'Wed', 'Thu', 'Fri'] },
      { name: 'Late', start: '14:00', end: '22:00', days: ['Mon', 'Tue', 'Wed', 'Thu', 'Fri'] },
    ]);
  });

  test('a break lies in the middle of what is left of its shift, across midnight too', () => {
    expect(nextBreak({ start: '20:00', end: '04:00', breaks: [] })).toMatchObject({
      ...{ start: '00:00', end: '00:30' },
    });
  });

  test('a new line has the last one’s target, unless that is counted as few others are', () => {
    const line = (perHour: number) => ({ id: `line-${perHour}`, target: { perHour } });
    const odd = { id: 'odd', target: { perShift: 700 } };
    const after = (lines: WrittenPlan['lines']) => nextLine(draftOf(aWrittenPlan({ lines })));
    expect(after([line(90), line(100)])).toMatchObject({ amount: '100', per: 'hour' });
    expect(after([line(90), line(100), odd])).toMatchObject({ amount: '', per: 'hour' });
    expect(after([odd])).toMatchObject({ amount: '700', per: 'shift' });
    expect(after([])).toMatchObject({ amount: '', per: 'hour' });
  });

  test('an adopted line keeps its id and gets a name to read', () => {
    const line = adoptedLine(draftOf(EMPTY_PLAN), 'press_9');
    expect(line).toMatchObject({ id: 'press_9', name: 'Press 9', isIdOwn: true });
  });
});

describe('a draft', () => {
  test('of a plan says what the plan says', () => {
    const plan = aWrittenPlan();
    expect(planOf(draftOf(plan))).toEqual(plan);
    expect(changesTo(plan, draftOf(plan))).toEqual([]);
    expect(problemsOf(draftOf(plan), '2026-11-25')).toEqual([]);
  });

  test('is no change where it only spells otherwise, and what is unchanged is sent as it was', () => {
    const plan = aWrittenPlan();
    const [first, ...others] = plan.lines;
    if (!first) throw new Error('no line');
    const spelled: WrittenPlan = {
      ...plan,
      lines: [{ ...first, counter: { correction: 0 }, thresholds: {} }, ...others],
    };
    const draft = draftOf(spelled);
    expect(changesTo(spelled, draft)).toEqual([]);
    expect(sentPlan(spelled, draft)).toEqual(spelled);
    draft.plant.name = 'Other';
    expect(changesTo(spelled, draft).map(({ part }) => part)).toEqual(['plant']);
    expect(sentPlan(spelled, draft).lines).toEqual(spelled.lines);
  });

  test('P4: a product set by hand stays that while the line is edited, until another is chosen', () => {
    const [press, ...others] = aWrittenPlan().lines;
    if (!press) throw new Error('no line');
    const byHand = { ...press, productSince: '2026-11-25T10:12:00.000Z' };
    const plan = aWrittenPlan({ lines: [byHand, ...others] });
    expect(planOf(draftOf(plan))).toEqual(plan);
    const draft = draftOf(plan);
    write(draft, 'lines/0/name', 'First press');
    expect(planOf(draft).lines[0]).toEqual({ ...byHand, name: 'First press' });
    write(draft, 'lines/0/product', 'lid');
    expect(planOf(draft).lines[0]).toEqual({ ...press, name: 'First press', product: 'lid' });
  });

  test('keeps its order when it is sent, so that problems are told at the right entry', () => {
    const draft = drafted(({ shifts }) => {
      const [early] = shifts;
      if (early) early.name = 'Morning';
    });
    expect(sentPlan(aWrittenPlan(), draft).shifts.map(({ name }) => name)).toEqual([
      ...['Morning', 'Late'],
    ]);
  });
});

describe('wrong entries are told at their fields', () => {
  test.each<[field: string, text: string | string[], message: RegExp, told?: string]>([
    ['plant/name', ' ', /must not be empty/],
    ['plant/timeZone', 'Berlin', /Europe\/Berlin/],
    ['shifts/0/end', '25', /00:00 to 24:00/],
    ['shifts/1/days', [], /at least one day/],
    ['shifts/1/name', 'Early', /there twice/],
    ['shifts/1/start', '13:00', /overlaps shift "Early"/],
    ['shifts/0/breaks/0/start', '15', /outside/],
    ['shifts/0/breaks/0/end', '9', /must not end/, 'shifts/0/breaks/0/start'],
    ['products/0/id', 'a b', /letters, digits/],
    ['products/0/idealCycleSeconds', '0', /greater than 0/],
    ['lines/0/amount', 'ten', /must be a number/],
    ['lines/1/id', 'press-1', /there twice/],
    ['lines/0/product', 'gone', /not among the products/],
    ['lines/0/criticalPercent', '2', /not be below/],
    ['lines/0/rollover', '2.5', /whole number/],
    ['holidays/0/date', '', /must be a date/],
    ['demand/0/shift', 'Day', /neither among/],
    ['demand/0/amount', '', /must not be empty/],
  ])('%s: %j', (field, text, message, told = field) => {
    const draft = draftOf(aWrittenPlan());
    write(draft, field, text);
    const problems = problemsOf(draft, '2026-11-25').map(({ path, message }) => [
      fieldOf(path),
      message,
    ]);
    expect(problems).toContainEqual([told, expect.stringMatching(message)]);
  });

  test('what is over may ask for a line, a shift or a product that has gone since', () => {
    const draft = drafted(({ demand }) => {
      for (const [n, each] of demand.entries()) {
        Object.assign(each, { line: `gone-${n}`, shift: 'Day', product: 'x' });
      }
    });
    const fields = (today: string) => problemsOf(draft, today).map(({ path }) => fieldOf(path));
    expect(fields('2026-12-02')).toEqual([]);
    expect(fields('2026-12-01')).toEqual(
      [0, 1].flatMap((n) => [`demand/${n}/line`, `demand/${n}/product`]),
    );
    expect(fields('2026-11-30')).toContain('demand/0/shift');
  });

  test.each([
    [['lines', 2, 'target', 'perHour'], 'lines/2/amount'],
    [['lines', 2, 'target'], 'lines/2/amount'],
    [['lines', 2, 'thresholds'], 'lines/2/criticalPercent'],
    [['lines', 2, 'thresholds', 'aheadPercent'], 'lines/2/aheadPercent'],
    [['lines', 2, 'counter', 'correction'], 'lines/2/correction'],
    [['lines', 2], 'lines/2/id'],
    [['shifts', 1], 'shifts/1/start'],
    [['shifts', 1, 'days', 3], 'shifts/1/days'],
    [['shifts', 1, 'breaks', 0], 'shifts/1/breaks/0/start'],
    [['shifts', 1, 'breaks', 0, 'end'], 'shifts/1/breaks/0/end'],
    [['holidays', 0, 'shifts', 1], 'holidays/0/shifts'],
    [['demand', 4, 'quantity'], 'demand/4/amount'],
    [['demand', 4], 'demand/4/amount'],
    [['plant', 'timeZone'], 'plant/timeZone'],
    [['plant'], 'plant/name'],
  ])('the server’s %j is shown at %s', (path, field) => {
    expect(fieldOf(path)).toBe(field);
  });
});

describe('moments at the plant', () => {
  test.each([
    ['2026-11-25T06:00', 'Europe/Berlin', '2026-11-25T05:00:00.000Z'],
    ['2026-10-25T02:30', 'Europe/Berlin', '2026-10-25T00:30:00.000Z'],
    ['2026-03-29T02:30', 'Europe/Berlin', '2026-03-29T01:30:00.000Z'],
    ['2026-11-25T06:00', 'Asia/Kolkata', '2026-11-25T00:30:00.000Z'],
    ['2026-11-25T06:00', 'Pacific/Kiritimati', '2026-11-24T16:00:00.000Z'],
  ])('%s in %s is %s', (local, zone, iso) => {
    expect(new Date(instantOf(local, zone) ?? NaN).toISOString()).toBe(iso);
  });

  test('there and back again, at any time', () => {
    const random = seeded();
    for (const zone of ['Europe/Berlin', 'Australia/Lord_Howe', 'America/St_Johns', 'UTC']) {
      for (let n = 0; n < 300; n++) {
        const local = localAt(Date.UTC(2026, 0, 1) + random.below(525_600) * 60_000, zone);
        expect(localAt(instantOf(local, zone) ?? NaN, zone)).toBe(local);
      }
    }
  });

  test('what is no time is none', () => {
    expect(instantOf('', 'UTC')).toBeNull();
    expect(instantOf('2026-13-01T00:00', 'UTC')).toBeNull();
  });
});
