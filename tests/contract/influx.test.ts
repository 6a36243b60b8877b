// The InfluxDB side of storing readings, against a real influxd: exact, convergent, and clear about every failure.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Reading } from '@lineside/domain/reading.ts';
import { InfluxDatabase } from '../../server/src/influx/database.ts';
import { InfluxHistory } from '../../server/src/influx/history.ts';
import { InfluxWriter, type Written } from '../../server/src/influx/writer.ts';
import { MemoryStore } from '../../server/src/readings/memory.ts';
import { aReading, HOUR, MINUTE, MORNING } from '../support/builders.ts';
import { hasInfluxd, startInfluxd, type Influxd } from '../support/influxd.ts';
import { seeded, type Random } from '../support/random.ts';

const DONE: Written = { ok: true, refused: [] };

interface Side {
  readonly database: InfluxDatabase;
  readonly writer: InfluxWriter;
  readonly history: InfluxHistory;
}

/** A database of its own for each test. */
function aSide(
  http: string,
  options: {
    readonly name?: string;
    readonly user?: string;
    readonly retentionDays?: number | null;
    readonly deadlineMs?: number;
  } = {},
): Side {
  const { name = `plant-${++sides}`, user, retentionDays = null, deadlineMs = 20_000 } = options;
  const url = new URL(`${http.replace('//', user === undefined ? '//' : `//${user}@`)}/${name}`);
  const database = new InfluxDatabase({ url, deadlineMs });
  const writer = new InfluxWriter({ database, retentionDays, now: Date.now });
  return { database, writer, history: new InfluxHistory(database) };
}
let sides = 0;

/** Readings of one line at one moment, together, in no order. */
function instantsOf(readings: readonly Reading[]): Reading[][] {
  return [...Map.groupBy(readings, ({ line, at }) => `${line} ${at}`).values()];
}

async function allOf(pages: AsyncIterable<readonly Reading[]>): Promise<Reading[]> {
  return (await Array.fromAsync(pages)).flat();
}

/** Readings of three lines over some days: most of them bare, some at the same moment. */
function someDays(random: Random, count: number): Reading[] {
  const words = ['lid', 'cup', '__proto__'];
  return Array.from({ length: count }, (_, n) => {
    const rarely = <T>(value: T): T | null => (random.below(300) === 0 ? value : null);
    return aReading({
      line: `line-${random.below(3)}`,
      at: MORNING + random.below(100) * HOUR + random.below(60) * MINUTE,
      receivedAt: MORNING + random.below(200 * HOUR),
      kind: random.below(5) ? 'total' : 'increment',
      good: random.below(3) ? n : null,
      reject: rarely(n),
      seq: random.below(2) ? random.below(5) : null,
      state: rarely(random.below(2) ? 'idle' : 'running'),
      product: rarely(words[random.below(3)] ?? ''),
      online: rarely(random.below(2) === 0),
    });
  });
}

async function oracleOf(readings: readonly Reading[]): Promise<MemoryStore> {
  const store = new MemoryStore();
  for (const reading of readings) await store.append(reading);
  return store;
}

describe.skipIf(!hasInfluxd)('InfluxDB', () => {
  let influxd: Influxd;
  beforeAll(async () => {
    influxd = await startInfluxd();
  });
  afterAll(async () => {
    await influxd[Symbol.asyncDispose]();
  });

  test('answers every question about readings as the memory does', async () => {
    const { writer, history } = aSide(influxd.http);
    const random = seeded();
    const given = someDays(random, 12_000);
    const oracle = await oracleOf(given);
    const kept = await allOf(oracle.pages({ line: null, from: -Infinity, to: Infinity }));
    expect(await writer.write(instantsOf(kept))).toEqual(DONE);
    expect((await history.lines()).sort()).toEqual((await oracle.lines(-1)).sort());
    for (let round = 0; round < 60; round++) {
      const line = `line-${random.below(4)}`;
      const [from, at] = [random.below(101 * HOUR), random.below(101 * HOUR)].map(
        (n) => MORNING + n,
      );
      const limit = round % 10 ? random.below(70) : 3_000;
      expect(await history.before(line, at ?? 0, limit)).toEqual(
        await oracle.before(line, at ?? 0, limit),
      );
      expect(await history.lastOfEach(line, at ?? 0)).toEqual(
        await oracle.lastOfEach(line, at ?? 0),
      );
      const to = (from ?? 0) + random.below(20 * HOUR);
      expect(await history.read(line, from ?? 0, to)).toEqual(
        await oracle.read(line, from ?? 0, to),
      );
    }
    for (const span of [
      { from: -Infinity, to: Infinity },
      { from: 0, to: MORNING + 50 * HOUR },
    ]) {
      const asked = { line: 'line-1', ...span };
      expect(await allOf(history.pages(asked))).toEqual(await allOf(oracle.pages(asked)));
    }
  });

  test('an instant that is written again with more readings takes the place of what was there', async () => {
    const { writer, history } = aSide(influxd.http);
    const random = seeded();
    const given = Array.from({ length: 300 }, (_, n) =>
      aReading({
        at: MORNING + random.below(40),
        good: random.below(2) ? n : null,
        product: random.below(2) ? 'lid' : null,
        seq: n,
      }),
    );
    // Each reading makes its instant grow, in any order, and now and then one is delivered twice.
    for (let count = 60; count <= given.length; count += 60) {
      expect(await writer.write(instantsOf(given.slice(0, count)))).toEqual(DONE);
      expect(await writer.write(instantsOf(given.slice(0, count)).slice(3, 9))).toEqual(DONE);
    }
    const oracle = await oracleOf(given);
    expect(await history.read('press-1', 0, Infinity)).toEqual(
      await oracle.read('press-1', 0, Infinity),
    );
  });
});
