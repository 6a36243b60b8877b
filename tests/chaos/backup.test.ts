import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import type { PlanAnswer } from '@lineside/domain/plan-wire.ts';
import { expect, test } from 'vitest';
import { byLength } from '../support/length.ts';
import { aPlant } from '../support/plants.ts';
import { aFolder, startProduct, until } from '../support/product.ts';
import { Publisher } from '../support/publisher.ts';

const LINE = 'one';
const BACKUPS = byLength(3, 30);
const BATCH = 40;
const BATCH_EVERY_MS = 20;

interface Ended {
  readonly code: number;
  readonly printed: string;
  readonly complained: string;
}

/** `npm run backup -- <file>`, but for npm. */
async function runBackup(dataDir: string, ...args: readonly string[]): Promise<Ended> {
  const child = spawn(process.execPath, ['server/backup.ts', ...args], {
    cwd: resolve(import.meta.dirname, '../..'),
    env: { ...process.env, DATA_DIR: dataDir },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [printed, complained, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit') as Promise<[number]>,
  ]);
  return { code, printed, complained };
}

/** Publishes without pause until it is told to stop. */
function load(publisher: Publisher, firstAt: number): { stop: () => Promise<void> } {
  const stopping = new AbortController();
  const running = (async () => {
    for (let seq = 0; !stopping.signal.aborted;) {
      for (let n = 0; n < BATCH; n++, seq++) {
        const payload = JSON.stringify({ good: seq, seq, ts: firstAt + seq });
        await publisher.publish({ topic: `lineside/${LINE}/output`, payload });
      }
      await new Promise((next) => setTimeout(next, BATCH_EVERY_MS));
    }
    await publisher.settled();
  })();
  return {
    stop: () => {
      stopping.abort();
      return running;
    },
  };
}

const seqOf = (json: string): number => (JSON.parse(json) as { readonly seq: number }).seq;

test(
  `${BACKUPS} backups under load: each holds every reading acknowledged before it began`,
  { timeout: 300_000 },
  async () => {
    await using folder = await aFolder();
    await using kept = await aFolder();
    const plant = aPlant([LINE]);
    const firstAt = Date.now() - 6 * 3_600_000;
    const backups: { readonly file: string; readonly before: readonly number[] }[] = [];
    {
      await using product = await startProduct({ plant, folder: folder.path });
      const publisher = await Publisher.connect(product.mqtt, 'gateway', 2_000);
      const loaded = load(publisher, firstAt);
      for (let n = 0; n < BACKUPS; n++) {
        const more = publisher.acknowledged.length + 500;
        await until(
          () => Promise.resolve(publisher.acknowledged.length),
          (count) => count >= more,
        );
        const file = join(kept.path, `backup-${n}.db`);
        const before = publisher.acknowledged.map(({ payload }) => seqOf(payload));
        const ended = await runBackup(join(folder.path, 'data'), file);
        expect(ended).toMatchObject({ code: 0, complained: '' });
        expect(ended.printed.match(/MB, checked\.\n/g)).toHaveLength(2);
        expect(ended.printed).toContain('To restore: stop Lineside, put both in the place');
        backups.push({ file, before });
      }
      await loaded.stop();
      publisher.close();
      expect(await product.stop()).toBe(0);
    }
    expect(await readdir(kept.path)).toEqual(
      backups.flatMap((_, n) => [`backup-${n}.db`, `backup-${n}-records.db`]).sort(),
    );

    const figures: string[] = [];
    for (const { file, before } of backups) {
      await using restored = await aFolder();
      await mkdir(join(restored.path, 'data'));
      await copyFile(file, join(restored.path, 'data', 'lineside.db'));
      await using product = await startProduct({ plant, folder: restored.path });
      const from = new Date(firstAt).toISOString();
      const response = await fetch(`${product.http}/api/readings?line=${LINE}&from=${from}`);
      const rows = (await response.text()).trim().split('\n').map(seqOf);
      const there = new Set(rows);
      expect(there.size).toBe(rows.length);
      expect(before.filter((seq) => !there.has(seq))).toEqual([]);
      figures.push(`${before.length}/${rows.length}`);
      expect(await product.stop()).toBe(0);
    }
    console.log(`acknowledged before / restored: ${figures.join(', ')}`);
  },
);

test('a backup overwrites nothing and leaves nothing behind, and says what to do instead', async () => {
  await using folder = await aFolder();
  const dataDir = join(folder.path, 'data');
  {
    await using product = await startProduct({ plant: aPlant([LINE]), folder: folder.path });
    await product.stop();
  }
  const taken = join(folder.path, 'taken.db');
  await writeFile(taken, 'mine');
  const refused = await runBackup(dataDir, taken);
  expect(refused).toMatchObject({ code: 1, printed: '' });
  expect(refused.complained).toContain('taken.db is already there; name a file that is not');
  expect(await readFile(taken, 'utf8')).toBe('mine');
  await writeFile(join(folder.path, 'new-records.db'), 'mine too');
  const halfTaken = await runBackup(dataDir, join(folder.path, 'new.db'));
  expect(halfTaken).toMatchObject({ code: 1, printed: '' });
  expect(halfTaken.complained).toContain('new-records.db is already there');
  await rm(join(folder.path, 'new-records.db'));

  const nowhere = await runBackup(dataDir, join(folder.path, 'no', 'such', 'folder.db'));
  expect(nowhere.complained).toContain('there is no folder');
  const empty = await runBackup(folder.path, join(folder.path, 'new.db'));
  expect(empty.complained).toContain('has no lineside.db; set DATA_DIR');
  expect((await runBackup(dataDir)).complained).toContain('npm run backup -- <file>');

  await writeFile(join(dataDir, 'lineside.db'), 'no database at all, and longer than a header');
  const damaged = await runBackup(dataDir, join(folder.path, 'new.db'));
  expect(damaged.code).toBe(1);
  expect(damaged.complained).toMatch(/^No backup was made: .*not a database; is it a database/);
  expect((await readdir(folder.path)).sort()).toEqual(['data', 'plant.yaml', 'taken.db']);
});

test('without data of a plant, the demo is backed up', async () => {
  await using folder = await aFolder();
  await using product = await startProduct({ folder: folder.path });
  const file = join(folder.path, 'demo-backup.db');
  const ended = await runBackup(join(folder.path, 'data'), file);
  expect(ended.complained).toBe('');
  expect(ended.printed).toContain(join('demo', 'lineside.db'));
  expect(await product.stop()).toBe(0);
});

test('a backup holds the plan that was edited in the browser', async () => {
  await using folder = await aFolder();
  const plant = aPlant([LINE]);
  const file = join(folder.path, 'monday.db');
  {
    await using product = await startProduct({ plant, folder: folder.path });
    const { version, plan } = await product.get<PlanAnswer>('/api/plan');
    const edit = { base: version, from: 'now', who: 'Anna', why: 'moved', plan };
    const body = JSON.stringify({ ...edit, plan: { ...plan, lines: [{ id: 'two' }] } });
    const headers = { 'Content-Type': 'application/json' };
    const saved = await fetch(`${product.http}/api/plan`, { method: 'POST', body, headers });
    expect(saved.status).toBe(200);
    expect(await runBackup(join(folder.path, 'data'), file)).toMatchObject({ code: 0 });
  }
  await using restored = await aFolder();
  await mkdir(join(restored.path, 'data'));
  await copyFile(file, join(restored.path, 'data', 'lineside.db'));
  await copyFile(join(folder.path, 'monday-records.db'), join(restored.path, 'data', 'records.db'));
  await using product = await startProduct({ plant, folder: restored.path });
  const { version, plan } = await product.get<PlanAnswer>('/api/plan');
  expect({ version, lines: plan.lines }).toEqual({ version: 2, lines: [{ id: 'two' }] });
});
