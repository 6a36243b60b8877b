import type { PlanRequest } from '@lineside/domain/plan-wire.ts';
import type { PlanVersion, WrittenPlan } from '@lineside/domain/plan.ts';
import { EMPTY_PLAN, planChanges } from '@lineside/domain/plan.ts';
import type { Surge } from '@lineside/domain/surge.ts';
import { describe, expect, test } from 'vitest';
import { formatsFor } from '../../client/src/formats.ts';
import type { SaveAnswer } from '../../client/src/plan/plan-requests.ts';
import { withShiftChange, type ShiftChange } from '../../client/src/surge/change.ts';
import { saveShiftChange } from '../../client/src/surge/save.ts';
import { surgeWords } from '../../client/src/surge/words.ts';

const formats = formatsFor('UTC', 'en');
const END = Date.UTC(2026, 10, 25, 14);
const SHIFT = { date: '2026-11-25', name: 'Early', end: END };
const running = (): number => END - 1;
const PLAN: WrittenPlan = {
  ...EMPTY_PLAN,
  shifts: [{ name: 'Early', start: '06:00', end: '14:00' }],
  products: [{ id: 'housing' }, { id: 'cover' }],
  lines: [{ id: 'press-1', product: 'housing' }, { id: 'press-2' }],
};
const CHANGE: ShiftChange = { line: 'press-1', shift: SHIFT, quantity: 800, product: null };

describe('a changed shift in the plan', () => {
  test('adds what the shift owes', () => {
    expect(withShiftChange(PLAN, CHANGE).demand).toEqual([
      { ...{ date: '2026-11-25', shift: 'Early', line: 'press-1' }, quantity: 800 },
    ]);
  });

  test('keeps product, crew and place of what was there, and leaves other shifts alone', () => {
    const demand = [
      {
        date: '2026-11-25',
        shift: 'Early',
        line: 'press-1',
        product: 'housing',
        quantity: 700,
        crew: 3,
      },
      { date: '2026-11-26', shift: 'Early', line: 'press-1', quantity: 500 },
    ];
    expect(withShiftChange({ ...PLAN, demand }, CHANGE).demand).toEqual([
      { ...demand[0], quantity: 800 },
      demand[1],
    ]);
  });

  test('makes one sum of several products', () => {
    const each = { date: '2026-11-25', shift: 'Early', line: 'press-1' };
    const demand = [
      { ...each, product: 'housing', quantity: 400 },
      { ...each, product: 'cover', quantity: 300 },
    ];
    expect(withShiftChange({ ...PLAN, demand }, CHANGE).demand).toEqual([
      { ...each, quantity: 800 },
    ]);
  });

  test('changes the product of the line', () => {
    const changed = withShiftChange(PLAN, { ...CHANGE, quantity: null, product: 'cover' });
    expect(changed.lines[0]).toEqual({ id: 'press-1', product: 'cover', productSince: 'now' });
    expect(changed.demand).toEqual([]);
  });
});

describe('a product that a person sets', () => {
  const toCover: ShiftChange = { ...CHANGE, quantity: null, product: 'cover' };
  const each = { date: '2026-11-25', shift: 'Early', line: 'press-1' };
  const other = { ...each, shift: 'Late', product: 'housing', quantity: 5 };

  test.each([
    ['a quantity', [{ product: 'housing', quantity: 400, crew: 2 }], { quantity: 400, crew: 2 }],
    ['a rate', [{ product: 'housing', perHour: 60 }], { perHour: 60 }],
    [
      'two quantities',
      [
        { product: 'housing', quantity: 400 },
        { product: 'frame', quantity: 100 },
      ],
      { quantity: 500 },
    ],
  ])('takes the place of what the demand of the shift names: %s', (_name, asked, owed) => {
    const demand = [...asked.map((entry) => ({ ...each, ...entry })), other];
    const changed = withShiftChange({ ...PLAN, demand }, toCover);
    expect(changed.demand).toEqual([{ ...each, ...owed }, other]);
    expect(changed.lines[0]?.product).toBe('cover');
  });

  test('together with another quantity, too', () => {
    const demand = [{ ...each, product: 'housing', quantity: 400 }];
    const changed = withShiftChange({ ...PLAN, demand }, { ...toCover, quantity: 900 });
    expect(changed.demand).toEqual([{ ...each, quantity: 900 }]);
  });
});

/** A server whose plan others change just before the first save. */
class Shared {
  readonly saved: PlanRequest[] = [];
  readonly #theirs: WrittenPlan | null;
  #version = 1;

  constructor(theirs: WrittenPlan | null) {
    this.#theirs = theirs;
  }

  save = (request: PlanRequest): Promise<SaveAnswer> => {
    if (this.#version === 1 && this.#theirs) {
      this.#version = 2;
      const changes = planChanges(PLAN, this.#theirs);
      const version: PlanVersion = {
        id: 2,
        recordedAt: 0,
        from: 0,
        who: 'Ben',
        why: 'why',
        changes,
      };
      const entry = { ...version, recordedAt: '', from: '' };
      return Promise.resolve({
        name: 'changed',
        version: 2,
        versions: [entry],
        plan: this.#theirs,
      });
    }
    this.saved.push(request);
    return Promise.resolve({ name: 'saved', version: this.#version + 1, changes: [] });
  };
}

const SEEN = { version: 1, plan: PLAN };
const REASONS = { who: 'Ann', why: 'more wanted' };

describe('saving it', () => {
  test('goes onto what others changed elsewhere meanwhile', async () => {
    const theirs = { ...PLAN, products: [...PLAN.products, { id: 'frame' }] };
    const server = new Shared(theirs);
    expect(await saveShiftChange(server, SEEN, CHANGE, REASONS, running)).toEqual({
      ok: true,
      version: 3,
    });
    expect(server.saved).toEqual([
      { base: 2, from: 'now', ...REASONS, plan: withShiftChange(theirs, CHANGE) },
    ]);
  });

  test('a shift that ended while the form was open is not changed, and neither is the next one', async () => {
    const server = new Shared(null);
    const answer = await saveShiftChange(server, SEEN, CHANGE, REASONS, () => END);
    expect(answer).toEqual({
      ...{ ok: false, seen: SEEN },
      problems: [expect.stringMatching(/^Early is over/)],
    });
    expect(server.saved).toEqual([]);
  });

  test('P4: a product that the plan says already is set anew, when readings name another', async () => {
    const server = new Shared(null);
    const change = { ...CHANGE, quantity: null, product: 'housing' };
    const answer = await saveShiftChange(server, SEEN, change, REASONS, running);
    expect(answer).toEqual({ ok: true, version: 2 });
    const line = { id: 'press-1', product: 'housing', productSince: 'now' };
    expect(server.saved).toMatchObject([{ plan: { lines: [line, { id: 'press-2' }] } }]);
  });

  test('stops when somebody changed the same shift of the same line since it was opened, once', async () => {
    const theirs = withShiftChange(PLAN, { ...CHANGE, quantity: 900 });
    const server = new Shared(theirs);
    const answer = await saveShiftChange(server, SEEN, CHANGE, REASONS, running);
    const seen = { version: 2, plan: theirs };
    const problems = [expect.stringMatching(/^Ben changed this/)];
    expect(answer).toEqual({ ok: false, problems, seen });
    expect(server.saved).toEqual([]);
    expect(await saveShiftChange(server, seen, CHANGE, REASONS, running)).toMatchObject({
      ok: true,
    });
    expect(server.saved).toMatchObject([{ base: 2 }]);
  });
});

describe('P1-P3: a proposed demand in words', () => {
  const surge: Surge = {
    ...{ target: 400, requiredPerHour: 63.2, idealPerHour: 60, plannedMinutesLeft: 210 },
    ...{ bestGood: 372.4, shortBy: 27.6, overtimeMinutes: 27.6 },
  };
  const headroom = {
    line: { id: 'b', name: 'Line B', area: '' },
    product: { id: 'housing', name: 'Housing', idealCycleSeconds: 30 },
    ...{ isSameProduct: true, perHour: 40, parts: 140 },
  };

  test('what it needs is rounded up, what is possible down', () => {
    const words = surgeWords(surge, [headroom], formats, END);
    expect(words.headline).toBe('Needs 64/h from now: not possible');
    expect(words.sentences[0]).toBe('Best possible is 60/h.');
    expect(words.sentences[1]).toBe('28 short at best, when the shift ends at 14:00.');
    expect(words.remedies).toEqual([
      '28 min more after the shift',
      'Line B: room for 40/h (all of it)',
    ]);
  });

  test('another product costs a changeover', () => {
    const other = { ...headroom, isSameProduct: false, parts: 10.5 };
    const words = surgeWords(surge, [other], formats, END);
    expect(words.remedies[1]).toBe(
      'Line B: room for 40/h (10 parts), after a changeover from Housing',
    );
  });

  test('what can be made needs no remedy', () => {
    const words = surgeWords(
      { ...surge, requiredPerHour: 50, shortBy: 0 },
      [headroom],
      formats,
      END,
    );
    expect(words).toMatchObject({ verdict: 'possible', remedies: [] });
  });

  test('without an ideal cycle there is no verdict, but a way to one', () => {
    const nothing = { idealPerHour: null, bestGood: null, shortBy: null, overtimeMinutes: null };
    const words = surgeWords({ ...surge, ...nothing }, [], formats, END);
    expect(words.verdict).toBe('unknown');
    expect(words.sentences[1]).toContain('ideal cycle');
  });

  test('made already, or no time left', () => {
    expect(surgeWords({ ...surge, requiredPerHour: 0 }, [], formats, END).verdict).toBe('made');
    expect(surgeWords({ ...surge, requiredPerHour: null }, [], formats, END).verdict).toBe(
      'impossible',
    );
  });
});
