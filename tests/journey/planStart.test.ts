// What a start makes of the plan: of a database from before plans had versions, and of a changed plant file.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { PlanAnswer, PlanVersionEntry } from '@lineside/domain/plan-wire.ts';
import type { ViewsAnswer } from '@lineside/domain/wire.ts';
import { expect, test } from 'vitest';
import { aPlant } from '../support/plants.ts';
import { aFolder, startProduct, type Product } from '../support/product.ts';

const HOUR = 3_600_000;
const PLANT = aPlant(['press-1', 'press-2']);

const planOf = (product: Product): Promise<PlanAnswer> => product.get('/api/plan');

test('S2: targets of the past out of an older database are the past of the plan', async () => {
  await using folder = await aFolder();
  const dataDir = join(folder.path, 'data');
  {
    await using product = await startProduct({ plant: PLANT, folder: folder.path });
    await product.stop();
  }
  for (const ending of ['', '-wal', '-shm']) {
    await rm(join(dataDir, `records.db${ending}`), { force: true });
  }
  // The shift two days ago, that ended at 14:00, in which the target was changed at 10:00.
  const start = Math.floor(Date.now() / (24 * HOUR)) * 24 * HOUR - 48 * HOUR + 6 * HOUR;
  const database = new DatabaseSync(join(dataDir, 'lineside.db'));
  const insert = database.prepare('INSERT INTO plans VALUES (?, ?, ?, ?)');
  insert.run('press-1', 0, '{"perShift":400}', 'housing');
  insert.run('press-1', start + 4 * HOUR, '{"perShift":600}', 'housing');
  insert.run('press-2', 0, null, null);
  database.close();

  await using product = await startProduct({ plant: PLANT, folder: folder.path });
  const at = start + 5 * HOUR;
  const { lines } = await product.get<ViewsAnswer>(`/api/views?at=${at}&lines=press-1,press-2`);
  expect(lines[0]?.targets.filter((change) => change.at < start + 8 * HOUR)).toMatchObject([
    { target: { perShift: 400 } },
    { at: start + 4 * HOUR, target: { perShift: 600 } },
  ]);
  expect(lines[1]?.targets.every(({ target }) => target === null)).toBe(true);
  const board = await product.get(`/api/lines/press-1/board?at=${at}`);
  expect(board).toMatchObject({ target: { now: 300, shift: 600 } });
  const { plan, version } = await planOf(product);
  expect(plan.lines.map(({ target }) => target)).toEqual([{ perHour: 100 }, { perHour: 100 }]);
  expect(version).toBe(3);
  const versions = await product.get<PlanVersionEntry[]>('/api/plan/versions');
  expect(new Set(versions.map(({ who }) => who))).toEqual(new Set(['plant file']));
});

test('a changed plant file is taken up while nobody edited the plan; then it is logged and offered', async () => {
  await using folder = await aFolder();
  const start = (plant: string): Promise<Product> => startProduct({ plant, folder: folder.path });
  {
    await using product = await start(PLANT);
    await product.stop();
  }
  const renamed = PLANT.replace('Line press-1', 'First press');
  {
    await using product = await start(renamed);
    const { version, plan, fileChanges } = await planOf(product);
    expect({ version, fileChanges }).toEqual({ version: 2, fileChanges: null });
    expect(plan.lines[0]?.name).toBe('First press');
    const edit = { base: 2, from: 'now', who: 'Anna', why: 'moved' };
    const lines = plan.lines.map((line) => ({ ...line, area: 'Hall 2' }));
    const body = JSON.stringify({ ...edit, plan: { ...plan, lines } });
    const headers = { 'Content-Type': 'application/json' };
    await fetch(`${product.http}/api/plan`, { method: 'POST', body, headers });
    await product.stop();
  }
  const further = renamed.replace('Housing', 'Casing');
  await using product = await start(further);
  const { version, plan, fileChanges } = await planOf(product);
  expect(version).toBe(3);
  expect(plan.lines[0]).toMatchObject({ name: 'First press', area: 'Hall 2' });
  expect(fileChanges).toMatchObject([
    { part: 'products', key: 'housing', before: { name: 'Housing' }, after: { name: 'Casing' } },
  ]);
  expect(product.logged()).toContain('the plant file says otherwise');
  expect(product.logged()).toContain('products housing');
});
