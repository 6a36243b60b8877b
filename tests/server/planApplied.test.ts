import type { Board } from '@lineside/domain/board.ts';
import type { PlanAnswer, PlanSaved } from '@lineside/domain/plan-wire.ts';
import type { WrittenPlan } from '@lineside/domain/plan.ts';
import type { LineEntry, ViewsAnswer } from '@lineside/domain/wire.ts';
import { expect, test } from 'vitest';
import { startApp, type StartedApp } from '../support/app.ts';
import { HOUR, MINUTE, MORNING } from '../support/builders.ts';
import { FakeClock } from '../support/fakeClock.ts';
import { aPlant } from '../support/plants.ts';
import { until } from '../support/product.ts';
import { Publisher } from '../support/publisher.ts';

const iso = (at: number): string => new Date(at).toISOString();

async function save(
  app: StartedApp,
  from: string,
  change: (plan: WrittenPlan) => WrittenPlan,
): Promise<PlanSaved> {
  const { version, plan } = (await app.ask('/api/plan')).body as PlanAnswer;
  const edit = { base: version, from, who: 'Anna', why: 'more', plan: change(plan) };
  const headers = { 'Content-Type': 'application/json' };
  const body = JSON.stringify(edit);
  const response = await fetch(`${app.http}/api/plan`, { method: 'POST', body, headers });
  expect(response.status).toBe(200);
  return (await response.json()) as PlanSaved;
}

const namesOf = async (app: StartedApp): Promise<string[]> =>
  ((await app.ask('/api/lines')).body as LineEntry[]).map(({ name }) => name);

const targetsOf = async (app: StartedApp, at: number): Promise<unknown[]> => {
  const { body } = await app.ask(`/api/views?at=${at}&lines=press-1`);
  return ((body as ViewsAnswer).lines[0]?.targets ?? []).map(({ target }) => target);
};

test('what is planned for later comes into force in its time, and is known before', async () => {
  const clock = new FakeClock(MORNING + HOUR);
  await using app = await startApp({ clock });
  const from = MORNING + 2 * HOUR;
  await save(app, iso(from), (plan) => ({ ...plan, lines: plan.lines.slice(1) }));
  expect(await namesOf(app)).toEqual(['Line press-1', 'Line press-2']);
  const { plan, now } = (await app.ask('/api/plan')).body as PlanAnswer;
  expect([plan.lines.length, now.lines.length]).toEqual([1, 2]);
  clock.advance(HOUR);
  await until(
    () => namesOf(app),
    (names) => names.length === 1,
  );
  // Its past stays, whatever it is now.
  expect((await app.ask(`/api/lines/press-1/board?at=${iso(MORNING + HOUR)}`)).body).toMatchObject({
    line: { name: 'Line press-1' },
    target: { now: 100 },
  });
});

test('S2: a shift that was replayed before its demand changed is replayed with the change after it', async () => {
  const clock = new FakeClock(MORNING + 4 * HOUR);
  await using app = await startApp({ clock });
  expect(await targetsOf(app, MORNING + HOUR)).toEqual([{ perHour: 100 }]);
  const due = { date: '2026-11-23', shift: 'Early', line: 'press-1' };
  await save(app, 'now', (plan) => ({ ...plan, demand: [{ ...due, quantity: 1_200 }] }));
  const bent = [{ perHour: 100 }, { perShift: 1_200 }, { perHour: 100 }];
  expect(await targetsOf(app, MORNING + HOUR)).toEqual(bent);
  clock.advance(9 * HOUR);
  await until(
    () => app.ask('/api/lines/press-1/board'),
    ({ body }) => (body as { shift: { name: string } }).shift.name === 'Late',
  );
  const board = (at: number) => app.ask(`/api/lines/press-1/board?at=${iso(at)}`);
  expect((await board(MORNING + 3 * HOUR)).body).toMatchObject({ target: { now: 300 } });
  expect((await board(MORNING + 6 * HOUR)).body).toMatchObject({
    target: { now: 800, shift: 1_200 },
  });
  expect((await board(MORNING + 9 * HOUR)).body).toMatchObject({
    target: { now: 100, shift: 800 },
  });
});

test('C5: parts of a product that only the plan names, or a person by hand, count', async () => {
  const clock = new FakeClock(MORNING + HOUR);
  const quick = '  - { id: clip, name: Clip, idealCycleSeconds: 8 }\nlines:';
  const plant = aPlant(['press-1', 'press-2']).replace('lines:', quick);
  const due = '{ date: "2026-11-23", shift: Early, line: press-1, product: clip, quantity: 3000 }';
  await using app = await startApp({ clock, plant: `${plant}demand:\n  - ${due}\n` });
  const publisher = await Publisher.connect(app.mqtt, 'gateway');
  const tell = async (line: string, minutes: readonly [from: number, to: number]) => {
    for (let minute = minutes[0]; minute <= minutes[1]; minute++) {
      const payload = JSON.stringify({ good: minute * 7, ts: MORNING + minute * MINUTE });
      await publisher.publish({ topic: `lineside/${line}/output`, payload });
    }
    await publisher.settled();
  };
  const goodOf = async (line: string, at: number) => {
    const { body } = await app.ask(`/api/lines/${line}/board?at=${iso(at)}`);
    return (body as { count: { good: number } }).count.good;
  };
  await tell('press-1', [0, 60]);
  expect(await goodOf('press-1', MORNING + HOUR)).toBe(420);
  await save(app, 'now', (plan) => ({
    ...plan,
    lines: plan.lines.map((line) => ({ ...line, product: 'clip' })),
  }));
  clock.advance(HOUR);
  await tell('press-2', [60, 120]);
  publisher.close();
  expect(await goodOf('press-2', MORNING + 2 * HOUR)).toBe(420);
});

test('S11: a product that a reading names brings its target rate, live, looked back on, and below demand', async () => {
  const clock = new FakeClock(MORNING + 2 * HOUR);
  const paced = '  - { id: cover, idealCycleSeconds: 40, targetPerHour: 60 }\nlines:';
  const plant = aPlant(['press-1', 'press-2']).replace('lines:', paced);
  await using app = await startApp({ clock, plant });
  const publisher = await Publisher.connect(app.mqtt, 'gateway');
  for (const [hours, product] of [
    [0, 'housing'],
    [1, 'cover'],
  ] as const) {
    const payload = JSON.stringify({ good: hours * 100, ts: MORNING + hours * HOUR, product });
    await publisher.publish({ topic: 'lineside/press-1/output', payload });
  }
  await publisher.settled();
  publisher.close();
  const board = async (at?: number) =>
    (await app.ask(`/api/lines/press-1/board${at ? `?at=${iso(at)}` : ''}`)).body;
  const live = { target: { now: 160, shift: 100 + 7 * 60, perHour: 60 } };
  expect(await board()).toMatchObject(live);
  expect(await board(MORNING + 30 * MINUTE)).toMatchObject({ target: { now: 50, shift: 800 } });
  const due = { date: '2026-11-23', shift: 'Early', line: 'press-1', quantity: 700 };
  await save(app, 'now', (plan) => ({ ...plan, demand: [due] }));
  const asked = { now: 160 + (700 - 160) / 6, shift: 700, perHour: 90 };
  clock.advance(HOUR);
  expect(await board()).toMatchObject({ target: asked });
  expect(await board(MORNING + 2 * HOUR - 1)).toMatchObject({ target: { shift: 520 } });
});

test('P4 C5: a product that a person sets by hand overrules what readings named, and its parts count', async () => {
  const clock = new FakeClock(MORNING + HOUR);
  const slow = '  - { id: block, name: Block, idealCycleSeconds: 60 }\nlines:';
  const plant = aPlant(['press-1'])
    .replace('lines:', slow)
    .replace('idealCycleSeconds: 30', 'idealCycleSeconds: 8');
  await using app = await startApp({ clock, plant });
  const publisher = await Publisher.connect(app.mqtt, 'gateway');
  const tell = async (minute: number, reading: object) => {
    const payload = JSON.stringify({ ...reading, ts: MORNING + minute * MINUTE });
    await publisher.publish({ topic: 'lineside/press-1/output', payload });
    await publisher.settled();
  };
  const boardAt = async (minute: number) => {
    const { body } = await app.ask(`/api/lines/press-1/board?at=${iso(MORNING + minute * MINUTE)}`);
    return body as Board;
  };
  await tell(1, { good: 0, product: 'block' });
  await tell(60, { good: 10 });
  expect((await boardAt(60)).product?.id).toBe('block');
  await save(app, 'now', (plan) => ({
    ...plan,
    lines: plan.lines.map((line) => ({ ...line, product: 'housing', productSince: 'now' })),
  }));
  clock.advance(10 * MINUTE);
  for (let minute = 61; minute <= 70; minute++) {
    await tell(minute, { good: 10 + 7 * (minute - 60), product: 'block' });
  }
  publisher.close();
  const [before, after] = [await boardAt(59), await boardAt(70)];
  expect([before.product?.id, after.product?.id]).toEqual(['block', 'housing']);
  expect(after.count).toMatchObject({ good: 80, implausible: 0 });
});

test('P4: it holds on days later, until readings name another product than they did', async () => {
  const clock = new FakeClock(MORNING + HOUR);
  const other = '  - { id: block, name: Block, idealCycleSeconds: 60 }\nlines:';
  await using app = await startApp({ clock, plant: aPlant(['press-1']).replace('lines:', other) });
  const publisher = await Publisher.connect(app.mqtt, 'gateway');
  const tell = async (at: number, product?: string) => {
    const payload = JSON.stringify({ good: (at - MORNING) / MINUTE, ts: at, product });
    await publisher.publish({ topic: 'lineside/press-1/output', payload });
  };
  const productAt = async (at: number) => {
    await publisher.settled();
    const { body } = await app.ask(`/api/lines/press-1/board?at=${iso(at)}`);
    return (body as Board).product?.id;
  };
  await tell(MORNING, 'block');
  expect(await productAt(MORNING + HOUR)).toBe('block');
  await save(app, 'now', (plan) => ({
    ...plan,
    lines: plan.lines.map((line) => ({ ...line, product: 'housing', productSince: 'now' })),
  }));
  const later = MORNING + 60 * HOUR;
  clock.advance(later - clock.now());
  for (let at = MORNING + 2 * HOUR; at < later; at += 20 * MINUTE) await tell(at);
  expect(await productAt(later)).toBe('housing');
  expect(await productAt(later - 9 * HOUR)).toBe('housing');
  await tell(later, 'cast');
  expect(await productAt(later)).toBe('cast');
  publisher.close();
});
