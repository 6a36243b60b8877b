/** What every store of readings must do. */

import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Reading } from '@lineside/domain/reading.ts';
import { afterEach, describe, expect, test } from 'vitest';
import type {
  PlanStore,
  Quarantine,
  ReadingQuery,
  ReadingStore,
  StoreCounts,
} from '../../server/src/ports.ts';
import { MemoryStore } from '../../server/src/readings/memory.ts';
import { SqliteStore } from '../../server/src/readings/sqlite.ts';
import { aReading, MORNING } from '../support/builders.ts';
import { aFolder } from '../support/product.ts';
import { seeded } from '../support/random.ts';

type Store = ReadingStore & Quarantine & PlanStore & { readonly counts: StoreCounts };

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function aDatabaseFile(): Promise<string> {
  const folder = await aFolder();
  closers.push(async () => {
    await folder[Symbol.asyncDispose]();
  });
  return join(folder.path, 'data', 'lineside.db');
}

async function sqlite(file?: string): Promise<SqliteStore> {
  const pace = { waitMs: () => 0, note: () => undefined };
  const store = new SqliteStore({ file: file ?? (await aDatabaseFile()), pace });
  closers.push(() => store.close());
  await store.start();
  return store;
}

async function allOf(store: Store, query: Partial<ReadingQuery> = {}): Promise<Reading[]> {
  const readings: Reading[] = [];
  for await (const page of store.pages({ line: null, from: 0, to: Infinity, ...query })) {
    readings.push(...page);
  }
  return readings;
}

const FULL = aReading({
  kind: 'increment',
  good: Number.MAX_SAFE_INTEGER,
  reject: 0,
  seq: Number.MAX_SAFE_INTEGER,
  state: 'changeover',
  product: '__proto__',
  receivedAt: MORNING + 7,
});

describe.each([
  ['memory', () => Promise.resolve<Store>(new MemoryStore())],
  ['sqlite', () => sqlite()],
])('%s', (_name, make: () => Promise<Store>) => {
  test('gives back what it was given, absent parts included', async () => {
    const store = await make();
    const given = [
      FULL,
      aReading({ at: MORNING + 1, good: 0 }),
      aReading({ at: MORNING + 2, online: false }),
      aReading({ at: MORNING + 3, online: true }),
    ];
    for (const reading of given) await store.append(reading);
    expect(await store.read('press-1', 0, Infinity)).toEqual(given);
    expect(await allOf(store)).toEqual(given);
    expect(store.reachable).toBe(true);
  });

  test('keeps a reading once, whenever it came, and says so', async () => {
    const store = await make();
    expect(await store.append(FULL)).toBe(true);
    expect(await store.append({ ...FULL, receivedAt: MORNING + 9_000 })).toBe(false);
    expect(await store.read('press-1', 0, Infinity)).toEqual([FULL]);
    expect(store.counts).toEqual({ accepted: 1, duplicates: 1, quarantined: 0 });
  });

  test('takes readings that differ in anything the source said as different', async () => {
    const store = await make();
    const base = aReading({ good: 1, seq: 1 });
    const others: Partial<Reading>[] = [
      { line: 'press-2' },
      { at: MORNING + 1 },
      { seq: 2 },
      { seq: null },
      { kind: 'increment' },
      { good: 2 },
      { good: null },
      { reject: 0 },
      { state: 'idle' },
      { product: 'x' },
      { online: true },
      { online: false },
    ];
    const results = await Promise.all(
      [base, ...others.map((other) => ({ ...base, ...other }))].map((reading) =>
        store.append(reading),
      ),
    );
    expect(results).toEqual(Array<boolean>(13).fill(true));
  });

  test('finds repetitions within one batch', async () => {
    const store = await make();
    const results = await Promise.all([FULL, FULL, FULL].map((reading) => store.append(reading)));
    expect(results).toEqual([true, false, false]);
  });

  test('reads in order of time, from inclusive, to exclusive, whatever the order of arrival', async () => {
    const store = await make();
    for (const at of [5, 1, 4, 2, 3]) await store.append(aReading({ at, good: at }));
    expect((await store.read('press-1', 2, 5)).map(({ at }) => at)).toEqual([2, 3, 4]);
    expect((await store.before('press-1', 4, 2)).map(({ at }) => at)).toEqual([2, 3]);
    expect((await store.before('press-1', 4, 9)).map(({ at }) => at)).toEqual([1, 2, 3]);
    expect(await store.read('nobody', 0, 9)).toEqual([]);
  });

  test('finds the last count, state, product and availability before an instant', async () => {
    const store = await make();
    const said: Partial<Reading>[] = [
      { product: 'a' },
      { state: 'idle' },
      { product: 'b' },
      { online: false },
      { good: 1 },
      { state: 'running' },
    ];
    for (const [at, fields] of said.entries()) await store.append(aReading({ at, ...fields }));
    expect(await store.lastOfEach('press-1', 5)).toMatchObject([
      { at: 1, state: 'idle' },
      { at: 2, product: 'b' },
      { at: 3, online: false },
      { at: 4, good: 1 },
    ]);
    expect(await store.lastOfEach('press-1', 0)).toEqual([]);
  });

  test('pages through all lines, oldest first, without losing or repeating any', async () => {
    const store = await make();
    const random = seeded();
    const given = Array.from({ length: 12_000 }, (_, n) =>
      aReading({
        line: `line-${random.below(n % 2 ? 3 : 50)}`,
        at: 1_000 + random.below(4_000),
        good: n,
      }),
    );
    await Promise.all(given.map((reading) => store.append(reading)));
    const from = 1_500;
    const read = await allOf(store, { from, to: 4_500 });
    const expected = given.filter(({ at }) => at >= from && at < 4_500);
    expect(read.map(({ at }) => at)).toEqual(expected.map(({ at }) => at).sort((a, b) => a - b));
    expect(new Set(read.map(({ good }) => good))).toEqual(
      new Set(expected.map(({ good }) => good)),
    );
    const one = await allOf(store, { line: 'line-1' });
    expect(one).toHaveLength(given.filter(({ line }) => line === 'line-1').length);
  });

  test('knows the lines, the first seen first', async () => {
    const store = await make();
    for (const line of ['b', 'a', 'c', 'a']) await store.append(aReading({ line, good: 1 }));
    expect(await store.lines(-1)).toEqual(['b', 'a', 'c']);
    expect(await store.lines(2)).toEqual(['b', 'a']);
  });

  test('keeps refused messages, the newest first', async () => {
    const store = await make();
    const refused = ['a', 'b', 'c'].map((topic) => ({
      receivedAt: 5,
      topic,
      payload: 'é\n',
      reason: 'why',
    }));
    for (const each of refused) await store.refuse(each);
    expect(await store.newest(2)).toEqual([refused[2], refused[1]]);
    expect(store.counts.quarantined).toBe(3);
  });

  test('keeps plans', async () => {
    const store = await make();
    const plans = [
      { line: 'a', at: 0, target: { perHour: 1.5 }, product: 'x' },
      { line: 'a', at: 9, target: null, product: null },
    ];
    await store.record(plans);
    expect(await store.plans()).toEqual(plans);
  });
});

describe('sqlite on disk', () => {
  test('has everything again after it was closed and opened, counts included', async () => {
    const file = await aDatabaseFile();
    const first = await sqlite(file);
    await first.append(FULL);
    await first.append(FULL);
    await first.refuse({ receivedAt: 1, topic: 't', payload: 'p', reason: 'r' });
    await first.close();
    const second = await sqlite(file);
    expect(await second.read('press-1', 0, Infinity)).toEqual([FULL]);
    expect(await second.append(FULL)).toBe(false);
    expect(second.counts).toEqual({ accepted: 1, duplicates: 2, quarantined: 1 });
  });

  test('close writes what was handed in', async () => {
    const file = await aDatabaseFile();
    const first = await sqlite(file);
    const appended = first.append(FULL);
    await first.close();
    expect(await appended).toBe(true);
    expect(await (await sqlite(file)).read('press-1', 0, Infinity)).toEqual([FULL]);
  });

  test('a database of a newer version is left alone, with a reason', async () => {
    const file = await aDatabaseFile();
    await (await sqlite(file)).close();
    const database = new DatabaseSync(file);
    database.exec('PRAGMA user_version = 99');
    database.close();
    await expect(sqlite(file)).rejects.toThrow(/version 99.*DATA_DIR/);
  });

  test('has a name of its own, which it keeps', async () => {
    const file = await aDatabaseFile();
    const first = await sqlite(file);
    const name = await first.instance();
    await first.close();
    expect(await (await sqlite(file)).instance()).toBe(name);
    expect(await (await sqlite()).instance()).not.toBe(name);
  });

  test('a second server on the same folder is kept away', async () => {
    const file = await aDatabaseFile();
    await sqlite(file);
    await expect(sqlite(file)).rejects.toThrow(/another Lineside.*DATA_DIR/);
  });

  test('something that is no database is named as such', async () => {
    const file = await aDatabaseFile();
    await expect(sqlite(join(file, '..', '..'))).rejects.toThrow(/unable to open|directory/i);
  });

  test('a batch that cannot be written is refused whole, and the store says that it is not reachable', async () => {
    const store = await sqlite();
    const impossible = aReading({ good: 0.5 });
    const results = await Promise.allSettled([store.append(FULL), store.append(impossible)]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(store.reachable).toBe(false);
    expect(await store.append(FULL)).toBe(true);
    expect(store.reachable).toBe(true);
  });

  test('after it is closed, calls fail instead of hanging', async () => {
    const store = await sqlite();
    await store.close();
    await expect(store.append(FULL)).rejects.toThrow();
    await expect(store.read('press-1', 0, 1)).rejects.toThrow();
  });
});
