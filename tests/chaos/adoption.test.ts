/** A disk was lost and InfluxDB was not: the last days come back, whatever happens on the way. */

import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Health } from '@lineside/domain/wire.ts';
import { describe, expect, test } from 'vitest';
import { DAY_MS } from '../../server/src/live/days.ts';
import { MINUTE } from '../support/builders.ts';
import { hasInfluxd, startInfluxd } from '../support/influxd.ts';
import { byLength } from '../support/length.ts';
import {
  answersOf,
  delivered,
  expectInInflux,
  fill,
  questions,
  tellAgain,
  type Answer,
} from '../support/past.ts';
import { aPlant } from '../support/plants.ts';
import { aFolder, startProduct, until, type Product } from '../support/product.ts';
import { seeded } from '../support/random.ts';
import { numbersInApi } from '../support/source.ts';
import { someWeeks } from '../support/weeks.ts';

const LINES = ['press', 'saw'];
const KILLS = byLength(2, 30);
const end = Math.floor(Date.now() / MINUTE) * MINUTE - MINUTE;
const PATHS = questions(LINES, end, [0, 1]);
const plant = aPlant(LINES, ', staleAfterSeconds: 120');

/** A plant whose history of some days InfluxDB has, and what was answered about it; its disk is gone. */
async function aLostDisk(folder: string, http: string, days: number) {
  const random = seeded();
  const weeks = LINES.map((line) =>
    someWeeks(line, days, random, end).filter(({ at }) => at <= end),
  );
  const env = { INFLUX_URL: `${http}/plant` };
  const start = (...through: readonly string[]): Promise<Product> =>
    startProduct({ plant, folder, env, through });
  await fill(folder, weeks);
  await using product = await start();
  await delivered(product);
  const known = await answersOf(product, PATHS);
  await product.stop();
  await rm(join(folder, 'data'), { recursive: true });
  return { random, weeks, start, known };
}

describe.skipIf(!hasInfluxd)('a new DATA_DIR', () => {
  test(
    `killed ${KILLS} times while it takes up the last days: each of them is there, once`,
    { timeout: byLength(120_000, 600_000) },
    async () => {
      await using influxd = await startInfluxd();
      await using folder = await aFolder();
      const { random, weeks, start, known } = await aLostDisk(
        folder.path,
        influxd.http,
        byLength(6, 9),
      );
      let early = 0;
      for (let kill = 0; kill < KILLS; kill++) {
        const seconds = ((800 + random.below(1_200)) / 1000).toFixed(2);
        try {
          await using product = await start('timeout', '-s', 'KILL', seconds);
          await product.ended;
          // It had all of them already.
          await rm(join(folder.path, 'data'), { recursive: true });
        } catch {
          early += 1;
        }
      }
      await using product = await start();
      await delivered(product);
      console.log(`${KILLS} kills, ${early} of them before it was ready`);
      expect(await answersOf(product, PATHS)).toEqual(known);
      for (const readings of weeks) {
        const { line = '' } = readings[0] ?? {};
        expect(await numbersInApi(product, line)).toEqual(readings.map(({ seq }) => seq));
      }
      await expectInInflux(influxd, 'plant', weeks);
    },
  );

  test('that begins without InfluxDB takes up the past at the first start with it', async () => {
    await using influxd = await startInfluxd();
    await using folder = await aFolder();
    const { weeks, start, known } = await aLostDisk(folder.path, influxd.http, 3);
    await influxd.stop();
    {
      await using product = await start();
      await until(
        () => product.get<Health>('/api/health'),
        ({ status, store }) => status === 'degraded' && store.databaseTrouble !== null,
      );
      expect(product.logged()).toContain('restart once it can');
      await tellAgain(
        product,
        weeks.flat().filter(({ at }) => at > end - DAY_MS),
      );
      await influxd.start();
      await delivered(product);
      await product.stop();
    }
    await using product = await start();
    await delivered(product);
    // What was told again was new here then: its arrival is another one.
    const isBoard = ({ path }: Answer): boolean => !path.startsWith('/api/readings');
    expect((await answersOf(product, PATHS)).filter(isBoard)).toEqual(known.filter(isBoard));
    await expectInInflux(influxd, 'plant', weeks);
  });
});
