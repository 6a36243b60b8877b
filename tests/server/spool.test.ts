/** What waits for the time-series database: every new reading, in the order of commits, and nothing else. */

import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { compareReadings, type Reading } from '@lineside/domain/reading.ts';
import { afterEach, expect, test } from 'vitest';
import { SpoolReader, type Parcel } from '../../server/src/readings/spool-reader.ts';
import { SqliteStore } from '../../server/src/readings/sqlite.ts';
import { aReading, HOUR, MORNING } from '../support/builders.ts';
import { aFolder } from '../support/product.ts';
import { seeded } from '../support/random.ts';

const DAY = 24 * HOUR;
/** Lines beyond these are kept here alone. */
const MOST_SERIES = 10_000;

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function aFile(): Promise<string> {
  const folder = await aFolder();
  closers.push(async () => {
    await folder[Symbol.asyncDispose]();
  });
  return join(folder.path, 'lineside.db');
}

async function open(
  file: string,
  name: string | null = 'influx/plant',
  planned: string[] = [],
): Promise<SqliteStore> {
  const pace = { waitMs: () => 0, note: () => undefined };
  const spoolTarget = name === null ? null : { name, planned };
  const store = new SqliteStore({ file, pace, spoolTarget });
  closers.push(() => store.close());
  await store.start();
  return store;
}

/** Everything that waits, as parcels in their order. */
function spooledIn(file: string): Parcel[] {
  const database = new DatabaseSync(file, { readOnly: true });
  const spool = new SpoolReader(database);
  const parcels: Parcel[] = [];
  for (let upTo = -1; upTo < (parcels.at(-1)?.upTo ?? 0);) {
    upTo = parcels.at(-1)?.upTo ?? 0;
    parcels.push(...spool.parcels(upTo));
  }
  database.close();
  return parcels;
}

const readingsIn = (parcels: readonly Parcel[]): Reading[] =>
  parcels.flatMap(({ instants }) => instants.flat());

test('a new reading waits until it is delivered, a repeated one does not wait again', async () => {
  const file = await aFile();
  const store = await open(file);
  const readings = [1, 2, 3].map((n) => aReading({ at: MORNING + n, good: n, product: 'lid' }));
  for (const reading of readings) await store.append(reading);
  expect(store.spooled).toBe(3);
  const [parcel] = spooledIn(file);
  expect(parcel?.instants).toEqual(readings.map((reading) => [reading]));
  await store.delivered(parcel?.upTo ?? 0);
  expect(store.spooled).toBe(0);
  expect(await store.append(aReading({ at: MORNING + 2, good: 2, product: 'lid' }))).toBe(false);
  expect([store.spooled, spooledIn(file)]).toEqual([0, []]);
});

test('what waited still waits after a restart, and numbers go on', async () => {
  const file = await aFile();
  const first = await open(file);
  await first.append(aReading({ at: MORNING, good: 1 }));
  await first.append(aReading({ at: MORNING + 1, good: 2 }));
  const [, ...rest] = spooledIn(file);
  expect(rest).toEqual([]);
  await first.close();
  const second = await open(file);
  expect(second.spooled).toBe(2);
  await second.delivered(spooledIn(file).at(-1)?.upTo ?? 0);
  await second.append(aReading({ at: MORNING + 2, good: 3 }));
  expect(readingsIn(spooledIn(file)).map(({ good }) => good)).toEqual([3]);
});

test('without a target nothing waits, and another target gets everything that is here', async () => {
  const file = await aFile();
  const alone = await open(file, null);
  const readings = [0, 1, 26, 75].map((hours) => aReading({ at: MORNING + hours * HOUR, good: 1 }));
  for (const reading of readings) await alone.append(reading);
  expect([alone.spooled, spooledIn(file)]).toEqual([0, []]);
  await alone.close();
  for (const target of ['one/plant', 'two/plant']) {
    const store = await open(file, target);
    expect(store.spooled).toBe(4);
    expect(readingsIn(spooledIn(file))).toEqual(readings);
    await store.delivered(Number.MAX_SAFE_INTEGER);
    expect(store.spooled).toBe(0);
    await store.close();
  }
  expect((await open(file, 'two/plant')).spooled).toBe(0);
});

test('whatever comes in any order, together and late, all of it is in the spool, instants whole and sorted', async () => {
  const random = seeded();
  const file = await aFile();
  const store = await open(file);
  const readings = Array.from({ length: 4_000 }, (_, n) =>
    aReading({
      line: `line-${random.below(4)}`,
      at: MORNING + random.below(random.below(2) ? 2_000 : DAY),
      good: n,
      product: random.below(2) ? 'lid' : null,
    }),
  );
  await Promise.all(readings.map((reading) => store.append(reading)));
  const seen = new Map<string, readonly Reading[]>();
  for (const { instants } of spooledIn(file)) {
    for (const instant of instants) {
      expect(instant).toEqual(instant.toSorted(compareReadings));
      expect(new Set(instant.map(({ line, at }) => `${line} ${at}`)).size).toBe(1);
      seen.set(`${instant[0]?.line} ${instant[0]?.at}`, instant);
    }
  }
  const delivered = [...seen.values()].flat();
  expect(delivered.map(({ good }) => good).sort()).toEqual(readings.map(({ good }) => good).sort());
  expect(store.spooled).toBe(readings.length);
});

test('a reading that joins others of its millisecond brings the whole instant', async () => {
  const file = await aFile();
  const store = await open(file);
  await store.append(aReading({ good: 2 }));
  await store.delivered(spooledIn(file).at(-1)?.upTo ?? 0);
  await store.append(aReading({ good: 1 }));
  expect(
    spooledIn(file)[0]
      ?.instants.flat()
      .map(({ good }) => good),
  ).toEqual([1, 2]);
  expect(store.spooled).toBe(1);
});

test('a long stretch is delivered in parcels, and counts as delivered with the last of them', async () => {
  const file = await aFile();
  const alone = await open(file, null);
  const readings = Array.from({ length: 12_000 }, (_, n) =>
    aReading({ at: MORNING + Math.floor(n / 3), good: n }),
  );
  await Promise.all(readings.map((reading) => alone.append(reading)));
  await alone.close();
  await open(file);
  const parcels = spooledIn(file);
  expect(readingsIn(parcels)).toEqual(readings);
  expect(parcels.map(({ upTo }) => upTo)).toEqual([0, 0, 1]);
  for (const { instants } of parcels) {
    expect(instants.flat().length).toBeLessThan(5_003);
    for (const instant of instants) expect(instant).toHaveLength(3);
  }
});

test('nothing is removed by age that still waits', async () => {
  const file = await aFile();
  const store = await open(file);
  expect(await store.spoolStart()).toBe(Infinity);
  await store.append(aReading({ at: MORNING + 5 }));
  await store.append(aReading({ at: MORNING }));
  expect(await store.spoolStart()).toBe(MORNING);
});

test(
  'lines beyond the first 10,000 are kept here alone, until they are in the plan',
  { timeout: 30_000 },
  async () => {
    const file = await aFile();
    const store = await open(file, 'influx/plant', ['late']);
    const names = Array.from({ length: MOST_SERIES + 2 }, (_, n) => `line-${n}`);
    await Promise.all(names.map((line) => store.append(aReading({ line, good: 1 }))));
    expect(store.spooled).toBe(MOST_SERIES);
    await store.append(aReading({ line: 'late', good: 1 }));
    expect(store.spooled).toBe(MOST_SERIES + 1);
    const more = Array.from({ length: 99 }, (_, n) => MORNING + 1 + n);
    const last = names.at(-1) ?? '';
    const twoLines = [names[0] ?? '', last];
    await Promise.all(
      more.flatMap((at) => twoLines.map((line) => store.append(aReading({ line, at, good: at })))),
    );
    await store.prune(MORNING + DAY, undefined, -Infinity);
    const left = await Promise.all(twoLines.map((line) => store.read(line, 0, Infinity)));
    expect(left.map(({ length }) => length)).toEqual([expect.closeTo(66, -1), 100]);
    await store.close();
    const second = await open(file, 'influx/plant', [last]);
    expect(second.spooled).toBe(MOST_SERIES + 1 + 99 + 100);
    expect(readingsIn(spooledIn(file)).some(({ line }) => line === last)).toBe(true);
  },
);
