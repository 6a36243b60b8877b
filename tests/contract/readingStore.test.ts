/** What every store of readings must do. */

import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Reading } from '@lineside/domain/reading.ts';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type {
  MinuteDay,
  MinuteStore,
  Prunable,
  Quarantine,
  ReadingQuery,
  ReadingStore,
  StoreCounts,
} from '../../server/src/ports.ts';
import { MemoryStore } from '../../server/src/readings/memory.ts';
import { SqliteStore } from '../../server/src/readings/sqlite.ts';
import { aReading, HOUR, MORNING } from '../support/builders.ts';
import { DeliveredStore } from '../support/deliveredStore.ts';
import { hasInfluxd, startInfluxd, type Influxd } from '../support/influxd.ts';
import { aFolder } from '../support/product.ts';
import { seeded, type Random } from '../support/random.ts';

/** The database's version that knew neither the hours in which facts were told nor pruning. */
const BEFORE_TOLD_HOURS = 2;

type Store = ReadingStore & Prunable & MinuteStore & Quarantine & { readonly counts: StoreCounts };

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

async function allOf(
  store: Pick<ReadingStore, 'pages'>,
  query: Partial<ReadingQuery> = {},
): Promise<Reading[]> {
  const readings: Reading[] = [];
  for await (const page of store.pages({ line: null, from: 0, to: Infinity, ...query })) {
    readings.push(...page);
  }
  return readings;
}

/** Readings of three lines over some days: counts always, all else now and then, some at the same moment. */
function someDays(random: Random, count: number): Reading[] {
  return Array.from({ length: count }, (_, n) => {
    const rarely = <T>(value: T): T | null => (random.below(400) === 0 ? value : null);
    return aReading({
      line: `line-${random.below(3)}`,
      at: MORNING + random.below(100) * HOUR + random.below(60) * 60_000,
      good: random.below(3) ? n : null,
      reject: rarely(n),
      state: rarely('idle'),
      product: rarely('lid'),
      online: rarely(false),
    });
  });
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

type Made = ReadingStore & { readonly counts: StoreCounts };

function keepsReadings(make: () => Promise<Made>): void {
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

  test('finds what was said long ago, and nothing later than asked', async () => {
    const store = await make();
    const random = seeded();
    const given = someDays(random, 3_000);
    await Promise.all(given.map((reading) => store.append(reading)));
    const plain = new MemoryStore();
    for (const reading of given) await plain.append(reading);
    for (let round = 0; round < 50; round++) {
      const [line, at] = [`line-${random.below(3)}`, MORNING + random.below(101 * HOUR)];
      expect(await store.lastOfEach(line, at)).toEqual(await plain.lastOfEach(line, at));
    }
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
}

describe('memory', () => keepsReadings(() => Promise.resolve(new MemoryStore())));
describe('sqlite', () => keepsReadings(() => sqlite()));

describe.skipIf(!hasInfluxd)('spool over InfluxDB, delivered and pruned here', () => {
  let influxd: Influxd;
  beforeAll(async () => {
    influxd = await startInfluxd();
  });
  afterAll(() => influxd[Symbol.asyncDispose]());

  keepsReadings(async () => {
    const store = await DeliveredStore.open(influxd.http, await aDatabaseFile());
    closers.push(() => store.close());
    return store;
  });
});

describe.each([
  ['memory', () => Promise.resolve<Store>(new MemoryStore())],
  ['sqlite', () => sqlite()],
])('%s, as a store of all that is kept', (_name, make: () => Promise<Store>) => {
  test('prunes what is old, and answers every question about later instants as before', async () => {
    const store = await make();
    const random = seeded();
    const given = someDays(random, 20_000);
    await Promise.all(given.map((reading) => store.append(reading)));
    const before = MORNING + 60 * HOUR;
    const questions = Array.from({ length: 60 }, (_, n) => ({
      line: `line-${n % 3}`,
      at: n < 6 ? before : before + random.below(42 * HOUR),
      limit: n % 2 ? 64 : random.below(65),
    }));
    const answers = () =>
      Promise.all(
        questions.map(async ({ line, at, limit }) => {
          const last = await store.before(line, at, limit);
          const first = await store.lastOfEach(line, last[0]?.at ?? at);
          return [
            last,
            first,
            await store.lastOfEach(line, at),
            await store.read(line, at, Infinity),
          ];
        }),
      );
    const known = await answers();
    expect(store.prunedBefore).toBe(-Infinity);
    const removed = await store.prune(before);
    expect(store.prunedBefore).toBe(before);
    expect(await answers()).toEqual(known);
    const left = await allOf(store, { to: before });
    expect(left.length).toBeLessThan(3 * (64 + 10) + 100);
    const stored = store.counts.accepted;
    expect(left.length + removed + (await allOf(store, { from: before })).length).toBe(stored);
    expect(await store.prune(before)).toBe(0);
    expect(await store.prune(before - HOUR)).toBe(0);
    expect(store.prunedBefore).toBe(before);
  });

  test('a line that says little is left alone by pruning', async () => {
    const store = await make();
    for (let at = 0; at < 64; at++) await store.append(aReading({ at, good: at }));
    expect(await store.prune(MORNING)).toBe(0);
    // One count before them stays as well.
    for (const at of [64, 65]) await store.append(aReading({ at, good: at }));
    expect(await store.prune(MORNING)).toBe(1);
    expect(await store.lines(-1)).toEqual(['press-1']);
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

  test('keeps days by the minute, each once, and knows the last', async () => {
    const store = await make();
    const aDay = (day: number, good: number): MinuteDay => {
      const none = { standingSince: null, state: null, stateSince: null, runningSince: null };
      const origin = { ...none, product: '__proto__', heardAt: [MORNING] };
      const notes = [{ index: 0, state: 'idle' as const, missed: 2 }];
      return {
        day,
        track: { origin, at: [MORNING, 60_000], good: [0, good], reject: [0, 0], notes },
      };
    };
    expect(await store.lastDay('press-1')).toBeNull();
    for (const day of [7, 5, 6]) await store.keepDay('press-1', aDay(day, day));
    await store.keepDay('press-1', aDay(6, 66));
    await store.keepDay('press-2', aDay(9, 1));
    expect(await store.lastDay('press-1')).toBe(7);
    expect(await store.days('press-1', 5, 6)).toEqual([aDay(5, 5), aDay(6, 66)]);
    expect(await store.days('press-1', 8, 9)).toEqual([]);
    expect(await store.days('nobody', 0, 9)).toEqual([]);
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

  test('pruning that is cut off is known of, and goes on where it is called again', async () => {
    const file = await aDatabaseFile();
    const first = await sqlite(file);
    for (let at = 0; at < 20_000; at++) void first.append(aReading({ at, good: at }));
    await first.settled();
    const cut = new AbortController();
    const pruned = first.prune(15_000, cut.signal);
    cut.abort();
    expect(await pruned).toBeLessThan(5_000);
    await first.close();
    const second = await sqlite(file);
    expect(second.prunedBefore).toBe(15_000);
    expect(await second.read('press-1', 15_000, Infinity)).toHaveLength(5_000);
    await second.prune(15_000);
    expect(await second.read('press-1', 0, 15_000)).toHaveLength(65);
  });

  test('readings appended while it is pruned wait for one step at most, and none is lost', async () => {
    const store = await sqlite();
    for (let at = 0; at < 40_000; at++) void store.append(aReading({ at, good: at }));
    await store.settled();
    const during = { isDone: false };
    const pruned = store.prune(30_000).finally(() => {
      during.isDone = true;
    });
    let at = 40_000;
    for (; !during.isDone; at++) expect(await store.append(aReading({ at, good: at }))).toBe(true);
    expect(await pruned).toBe(30_000 - 65);
    expect(at - 40_000).toBeGreaterThan(7);
    expect(await store.read('press-1', 30_000, Infinity)).toHaveLength(at - 30_000);
  });

  test('a database from before hours were noted finds what was said in them', async () => {
    const file = await aDatabaseFile();
    await (await sqlite(file)).close();
    const database = new DatabaseSync(file);
    database.exec(`
      DROP TABLE told_hours; DROP TABLE pruned; DROP TABLE minutes; DROP TABLE spool;
      DROP TABLE delivery; ALTER TABLE lines DROP COLUMN alone; PRAGMA user_version = ${BEFORE_TOLD_HOURS};
      INSERT INTO names (name) VALUES ('press-1'), ('lid'); INSERT INTO lines VALUES (1);
      INSERT INTO readings VALUES
        (1, ${MORNING}, -1, 1, 7, -1, 2, 2, 0), (1, ${MORNING + 30 * HOUR}, -1, 1, 8, -1, 0, -1, 0)`);
    database.close();
    const store = await sqlite(file);
    expect(await store.lastOfEach('press-1', MORNING + 40 * HOUR)).toMatchObject([
      { at: MORNING, state: 'idle' },
      { at: MORNING, product: 'lid' },
      { at: MORNING + 30 * HOUR, good: 8 },
    ]);
    expect(store.prunedBefore).toBe(-Infinity);
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
