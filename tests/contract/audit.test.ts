// InfluxDB may lose what it had acknowledged; what is here is delivered again, and never removed before.
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Reading } from '@lineside/domain/reading.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aReading, HOUR, MORNING } from '../support/builders.ts';
import { hasInfluxd, startInfluxd, type Influxd } from '../support/influxd.ts';
import { SpooledPlant } from '../support/spooledPlant.ts';
import { aFolder, until } from '../support/product.ts';

const LINES = ['press-1', 'press-2'];
const READINGS = 300;
const DAY = 24 * HOUR;

describe.skipIf(!hasInfluxd)('audit', () => {
  let influxd: Influxd;
  beforeAll(async () => {
    influxd = await startInfluxd();
  });
  afterAll(() => influxd[Symbol.asyncDispose]());

  const countIn = async (database: string): Promise<number> => {
    const [result] = (await influxd.run(
      `SELECT count(seq) FROM "${database}".lineside.readings WHERE line =~ /press/`,
    )) as { series?: { values: [string, number][] }[] }[];
    return result?.series?.[0]?.values[0]?.[1] ?? 0;
  };

  test('what InfluxDB has lost is delivered again, and not removed here before it is', async () => {
    await using folder = await aFolder();
    const url = new URL(`${influxd.http}/audit-1`);
    await using plant = await SpooledPlant.open(url, folder.path);
    const { local, series, log } = plant;
    const given = LINES.flatMap((line) =>
      Array.from({ length: READINGS }, (_, n) =>
        aReading({ line, at: MORNING + n * 60_000, good: n }),
      ),
    );
    await Promise.all(given.map((reading) => series.store.append(reading)));
    await plant.delivered();
    expect(await countIn('audit-1')).toBe(given.length);
    const [from, to] = [MORNING + HOUR, MORNING + 2 * HOUR].map((at) => new Date(at).toISOString());
    await influxd.run(
      `DELETE FROM "readings" WHERE line = 'press-2' AND time >= '${from}' AND time < '${to}'`,
      undefined,
      'audit-1',
    );
    expect(await countIn('audit-1')).toBe(given.length - 60);

    const removed = await series.store.prune(MORNING + 5 * HOUR);
    expect(log.warnings.map(({ fields, message }) => [message, fields])).toEqual([
      [expect.stringContaining('lacks readings that it had taken'), { readings: 60 }],
    ]);
    const kept = await local.read('press-2', MORNING + HOUR, MORNING + 2 * HOUR);
    expect(kept).toHaveLength(60);
    await plant.delivered();
    expect(await countIn('audit-1')).toBe(given.length);

    expect(await series.store.prune(MORNING + 5 * HOUR)).toBeGreaterThan(removed > 0 ? 0 : 1);
    expect(log.warnings).toHaveLength(1);
    for (const line of LINES) {
      const read = await series.store.read(line, 0, Infinity);
      expect(read).toEqual(given.filter((reading) => reading.line === line));
    }
    log.expectNoErrors();
  });

  test('nothing is removed here while InfluxDB cannot be asked', async () => {
    await using folder = await aFolder();
    const url = new URL(`${influxd.http}/audit-2`);
    await using plant = await SpooledPlant.open(url, folder.path);
    const { local, series, log } = plant;
    const given = Array.from({ length: READINGS }, (_, n) =>
      aReading({ at: MORNING + n, good: n }),
    );
    await Promise.all(given.map((reading) => series.store.append(reading)));
    await plant.delivered();
    await influxd.stop();
    const stop = new AbortController();
    const pruned = series.store.prune(MORNING + HOUR, stop.signal);
    stop.abort();
    expect(await pruned).toBe(0);
    expect(await local.read('press-1', 0, Infinity)).toEqual(given);
    await influxd.start();
    expect(await series.store.prune(MORNING + HOUR)).toBe(READINGS - 65);
    expect(await series.store.read('press-1', 0, Infinity)).toEqual(given);
    log.expectNoErrors();
  });

  test('what InfluxDB refuses is not taken for lost, and holds up no removal', async () => {
    await using folder = await aFolder();
    const url = new URL(`${influxd.http}/audit-3`);
    const spoilt = MORNING + 30 * DAY;
    const [good, bad, later] = [MORNING, spoilt, MORNING + 60 * DAY].map((from, place) =>
      Array.from({ length: [200, 5, 100][place] ?? 0 }, (_, n) =>
        aReading({ at: from + n, good: n }),
      ),
    ) as [Reading[], Reading[], Reading[]];
    {
      await using plant = await SpooledPlant.open(url, folder.path);
      const { series, local, log } = plant;
      await until(
        () => influxd.write('audit-3', 'lineside', `readings good="many" ${spoilt}000000`),
        (status) => status === 204,
      );
      await Promise.all([...good, ...bad, ...later].map((each) => series.store.append(each)));
      await plant.delivered();
      expect(await series.store.prune(MORNING + DAY)).toBe(good.length - 64 - 1);
      expect(local.counts.quarantined).toBe(bad.length);
      expect(log.warnings).toEqual([]);
    }
    // A new process finds them missing, tries them once more, and knows then.
    await using plant = await SpooledPlant.open(url, folder.path);
    const { series, log } = plant;
    await series.store.prune(MORNING + DAY);
    await plant.delivered();
    expect(await series.store.prune(MORNING + 61 * DAY)).toBeGreaterThan(bad.length);
    expect(await series.store.prune(MORNING + 61 * DAY)).toBe(0);
    expect(log.warnings.map(({ fields }) => fields)).toEqual([{ readings: bad.length }]);
    log.expectNoErrors();
  });

  test('a database that was emptied is given everything again, whatever came in meanwhile', async () => {
    await using folder = await aFolder();
    const url = new URL(`${influxd.http}/audit-4`);
    await using plant = await SpooledPlant.open(url, folder.path);
    const { series, log } = plant;
    const given = LINES.flatMap((line) =>
      Array.from({ length: 12_000 }, (_, n) => aReading({ line, at: MORNING + n * 60, good: n })),
    );
    await Promise.all(given.map((reading) => series.store.append(reading)));
    await plant.delivered();
    await influxd.run('DROP DATABASE "audit-4"');
    const over = new AbortController();
    const audited = series.store.prune(0).finally(() => over.abort());
    for (let n = 0; !over.signal.aborted; n++) {
      await series.store.append(aReading({ line: 'press-3', at: MORNING + n, good: n }));
    }
    await audited;
    await plant.delivered();
    await until(
      () => countIn('audit-4'),
      (count) => count === series.store.counts.accepted,
    );
    // The first that InfluxDB was sent after it was emptied.
    expect(log.errors.map(({ fields }) => fields)).toEqual([
      { reason: expect.stringContaining('InfluxDB at') as string },
    ]);
  });

  test('what is removed here while it is asked for is found in InfluxDB', async () => {
    await using folder = await aFolder();
    await using plant = await SpooledPlant.open(new URL(`${influxd.http}/audit-5`), folder.path);
    const { series, local, log } = plant;
    const given = Array.from({ length: 10_000 }, (_, n) => aReading({ at: MORNING + n, good: n }));
    await Promise.all(given.map((reading) => series.store.append(reading)));
    await plant.delivered();
    // The thread that reads has so much to do before that removing is faster.
    const busy = Array.from({ length: 30 }, () => local.read('press-1', 0, Infinity));
    const asked = [
      series.store.read('press-1', 0, Infinity),
      series.store.before('press-1', MORNING + 200, 64),
    ];
    await local.prune(MORNING + HOUR);
    await Promise.all(busy);
    expect(await asked[0]).toEqual(given);
    expect(await asked[1]).toEqual(given.slice(136, 200));
    log.expectNoErrors();
  });

  test('what is here alone goes by the age that readings tell, not by a clock that runs ahead', async () => {
    await using folder = await aFolder();
    const url = new URL(`${influxd.http}/audit-6`);
    const given = Array.from({ length: 100 }, (_, n) => aReading({ at: MORNING + n, good: n }));
    {
      await using plant = await SpooledPlant.open(url, folder.path);
      await Promise.all(given.map((reading) => plant.series.store.append(reading)));
    }
    const database = new DatabaseSync(join(folder.path, 'lineside.db'));
    database.exec('UPDATE lines SET alone = 1');
    database.close();
    const options = { now: Date.UTC(2099, 0, 1), retentionDays: 400 };
    await using plant = await SpooledPlant.open(url, folder.path, options);
    expect(await plant.series.store.prune(MORNING + 300 * DAY)).toBe(0);
    expect(await plant.series.store.prune(MORNING + 391 * DAY)).toBe(given.length - 65);
  });
});
