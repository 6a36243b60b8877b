import { describe, expect, test } from 'vitest';
import { planChanges, type PlanChange, type WrittenPlan } from '@lineside/domain/plan.ts';
import { changesInWords, namesIn } from '../../client/src/plan/change-words.ts';
import { decided, rebase } from '../../client/src/plan/rebase.ts';
import { labelOf, sentence } from '../../client/src/plan/sentences.ts';
import { seeded } from '../support/random.ts';
import { aWrittenPlan } from './writtenPlans.ts';

const PLAN = aWrittenPlan();

const withLine = (id: string, perHour: number, plan = PLAN): WrittenPlan => ({
  ...plan,
  lines: plan.lines.some((line) => line.id === id)
    ? plan.lines.map((line) => (line.id === id ? { ...line, target: { perHour } } : line))
    : [...plan.lines, { id, target: { perHour } }],
});

describe('changes in words', () => {
  const wordsOf = (after: WrittenPlan): string[] =>
    changesInWords(planChanges(PLAN, after), namesIn(PLAN, after));

  test.each<[name: string, after: WrittenPlan, words: string[]]>([
    ['a target', withLine('press-1', 120), ['Line Press 1: target 100/h → 120/h']],
    [
      'a target of another kind',
      withLine('weld-1', 90),
      ['Line Weld 1: target 700 a shift → 90/h'],
    ],
    ['a line', withLine('new', 10), ['Line new added: target 10/h']],
    ['a line less', { ...PLAN, lines: PLAN.lines.slice(1) }, ['Line Press 1 taken out']],
    [
      'a product by its name',
      { ...PLAN, lines: PLAN.lines.map((line) => ({ ...line, product: 'lid' })) },
      ['Line Press 1: product Housing → Lid', 'Line Weld 1: product none → Lid'],
    ],
    [
      'a product set by hand',
      {
        ...PLAN,
        lines: PLAN.lines.map((line) =>
          line.id === 'press-1' ? { ...line, productSince: '2026-11-25T10:12:30.5Z' } : line,
        ),
      },
      ['Line Press 1: product Housing → Housing (set by hand 2026-11-25 11:12)'],
    ],
    [
      'a shift’s breaks and days',
      { ...PLAN, shifts: PLAN.shifts.map(({ name, start, end }) => ({ name, start, end })) },
      ['Shift Early: breaks 09:00–09:15 → none; days Mon, Tue, Sat → every day'],
    ],
    [
      'another name of a shift',
      {
        ...PLAN,
        shifts: PLAN.shifts.map((shift, n) => (n === 0 ? { ...shift, name: 'A' } : shift)),
      },
      ['Shift Early is now called A'],
    ],
    [
      'a demand',
      { ...PLAN, demand: PLAN.demand.map((each) => ({ ...each, crew: 4 })) },
      [
        'Demand on Press 1 of Lid, Early 2026-12-01: crew 3 → 4',
        'Demand on Weld 1, Late 2026-12-01: crew none → 4',
      ],
    ],
    [
      'a holiday',
      { ...PLAN, holidays: [...PLAN.holidays, { date: '2027-01-01', name: 'New Year' }] },
      ['Holiday 2027-01-01 added: New Year, without any shift'],
    ],
    [
      'the plant',
      { ...PLAN, plant: { ...PLAN.plant, timeZone: 'UTC' } },
      ['Plant: time zone Europe/Berlin → UTC'],
    ],
  ])('%s', (_name, after, words) => {
    expect(wordsOf(after)).toEqual(words);
  });

  test('messages begin with their field', () => {
    expect(sentence('Name', 'must not be empty')).toBe('Name must not be empty.');
    expect(sentence('Name', '"x" is there twice')).toBe('"x" is there twice.');
    expect(labelOf('demand/0/amount')).toBe('Good parts');
  });
});

describe('changes put on a plan that others changed', () => {
  const mine = planChanges(PLAN, withLine('press-1', 120));

  test('of another entry: both hold', () => {
    const rebased = rebase(PLAN, mine, withLine('weld-1', 90));
    expect(rebased.conflicts).toEqual([]);
    expect(rebased.plan).toEqual(withLine('press-1', 120, withLine('weld-1', 90)));
  });

  test('of the same entry in the same way: there is nothing to ask', () => {
    const rebased = rebase(PLAN, mine, withLine('press-1', 120));
    expect(rebased).toEqual({ plan: withLine('press-1', 120), conflicts: [] });
  });

  test('of the same entry in another way: either can hold', () => {
    const rebased = rebase(PLAN, mine, withLine('press-1', 110));
    expect(rebased.conflicts).toHaveLength(1);
    expect(decided(rebased, () => true)).toEqual(withLine('press-1', 120));
    expect(decided(rebased, () => false)).toEqual(withLine('press-1', 110));
  });

  test('of other fields of the same entry: both hold, and nothing is asked', () => {
    const area = (plan: WrittenPlan, text: string): WrittenPlan => ({
      ...plan,
      lines: plan.lines.map((line) => (line.id === 'press-1' ? { ...line, area: text } : line)),
    });
    const moved = area(PLAN, 'Hall B');
    expect(rebase(PLAN, mine, moved)).toEqual({
      plan: area(withLine('press-1', 120), 'Hall B'),
      conflicts: [],
    });
    // Where both changed the target, only that is asked for: the area stays as they moved it.
    const both = area(withLine('press-1', 110), 'Hall B');
    const rebased = rebase(PLAN, planChanges(PLAN, withLine('press-1', 120)), both);
    const [conflict] = rebased.conflicts;
    expect(conflict?.theirs.after).toEqual(withLine('press-1', 110).lines[0]);
    expect(decided(rebased, () => true)).toEqual(area(withLine('press-1', 120), 'Hall B'));
    expect(decided(rebased, () => false)).toEqual(both);
  });

  test('an entry that one took out and the other changed is asked for', () => {
    const gone = { ...PLAN, lines: PLAN.lines.slice(1) };
    expect(rebase(PLAN, mine, gone).conflicts).toHaveLength(1);
    expect(rebase(PLAN, planChanges(PLAN, gone), withLine('press-1', 1)).conflicts).toHaveLength(1);
  });

  test('nothing of either is lost, whatever they did', () => {
    const random = seeded();
    const wild = (): WrittenPlan =>
      Array.from({ length: 1 + random.below(4) }).reduce<WrittenPlan>(
        (plan) => withLine(`line-${random.below(5)}`, 1 + random.below(3), plan),
        PLAN,
      );
    const placesOf = (changes: readonly PlanChange[]): string[] =>
      changes.map(({ part, key }) => `${part}:${key}`);
    for (let n = 0; n < 500; n++) {
      const [ours, theirs] = [wild(), wild()];
      const own = planChanges(PLAN, ours);
      const rebased = rebase(PLAN, own, theirs);
      const after = decided(rebased, () => true);
      for (const change of own) expect(planChanges(PLAN, after)).toContainEqual(change);
      const kept = decided(rebased, () => false);
      for (const change of planChanges(PLAN, theirs)) {
        expect(planChanges(PLAN, kept)).toContainEqual(change);
      }
      expect(placesOf(planChanges(PLAN, theirs))).toEqual(
        expect.arrayContaining(rebased.conflicts.map(({ theirs }) => `lines:${theirs.key}`)),
      );
    }
  });
});
