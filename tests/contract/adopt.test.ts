// A folder of data that knows less than InfluxDB takes up the last days from there, and changes nothing there.
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { backUp } from '../../server/src/readings/backup.ts';
import { aReading, HOUR, MORNING } from '../support/builders.ts';
import { hasInfluxd, startInfluxd, type Influxd } from '../support/influxd.ts';
import { aFolder, until } from '../support/product.ts';
import { Proxy } from '../support/proxy.ts';
import { SpooledPlant } from '../support/spooledPlant.ts';

const LINE = 'press-1';
const DAY = 24 * HOUR;

describe.skipIf(!hasInfluxd)('adoption', () => {
  let influxd: Influxd;
  beforeAll(async () => {
    influxd = await startInfluxd();
  });
  afterAll(() => influxd[Symbol.asyncDispose]());

  test('of a millisecond with several readings all are taken up, and stay where they are', async () => {
    await using folder = await aFolder();
    const url = new URL(`${influxd.http}/adopt-1`);
    const now = MORNING + 20 * DAY;
    // Three a millisecond: the last 64 begin within one.
    const given = Array.from({ length: 120 }, (_, n) =>
      aReading({ at: MORNING + Math.floor(n / 3), good: n, seq: n, kind: 'increment' }),
    );
    {
      await using first = await SpooledPlant.open(url, join(folder.path, 'first'), { now });
      await Promise.all(given.map((reading) => first.series.store.append(reading)));
      await first.delivered();
    }
    await using second = await SpooledPlant.open(url, join(folder.path, 'second'), { now });
    await second.delivered();
    expect(await second.series.store.read(LINE, 0, Infinity)).toEqual(given);
    expect(await second.local.before(LINE, now, 64)).toEqual(given.slice(-64));
    const taken = (await second.local.read(LINE, 0, Infinity)).length;
    expect(second.log.warnings.at(-1)?.fields).toEqual({ readings: taken });
    second.log.expectNoErrors();
  });

  test('a backup that is put back takes up what came after it', async () => {
    await using folder = await aFolder();
    const url = new URL(`${influxd.http}/adopt-2`);
    const given = [0, 1, 2].map((days) => aReading({ at: MORNING + days * DAY, good: days }));
    const [before, ...after] = given;
    const [path, restored] = [join(folder.path, 'data'), join(folder.path, 'restored.db')];
    {
      await using plant = await SpooledPlant.open(url, path);
      if (before) await plant.series.store.append(before);
      await plant.delivered();
      await backUp(join(path, 'lineside.db'), restored);
      await Promise.all(after.map((reading) => plant.series.store.append(reading)));
      await plant.delivered();
    }
    await copyFile(restored, join(path, 'lineside.db'));
    await using plant = await SpooledPlant.open(url, path, { now: MORNING + 3 * DAY });
    expect(await plant.local.read(LINE, 0, Infinity)).toEqual(given);
    plant.log.expectNoErrors();
  });

  // Sooner than InfluxDB's deadline.
  test('a start is ended while InfluxDB gives no answer', { timeout: 10_000 }, async () => {
    await using folder = await aFolder();
    await using proxy = await Proxy.to(influxd.port);
    proxy.stall();
    const url = new URL(`http://127.0.0.1:${proxy.port}/adopt-3`);
    const stop = new AbortController();
    const opening = SpooledPlant.open(url, folder.path, { signal: stop.signal });
    await until(
      () => Promise.resolve(proxy.connections),
      (connections) => connections > 0,
    );
    stop.abort();
    await expect(opening).rejects.toThrow(/abort/);
  });
});
