import type { WrittenLine, WrittenPlan } from '@lineside/domain/plan.ts';
import type { TargetChange } from '@lineside/domain/target.ts';
import { describe, expect, test } from 'vitest';
import { plantFileText } from '../../server/src/config/plant-file.ts';
import type { PlanHistory } from '../../server/src/plan/history.ts';
import {
  productChanges,
  standingProductChange,
  targetsOver,
} from '../../server/src/plan/line-plan.ts';
import { PlanDesk } from '../../server/src/plan/plan-desk.ts';
import type { FormerTarget } from '../../server/src/ports.ts';
import { aLedger, aShift, HOUR, MORNING } from '../support/builders.ts';
import { PlanRecords, writtenPlan } from '../support/plans.ts';
import { aPlant } from '../support/plants.ts';

const PLAN = writtenPlan(aPlant(['press-1', 'press-2']));
const LATER = MORNING + HOUR;
const BEFORE = MORNING - 24 * HOUR;

function withLine(plan: WrittenPlan, id: string, settings: Partial<WrittenLine>): WrittenPlan {
  const lines = plan.lines.map((line) => (line.id === id ? { ...line, ...settings } : line));
  return { ...plan, lines };
}

/** The only shift there is. */
const CALENDAR = { between: () => [aShift()] };

const at100 = PLAN;
const at120 = withLine(PLAN, 'press-1', { target: { perHour: 120 } });
const anna = { who: 'Anna', why: 'more is wanted' };

/** The targets of the shift that begins in the morning. */
function targets(history: PlanHistory, line = 'press-1'): TargetChange[] {
  return targetsOver(history, line, [aShift()]);
}

const lineAt = (history: PlanHistory, at: number, id = 'press-1') =>
  history.at(at).written.lines.find((line) => line.id === id);

describe('S2 a changed plan leaves the past as it was', () => {
  test('the first plan holds from the beginning', async () => {
    const { history } = await new PlanRecords().start(PLAN, MORNING);
    expect(history.versions).toMatchObject([{ id: 1, from: 0, who: 'plant file' }]);
    expect(targets(history)).toEqual([{ at: MORNING, target: { perHour: 100 } }]);
  });

  test('a target changes when it was saved, and tells by whom and why', async () => {
    const { history } = await new PlanRecords().start(PLAN, BEFORE);
    const edit = { base: 1, from: LATER, ...anna, plan: at120 };
    expect(await history.save(edit, LATER)).toMatchObject({
      ok: true,
      changes: [{ key: 'press-1' }],
    });
    expect(targets(history)).toEqual([
      { at: MORNING, target: { perHour: 100 } },
      { at: LATER, target: { perHour: 120 }, by: anna },
    ]);
    expect(lineAt(history, LATER - 1)?.target).toEqual({ perHour: 100 });
    expect(lineAt(history, LATER)?.target).toEqual({ perHour: 120 });
  });

  test('a bend is told by whoever bent it, not by others whose changes hold from the same time', async () => {
    const { history } = await new PlanRecords().start(PLAN, BEFORE);
    const products = [...PLAN.products, { id: 'cover' }];
    const bent = withLine({ ...at120, products }, 'press-1', { product: 'cover' });
    await history.save({ base: 1, from: LATER, ...anna, plan: bent }, BEFORE);
    for (const id of ['press-2', 'press-1']) {
      const renamed = withLine(history.latest, id, { name: 'Renamed' });
      const ben = { who: 'Ben', why: `${id} was renamed` };
      await history.save({ base: history.version, from: LATER, ...ben, plan: renamed }, BEFORE);
    }
    expect(targets(history)[1]).toEqual({ at: LATER, target: { perHour: 120 }, by: anna });
    const span = [MORNING, LATER + HOUR] as const;
    expect(productChanges(history, 'press-1', [aShift()], span)).toEqual([
      { at: LATER, product: 'cover', by: anna },
    ]);
  });

  test('S11: a product that gets another rate of its own bends the target of who makes it from then on', async () => {
    const rated = (targetPerHour: number): WrittenPlan => ({
      ...PLAN,
      products: PLAN.products.map((product) => ({ ...product, targetPerHour })),
    });
    const { history } = await new PlanRecords().start(rated(60), BEFORE);
    await history.save({ base: 1, from: LATER, ...anna, plan: rated(90) }, LATER);
    expect(targets(history)).toEqual([
      { at: MORNING, target: { perHour: 100 }, ownRates: [['housing', 60]] },
      { at: LATER, target: { perHour: 100 }, ownRates: [['housing', 90]], by: anna },
    ]);
  });

  test('demand takes the place of the usual target in its shift, and quantities add up', async () => {
    const due = { date: '2026-11-23', shift: 'Early', line: 'press-1' };
    const products = [...PLAN.products, { id: 'cover' }];
    const demand = [
      { ...due, product: 'housing', quantity: 500 },
      { ...due, product: 'cover', quantity: 200 },
      { ...due, line: 'press-2', perHour: 90 },
      { ...due, date: '2026-11-24', quantity: 1 },
    ];
    const { history } = await new PlanRecords().start({ ...PLAN, products, demand }, BEFORE);
    expect(targets(history)).toEqual([{ at: MORNING, target: { perShift: 700 } }]);
    expect(targets(history, 'press-2')).toEqual([{ at: MORNING, target: { perHour: 90 } }]);
  });

  test('who was quicker is told to whoever was slower, and nothing is lost', async () => {
    const { history } = await new PlanRecords().start(PLAN, BEFORE);
    const edit = { base: 1, from: MORNING, ...anna };
    const [first, second] = await Promise.all([
      history.save({ ...edit, plan: at120 }, MORNING),
      history.save({ ...edit, plan: withLine(PLAN, 'press-2', { name: 'Two' }) }, MORNING),
    ]);
    expect(first).toMatchObject({ ok: true });
    expect(second).toMatchObject({ ok: false, versions: [{ id: 2, who: 'Anna' }] });
    expect(history.latest).toEqual(at120);
  });

  test('a trial saves nothing, be it on a version that is only being saved', async () => {
    const { history, filePlan } = await new PlanRecords().start(PLAN, BEFORE);
    const onChange = () => Promise.resolve();
    const desk = new PlanDesk({ history, filePlan, clock: { now: () => MORNING }, onChange });
    const edit = { from: null, ...anna, trial: false };
    const renamed = withLine(at120, 'press-2', { name: 'Two' });
    const [saved, tried] = await Promise.all([
      desk.save({ ...edit, base: 1, plan: at120 }),
      desk.save({ ...edit, base: 2, plan: renamed, trial: true }),
    ]);
    expect([saved.name, tried.name]).toEqual(['saved', 'changed']);
    expect(history.latest).toEqual(at120);
    const again = { ...edit, base: 2, plan: renamed, trial: true };
    expect(await desk.save(again)).toMatchObject({ name: 'saved', changes: [{ key: 'press-2' }] });
    expect(await desk.save({ ...again, base: 1 })).toMatchObject({
      ...{ name: 'changed', version: 2, versions: [{ id: 2 }] },
    });
  });

  test('a save that changes nothing makes no version', async () => {
    const { history } = await new PlanRecords().start(PLAN, BEFORE);
    const saved = await history.save({ base: 1, from: MORNING, ...anna, plan: PLAN }, MORNING);
    expect(saved).toEqual({ ok: true, changes: [] });
    expect(history.version).toBe(1);
  });

  test('what is saved holds on, though something else was planned for later', async () => {
    const { history } = await new PlanRecords().start(PLAN, BEFORE);
    await history.save({ base: 1, from: LATER + HOUR, ...anna, plan: at120 }, MORNING);
    const at90 = withLine(at120, 'press-1', { target: { perHour: 90 } });
    await history.save({ base: 2, from: LATER, ...anna, plan: at90 }, LATER);
    expect(history.latest).toEqual(at90);
    expect(lineAt(history, LATER + HOUR)?.target).toEqual({ perHour: 90 });
    expect(lineAt(history, MORNING)?.target).toEqual({ perHour: 100 });
  });

  test('who touches an entry does not bring forward what another one planned for later', async () => {
    const { history } = await new PlanRecords().start(PLAN, BEFORE);
    const wednesday = LATER + 48 * HOUR;
    await history.save({ base: 1, from: wednesday, ...anna, plan: at120 }, MORNING);
    const ben = { who: 'Ben', why: 'nobody calls it that' };
    const renamed = withLine(history.latest, 'press-1', { name: 'First press' });
    await history.save({ base: 2, from: LATER, ...ben, plan: renamed }, LATER);
    expect(lineAt(history, LATER)).toMatchObject({
      ...{ name: 'First press', target: { perHour: 100 } },
    });
    expect(lineAt(history, wednesday)).toMatchObject({
      ...{ name: 'First press', target: { perHour: 120 } },
    });
    expect(targets(history)).toEqual([{ at: MORNING, target: { perHour: 100 } }]);
    expect(history.latest).toEqual(renamed);
  });

  test('what was planned for later can be taken back, and nothing else changes', async () => {
    const { history } = await new PlanRecords().start(PLAN, BEFORE);
    await history.save({ base: 1, from: LATER + HOUR, ...anna, plan: at120 }, MORNING);
    await history.save({ base: 2, from: MORNING, ...anna, plan: PLAN }, MORNING);
    expect(history.versions.map(({ from }) => from)).toEqual([0, LATER + HOUR, LATER + HOUR]);
    expect(history.latest).toEqual(PLAN);
  });

  test('a demand in parts that becomes a rate is one at every time, and never both', async () => {
    const due = { date: '2026-11-23', shift: 'Late', line: 'press-1' };
    const withDemand = (settings: object) => ({ ...PLAN, demand: [{ ...due, ...settings }] });
    const { history } = await new PlanRecords().start(withDemand({ quantity: 1 }), BEFORE);
    const edit = { ...anna, base: 1, from: LATER };
    await history.save({ ...edit, plan: withDemand({ quantity: 2, crew: 3 }) }, MORNING);
    const rate = withDemand({ perHour: 90, crew: 3 });
    await history.save({ ...edit, base: 2, from: MORNING, plan: rate }, MORNING);
    expect(history.at(MORNING).written.demand).toEqual([{ ...due, perHour: 90 }]);
    expect(history.latest).toEqual(rate);
  });

  test('a line that is planned later is taken for planned before; one that is removed stays in the past', async () => {
    const { history } = await new PlanRecords().start(PLAN, BEFORE);
    const lines = [...PLAN.lines.slice(1), { id: 'new', target: { perHour: 7 } }];
    await history.save({ base: 1, from: LATER, ...anna, plan: { ...PLAN, lines } }, LATER);
    expect(targets(history, 'new')).toEqual([{ at: MORNING, target: { perHour: 7 } }]);
    expect(lineAt(history, MORNING)).toBeDefined();
    expect(lineAt(history, LATER)).toBeUndefined();
    expect(targets(history)).toEqual([
      { at: MORNING, target: { perHour: 100 } },
      { at: LATER, target: null, by: anna },
    ]);
  });

  test('a line that is planned for later is there from then on, and not before', async () => {
    const { history, plans } = await new PlanRecords().start(PLAN, BEFORE);
    const lines = [...PLAN.lines, { id: 'new', target: { perHour: 7 } }];
    await history.save({ base: 1, from: LATER, ...anna, plan: { ...PLAN, lines } }, MORNING);
    const renamed = withLine(history.latest, 'new', { name: 'Third press' });
    await history.save({ base: 2, from: MORNING, ...anna, plan: renamed }, MORNING);
    expect(lineAt(history, LATER - 1, 'new')).toBeUndefined();
    expect(lineAt(history, LATER, 'new')).toMatchObject({ name: 'Third press' });
    plans.follow(MORNING);
    expect(plans.lineOf('new')).toBeUndefined();
    expect(plans.knows('new')).toBe(true);
    plans.follow(LATER);
    const early = aShift();
    const { zeroAt, until } = { zeroAt: early.start, until: early.end };
    const { targets } = plans.factsOf('new', aLedger().track, { zeroAt, until });
    expect(targets.slice(0, 2).map(({ at, target }) => [at, target])).toEqual([
      [expect.any(Number), null],
      [LATER, { perHour: 7 }],
    ]);
  });

  test('until there are shifts, what is planned holds from the beginning', async () => {
    const { history } = await new PlanRecords().start(null, BEFORE);
    expect(history.fromNow(MORNING)).toBe(0);
    await history.save({ base: 1, from: 0, ...anna, plan: PLAN }, MORNING);
    expect(history.fromNow(LATER)).toBe(LATER);
  });
});

describe('P4: a product that a person sets by hand', () => {
  const DAY = [MORNING, MORNING + 8 * HOUR] as const;
  const since = (at: number) => new Date(at).toISOString();
  const byHand = (plan: WrittenPlan, at: number) =>
    withLine(plan, 'press-1', { product: 'housing', productSince: since(at) });
  const changesOf = (history: PlanHistory, span: readonly [number, number] = DAY) =>
    productChanges(history, 'press-1', [aShift()], span);

  test('is a change though the plan says the same one, at the instant at which it was set', async () => {
    const { history } = await new PlanRecords().start(PLAN, BEFORE);
    expect(changesOf(history)).toEqual([]);
    const edit = { base: 1, from: LATER, ...anna, plan: byHand(PLAN, LATER) };
    await history.save(edit, LATER);
    const set = { at: LATER, product: 'housing', by: anna };
    expect(changesOf(history)).toEqual([set]);
    expect(changesOf(history, [LATER, LATER + HOUR])).toEqual([]);
  });

  test('is not set again by a later edit of the same line, and the past keeps it when another follows', async () => {
    const { history } = await new PlanRecords().start(PLAN, BEFORE);
    await history.save({ base: 1, from: LATER, ...anna, plan: byHand(PLAN, LATER) }, LATER);
    const ben = { who: 'Ben', why: 'nobody calls it that' };
    const renamed = withLine(history.latest, 'press-1', { name: 'First press' });
    await history.save({ base: 2, from: LATER + HOUR, ...ben, plan: renamed }, LATER + HOUR);
    const set = { at: LATER, product: 'housing', by: anna };
    expect(changesOf(history)).toEqual([set]);
    const again = LATER + 2 * HOUR;
    await history.save({ base: 3, from: again, ...ben, plan: byHand(renamed, again) }, again);
    expect(changesOf(history)).toEqual([set, { at: again, product: 'housing', by: ben }]);
  });

  test('survives its way out as a plant file and into another server, and overrules nothing anew there', async () => {
    const { history } = await new PlanRecords().start(PLAN, BEFORE);
    await history.save({ base: 1, from: LATER, ...anna, plan: byHand(PLAN, LATER) }, LATER);
    const file = writtenPlan(plantFileText(history.latest));
    expect(file).toEqual(history.latest);
    const fresh = await new PlanRecords().start(file, LATER + HOUR);
    expect(changesOf(fresh.history)).toEqual([{ at: LATER, product: 'housing' }]);
    const other = await new PlanRecords().start(PLAN, BEFORE);
    await other.history.save({ base: 1, from: LATER + HOUR, ...anna, plan: file }, LATER + HOUR);
    expect(changesOf(other.history)).toEqual([]);
    const later = LATER + 72 * HOUR;
    expect(standingProductChange(other.history, 'press-1', CALENDAR, later)).toEqual([]);
  });

  test('a product that came back after the demand of a shift is no news days later', async () => {
    const due = { date: '2026-11-23', shift: 'Early', line: 'press-1', product: 'cover' };
    const products = [...PLAN.products, { id: 'cover' }];
    const demand = [{ ...due, quantity: 500 }];
    const { history } = await new PlanRecords().start({ ...PLAN, products, demand }, BEFORE);
    const back = { at: MORNING + 8 * HOUR, product: 'housing' };
    for (const hours of [9, 48, 96]) {
      const at = MORNING + hours * HOUR;
      expect(standingProductChange(history, 'press-1', CALENDAR, at)).toEqual([back]);
    }
  });

  test('stands for days, as does a product that the plan changes, but not one that a line begins with', async () => {
    const { history } = await new PlanRecords().start(PLAN, BEFORE);
    const standing = (line = 'press-1', at = LATER + 72 * HOUR) =>
      standingProductChange(history, line, CALENDAR, at);
    expect(standing()).toEqual([]);
    const plan = { ...byHand(PLAN, LATER), lines: [...byHand(PLAN, LATER).lines, { id: 'new' }] };
    const products = [...PLAN.products, { id: 'cover' }];
    const withNew = withLine({ ...plan, products }, 'new', { product: 'cover' });
    await history.save({ base: 1, from: LATER, ...anna, plan: withNew }, LATER);
    expect(standing()).toEqual([{ at: LATER, product: 'housing' }]);
    expect(standing('press-1', LATER - 1)).toEqual([]);
    expect(standing('new')).toEqual([]);
    const cover = withLine(withNew, 'press-2', { product: 'cover' });
    await history.save({ base: 2, from: LATER + HOUR, ...anna, plan: cover }, LATER + HOUR);
    expect(standing('press-2')).toEqual([{ at: LATER + HOUR, product: 'cover' }]);
  });

  test('waits behind the demand of a shift that names a product', async () => {
    const due = { date: '2026-11-23', shift: 'Early', line: 'press-1', product: 'housing' };
    const demanding = { ...byHand(PLAN, LATER), demand: [{ ...due, quantity: 500 }] };
    const { history } = await new PlanRecords().start(PLAN, BEFORE);
    await history.save({ base: 1, from: LATER, ...anna, plan: demanding }, LATER);
    expect(changesOf(history)).toEqual([]);
  });

  test('holds on over what was planned for later, product and instant together', async () => {
    const { history } = await new PlanRecords().start(PLAN, BEFORE);
    const products = [...PLAN.products, { id: 'cover' }];
    const cover = withLine({ ...PLAN, products }, 'press-1', { product: 'cover' });
    await history.save({ base: 1, from: LATER + HOUR, ...anna, plan: cover }, MORNING);
    const plan = byHand(history.latest, LATER);
    await history.save({ base: 2, from: LATER, ...anna, plan }, LATER);
    expect(changesOf(history)).toEqual([{ at: LATER, product: 'housing', by: anna }]);
    expect(history.latest).toEqual(plan);
  });

  test.each([
    ['now', null, LATER],
    ['at a later time', LATER + HOUR, LATER + HOUR],
  ])('is set when it comes to hold: %s', async (_name, from, at) => {
    const { history, filePlan } = await new PlanRecords().start(PLAN, BEFORE);
    const onChange = () => Promise.resolve();
    const desk = new PlanDesk({ history, filePlan, clock: { now: () => LATER }, onChange });
    const plan = withLine(PLAN, 'press-1', { product: 'housing', productSince: 'now' });
    const edit = { base: 1, from, ...anna, plan, trial: false };
    expect(await desk.save(edit)).toMatchObject({ name: 'saved', version: 2 });
    expect(lineAt(history, at)).toMatchObject({ productSince: since(at) });
    expect(changesOf(history)).toEqual([{ at, product: 'housing', by: anna }]);
  });
});

describe('the plant file and the browser', () => {
  test('a start without a change records nothing', async () => {
    const records = new PlanRecords();
    await records.start(PLAN, MORNING);
    const { history, filePlan } = await records.start(PLAN, LATER);
    expect(history.version).toBe(1);
    expect(filePlan.changes).toBeNull();
  });

  test('a file that changed is taken up while nobody edited the plan', async () => {
    const records = new PlanRecords();
    await records.start(at100, MORNING);
    const { history, filePlan } = await records.start(at120, LATER);
    expect(history.versions).toMatchObject([{ id: 1 }, { id: 2, who: 'plant file', from: LATER }]);
    expect(history.latest).toEqual(at120);
    expect(filePlan.changes).toBeNull();
    expect((await records.start(at120, LATER + HOUR)).history.version).toBe(2);
  });

  test('after an edit it is offered, as far as it says anything new, and the edit holds', async () => {
    const records = new PlanRecords();
    const { history } = await records.start(at100, MORNING);
    await history.save({ base: 1, from: MORNING, ...anna, plan: at120 }, MORNING);
    expect((await records.start(at100, LATER)).filePlan.changes).toBeNull();

    const file = withLine(at100, 'press-2', { name: 'Second press' });
    const again = await records.start(file, LATER);
    expect(again.history.latest).toEqual(at120);
    expect(again.filePlan.changes).toMatchObject([
      { part: 'lines', key: 'press-2', after: { name: 'Second press' } },
    ]);

    const taken = withLine(at120, 'press-2', { name: 'Second press' });
    await again.history.save({ base: 2, from: LATER, ...anna, plan: taken }, LATER);
    await again.filePlan.settle(LATER);
    expect(again.filePlan.changes).toBeNull();
    const last = await records.start(file, LATER + HOUR);
    expect(last.history.latest).toEqual(taken);
    expect(last.filePlan.changes).toBeNull();
  });

  test('a file that comes to an empty plan is taken up from the beginning', async () => {
    const records = new PlanRecords();
    await records.start(null, MORNING);
    const { history } = await records.start(PLAN, LATER);
    expect(history.latest).toEqual(PLAN);
    expect(history.versions.map(({ from }) => from)).toEqual([0, 0]);
  });

  test('without the file the plan stays', async () => {
    const records = new PlanRecords();
    await records.start(PLAN, MORNING);
    const { history, filePlan } = await records.start(null, LATER);
    expect(history.latest).toEqual(PLAN);
    expect(filePlan.changes).toBeNull();
  });

  test('a clock that was set back between two starts keeps the newest plan', async () => {
    const records = new PlanRecords();
    await records.start(at100, MORNING);
    await records.start(at120, LATER);
    const at80 = withLine(PLAN, 'press-1', { target: { perHour: 80 } });
    const { history } = await records.start(at80, MORNING + HOUR / 2);
    expect(history.latest).toEqual(at80);
    const { version } = history;
    expect((await records.start(at80, LATER + HOUR)).history.version).toBe(version);
  });
});

describe('what was planned before plans had versions', () => {
  const FORMER: FormerTarget[] = [
    { line: 'gone', at: 0, target: { perHour: 5 }, product: 'scrapped' },
    { line: 'press-1', at: 0, target: { perHour: 80 }, product: 'housing' },
    { line: 'press-1', at: MORNING + HOUR, target: { perShift: 900 }, product: null },
    { line: 'press-1', at: MORNING + 2 * HOUR, target: { perHour: 100 }, product: 'housing' },
  ];

  test('is the past, and the file is the present', async () => {
    const { history } = await new PlanRecords().start(PLAN, MORNING + 9 * HOUR, FORMER);
    expect(targets(history).map(({ at, target }) => ({ at, target }))).toEqual([
      { at: MORNING, target: { perHour: 80 } },
      { at: MORNING + HOUR, target: { perShift: 900 } },
      { at: MORNING + 2 * HOUR, target: { perHour: 100 } },
    ]);
    expect(lineAt(history, MORNING)?.product).toBe('housing');
    expect(lineAt(history, MORNING + HOUR)).not.toHaveProperty('product');
    expect(lineAt(history, MORNING, 'gone')).toEqual({ id: 'gone', target: { perHour: 5 } });
    expect(history.latest).toEqual(PLAN);
    expect(targets(history, 'press-2')).toEqual([{ at: MORNING, target: { perHour: 100 } }]);
  });
});
