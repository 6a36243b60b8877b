// The plan as managers edit it, through the running product.
import type { Board } from '@lineside/domain/board.ts';
import type { WrittenPlan } from '@lineside/domain/plan.ts';
import type {
  PlanAnswer,
  PlanConflict,
  PlanImported,
  PlanInvalid,
  PlanSaved,
  PlanVersionEntry,
} from '@lineside/domain/plan-wire.ts';
import type { Health, LineEntry, LineView, PlantInfo, ViewsAnswer } from '@lineside/domain/wire.ts';
import { io } from 'socket.io-client';
import { describe, expect, test } from 'vitest';
import { aPlant } from '../support/plants.ts';
import { aFolder, startProduct, until, type Product } from '../support/product.ts';
import { Publisher } from '../support/publisher.ts';

const PLANT = aPlant(['press-1', 'press-2']);
const HOUR = 3_600_000;
const anna = { who: 'Anna', why: 'a rush order' };

interface Posted<Answer> {
  readonly status: number;
  readonly body: Answer;
}

async function post<Answer>(
  product: Product,
  path: string,
  body: string,
  headers: Readonly<Record<string, string>> = { 'Content-Type': 'application/json' },
): Promise<Posted<Answer>> {
  const response = await fetch(product.http + path, { method: 'POST', body, headers });
  return { status: response.status, body: (await response.json()) as Answer };
}

const planOf = (product: Product): Promise<PlanAnswer> => product.get('/api/plan');

async function save(
  product: Product,
  change: (plan: WrittenPlan) => WrittenPlan,
  fields: object = {},
): Promise<PlanSaved> {
  const { version, plan } = await planOf(product);
  const edit = { base: version, from: 'now', ...anna, plan: change(plan), ...fields };
  const { status, body } = await post<PlanSaved>(product, '/api/plan', JSON.stringify(edit));
  expect(body).not.toHaveProperty('error');
  expect(status).toBe(200);
  return body;
}

const renamed =
  (id: string, name: string) =>
  (plan: WrittenPlan): WrittenPlan => ({
    ...plan,
    lines: plan.lines.map((line) => (line.id === id ? { ...line, name } : line)),
  });

type BoardAnswer = Omit<Board, 'shift'> & {
  readonly shift: { readonly id: string; readonly start: string; readonly end: string };
};

const boardOf = (product: Product, line: string, at: number): Promise<BoardAnswer> =>
  product.get(`/api/lines/${line}/board?at=${new Date(at).toISOString()}`);

test('a plan is saved, told by version, and there again after a restart', async () => {
  await using folder = await aFolder();
  {
    await using product = await startProduct({ plant: PLANT, folder: folder.path });
    expect(await planOf(product)).toMatchObject({ version: 1, fileChanges: null });
    const saved = await save(product, renamed('press-1', 'Big press'));
    expect(saved).toMatchObject({ version: 2, changes: [{ part: 'lines', key: 'press-1' }] });
    await product.stop();
  }
  await using product = await startProduct({ folder: folder.path, plant: PLANT });
  const { version, plan, now, fileChanges } = await planOf(product);
  expect({ version, fileChanges }).toEqual({ version: 2, fileChanges: null });
  expect(plan).toEqual(now);
  expect(plan.lines[0]).toMatchObject({ id: 'press-1', name: 'Big press' });
  const versions = await product.get<PlanVersionEntry[]>('/api/plan/versions?limit=1');
  expect(versions).toMatchObject([{ id: 2, ...anna, changes: [{ after: { name: 'Big press' } }] }]);
  expect(Date.parse(versions[0]?.from ?? '')).toBeGreaterThan(Date.now() - HOUR);
});

describe('a plan that cannot be saved', () => {
  test('two people at once: the second is told who changed what, and nothing is lost', async () => {
    await using product = await startProduct({ plant: PLANT });
    const { version: base, plan } = await planOf(product);
    const edit = (who: string, changed: WrittenPlan): string =>
      JSON.stringify({ base, from: 'now', who, why: 'as I like it', plan: changed });
    const [first, second] = [
      await post(product, '/api/plan', edit('Anna', renamed('press-1', 'Big press')(plan))),
      await post<PlanConflict>(product, '/api/plan', edit('Ben', renamed('press-2', 'B')(plan))),
    ];
    expect(first.status).toBe(200);
    expect(second.status).toBe(409);
    expect(second.body.error.code).toBe('planChanged');
    expect(second.body.error.message).toContain('Anna changed lines press-1 (as I like it)');
    expect(second.body).toMatchObject({ version: 2, versions: [{ id: 2, who: 'Anna' }] });
    expect(second.body.plan).toEqual((await planOf(product)).plan);
    const unknown = edit('Ben', plan).replace('"base":1', '"base":9');
    const { status, body } = await post<PlanConflict>(product, '/api/plan', unknown);
    expect({ status, version: body.version }).toEqual({ status: 409, version: 2 });
    const rebased = renamed('press-2', 'B')(second.body.plan);
    await save(product, () => rebased);
    const names = (await product.get<LineEntry[]>('/api/lines')).map(({ name }) => name);
    expect(names).toEqual(['Big press', 'B']);
  });

  test('every wrong entry is told with its place, and nothing is saved', async () => {
    await using product = await startProduct({ plant: PLANT });
    const { plan } = await planOf(product);
    const wrong = {
      ...plan,
      plant: { name: '', timeZone: 'Mars/Olympus' },
      shifts: [...plan.shifts, { name: 'Extra', start: '13:00', end: '25:00' }],
      holidays: [{ date: '2026-02-30', name: 'No day' }],
      lines: [
        { id: 'a b', target: { perHour: -1 } },
        { id: 'press-1', product: 'none' },
      ],
      demand: [{ date: '2026-11-23', shift: 'Early', line: 'press-1' }],
    };
    const edit = { base: 1, from: '2001-01-01T00:00:00Z', who: ' ', why: '', plan: wrong };
    const { status, body } = await post<PlanInvalid>(product, '/api/plan', JSON.stringify(edit));
    expect(status).toBe(422);
    expect(body.error.code).toBe('invalidPlan');
    expect(body.problems.map(({ path }) => path.join('.')).sort()).toEqual([
      'demand.0',
      'from',
      'holidays.0.date',
      'lines.0.id',
      'lines.0.target.perHour',
      'lines.1.product',
      'plant.name',
      'plant.timeZone',
      'shifts.3.end',
      'who',
      'why',
    ]);
    for (const { message } of body.problems) expect(message.length).toBeGreaterThan(10);
    expect((await planOf(product)).version).toBe(1);
  });

  test.each([
    ['another site', { 'Content-Type': 'application/json', Origin: 'http://evil.example' }, 403],
    ['a form', { 'Content-Type': 'application/x-www-form-urlencoded' }, 415],
    ['text', { 'Content-Type': 'text/plain' }, 415],
  ])('from %s: refused', async (_what, headers, status) => {
    await using product = await startProduct({ plant: PLANT });
    const { plan } = await planOf(product);
    const body = JSON.stringify({ base: 1, from: 'now', ...anna, plan: { ...plan, lines: [] } });
    expect((await post(product, '/api/plan', body, headers)).status).toBe(status);
    expect((await planOf(product)).version).toBe(1);
  });

  test('what is no plan at all, or too much of it', async () => {
    await using product = await startProduct({ plant: PLANT });
    for (const body of ['{', '[]', '{"base":1,"from":"now"}', '{"base":"x"}']) {
      const { status } = await post(product, '/api/plan', body);
      expect([400, 422]).toContain(status);
    }
    const much = JSON.stringify({ base: 1, from: 'now', plan: 'x'.repeat(1_100_000) });
    expect((await post(product, '/api/plan', much)).status).toBe(413);
  });
});

test('a trial tells what would change and saves nothing', async () => {
  await using product = await startProduct({ plant: PLANT });
  const trial = await save(product, renamed('press-1', 'Big'), { trial: true });
  expect(trial).toMatchObject({ version: 1, changes: [{ key: 'press-1' }] });
  expect((await planOf(product)).plan.lines[0]?.name).toBe('Line press-1');
});

test('S2: demand that changes in a running shift bends the board from then on, live and replayed', async () => {
  await using product = await startProduct({ plant: PLANT });
  const publisher = await Publisher.connect(product.mqtt, 'gateway', 2_000);
  const startedAt = Date.now();
  const { shift } = await boardOf(product, 'press-1', startedAt);
  const [start, end] = [Date.parse(shift.start), Date.parse(shift.end)];
  for (const [at, good] of [
    [start, 0],
    [startedAt, 50],
  ]) {
    await publisher.publish({
      topic: 'lineside/press-1/output',
      payload: JSON.stringify({ good, ts: at }),
    });
  }
  await publisher.settled();
  publisher.close();
  const before = await boardOf(product, 'press-1', startedAt);
  const expectedAt = (at: number): number => (100 * (at - start)) / HOUR;
  expect(before.target?.now).toBeCloseTo(expectedAt(startedAt), 6);
  expect(before.target?.shift).toBeCloseTo(800, 6);

  const [date = '', name = ''] = shift.id.split('/');
  const demand = [{ date, shift: name, line: 'press-1', quantity: 1_000 }];
  await save(product, (plan) => ({ ...plan, demand }));
  const [version] = await product.get<PlanVersionEntry[]>('/api/plan/versions?limit=1');
  const bentAt = Date.parse(version?.from ?? '');

  const after = await boardOf(product, 'press-1', end - 1);
  expect(after.target?.shift).toBeCloseTo(1_000, 6);
  const halfway = (bentAt + end) / 2;
  const bent = await boardOf(product, 'press-1', halfway);
  expect(bent.target?.now).toBeCloseTo((expectedAt(bentAt) + 1_000) / 2, 4);
  // What was due before is as it was, whether it is asked of the floor or of the store.
  const again = await boardOf(product, 'press-1', startedAt);
  expect(again.target?.now).toBeCloseTo(expectedAt(startedAt), 6);
  expect((await boardOf(product, 'press-2', end - 1)).target?.shift).toBeCloseTo(800, 6);
  const views = await product.get<ViewsAnswer>(`/api/views?at=${startedAt}&lines=press-1`);
  const targets = views.lines[0]?.targets ?? [];
  expect(targets.findLast(({ at }) => at <= start)?.target).toEqual({ perHour: 100 });
  expect(targets.filter(({ at }) => at > start && at < end)).toEqual([
    { at: bentAt, target: { perShift: 1_000 }, by: anna },
  ]);
});

test('screens are told within a second: of a bend, of lines that come, go and are renamed, of the plant', async () => {
  await using product = await startProduct({ plant: PLANT });
  const socket = io(product.http, { transports: ['websocket'] });
  try {
    const shown = new Map<string, LineView>();
    const told: { readonly version: number; readonly at: number }[] = [];
    socket.on('line', (view: LineView) => shown.set(view.line.id, view));
    socket.on('plan', ({ version }: { version: number }) =>
      told.push({ version, at: performance.now() }),
    );
    const subscribe = (): Promise<{ plant: PlantInfo; lines: LineView[] }> =>
      socket.emitWithAck('subscribe', { lines: 'all' }) as Promise<never>;
    const first = await subscribe();
    expect(first.lines.map(({ line }) => line.id)).toEqual(['press-1', 'press-2']);
    const savedAt = performance.now();
    await save(product, (plan) => ({
      ...plan,
      plant: { name: 'New works', timeZone: 'Europe/Berlin' },
      lines: [
        { ...plan.lines[0], id: 'press-1', name: 'Renamed', target: { perHour: 120 } },
        { id: 'press-3', name: 'Third', area: 'Hall' },
      ],
    }));
    await until(
      () => Promise.resolve(shown.get('press-1')?.line.name),
      (name) => name === 'Renamed' && shown.has('press-3') && told.length > 0,
    );
    console.log(`screens were told after ${Math.round((told[0]?.at ?? 0) - savedAt)} ms`);
    expect(shown.get('press-1')?.targets.at(-1)).toMatchObject({ target: { perHour: 120 } });
    const { plant, lines } = await subscribe();
    expect(plant).toMatchObject({ name: 'New works', timeZone: 'Europe/Berlin' });
    expect(lines.map(({ line }) => line.id)).toEqual(['press-1', 'press-3']);
    expect(await product.get('/api/plant')).toMatchObject({ name: 'New works' });
    expect((await product.get<Health>('/api/health')).lines).toBe(2);
  } finally {
    socket.close();
  }
});

test('an exported plan imports to the same plan, and another one shows what it would change', async () => {
  await using product = await startProduct({ plant: PLANT });
  await save(product, (plan) => ({
    ...plan,
    holidays: [{ date: '2026-12-25', name: 'Christmas: "the" day', shifts: ['Early'] }],
    extraShifts: [{ date: '2026-12-25', name: 'Early', start: '08:00', end: '12:00' }],
    demand: [{ date: '2026-12-25', shift: 'Early', line: 'press-1', quantity: 10, crew: 2 }],
    sources: [{ topic: 'works/{line}/counts' }],
    lines: plan.lines.map((line) => ({ ...line, counter: { rollover: 65_536 } })),
  }));
  const { plan } = await planOf(product);
  const response = await fetch(`${product.http}/api/plan/export`);
  expect(response.headers.get('content-disposition')).toContain('plant.yaml');
  const text = await response.text();
  const yaml = { 'Content-Type': 'application/yaml' };
  const same = await post<PlanImported>(product, '/api/plan/import', text, yaml);
  expect(same).toEqual({ status: 200, body: { plan, changes: [] } });
  const other = text.replace('Line press-1', 'Other');
  const { body } = await post<PlanImported>(product, '/api/plan/import', other, yaml);
  expect(body.changes).toMatchObject([{ part: 'lines', key: 'press-1', after: { name: 'Other' } }]);
  expect((await planOf(product)).plan).toEqual(plan);
  const wrong = text.replace('08:00', '28:00');
  const refused = await post<PlanInvalid>(product, '/api/plan/import', wrong, yaml);
  expect(refused.status).toBe(422);
  expect(refused.body.problems).toMatchObject([{ path: ['extraShifts', 0, 'start'] }]);
  expect(refused.body.problems[0]?.message).toMatch(/^line \d+: extraShifts\[1\]\.start must be/);

  await using other2 = await startProduct({ plant: text });
  expect((await planOf(other2)).plan).toEqual(plan);
});

test('without a plant file everything can be set up in the browser, and boards are there at once', async () => {
  await using folder = await aFolder();
  const env = { DEMO: 'off', PLANT_FILE: '' };
  await using product = await startProduct({ env, folder: folder.path });
  expect((await planOf(product)).plan.lines).toEqual([]);
  const publisher = await Publisher.connect(product.mqtt, 'gateway', 2_000);
  await publisher.publish({ topic: 'lineside/mill/output', payload: '5' });
  await publisher.settled();
  publisher.close();
  await save(product, (plan) => ({
    ...plan,
    plant: { name: 'Mine', timeZone: 'Asia/Kolkata' },
    shifts: [
      { name: 'Day', start: '07:00', end: '19:00' },
      { name: 'Night', start: '19:00', end: '07:00' },
    ],
    lines: [{ id: 'mill', target: { perHour: 60 } }],
  }));
  const board = await boardOf(product, 'mill', Date.now());
  expect(board.shift.id).toMatch(/\/(Day|Night)$/);
  expect(board.target?.shift).toBeCloseTo(720, 6);
  expect((await product.get<Health>('/api/health')).discovered).toEqual([]);
  const [view] = (await product.get<ViewsAnswer>('/api/views')).lines;
  expect(view).toMatchObject({ line: { id: 'mill' }, discovered: false });
});
