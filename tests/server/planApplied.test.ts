import type { PlanAnswer, PlanSaved } from '@lineside/domain/plan-wire.ts';
import type { WrittenPlan } from '@lineside/domain/plan.ts';
import type { LineEntry, ViewsAnswer } from '@lineside/domain/wire.ts';
import { expect, test } from 'vitest';
import { startApp, type StartedApp } from '../support/app.ts';
import { HOUR, MORNING } from '../support/builders.ts';
import { FakeClock } from '../support/fakeClock.ts';
import { until } from '../support/product.ts';

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
