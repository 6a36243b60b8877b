/** A history of weeks moves to InfluxDB, leaves the disk here, and comes back to a new one: no answer about the past changes. */

import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Health } from '@lineside/domain/wire.ts';
import { expect, test } from 'vitest';
import { DAY_MS } from '../../server/src/live/days.ts';
import { LOCAL_DAYS } from '../../server/src/readings/spooled.ts';
import { MINUTE } from '../support/builders.ts';
import { hasInfluxd, startInfluxd } from '../support/influxd.ts';
import { byLength } from '../support/length.ts';
import {
  answersOf,
  delivered,
  expectInInflux,
  fill,
  iso,
  questions,
  tellAgain,
  type Answer,
} from '../support/past.ts';
import { aPlant } from '../support/plants.ts';
import { aFolder, startProduct, until, type Product } from '../support/product.ts';
import { seeded } from '../support/random.ts';
import { someWeeks } from '../support/weeks.ts';

const LINES = ['press', 'saw'];
const DAYS = byLength(20, 40);
const REPEATED_DAYS = 3;
const plant = aPlant(LINES, ', staleAfterSeconds: 120');
const end = Math.floor(Date.now() / MINUTE) * MINUTE - MINUTE;

interface Stop {
  readonly kind: string;
}
interface Board {
  readonly resolution: string;
  readonly state: { readonly name: string };
}

/** Questions about what is here at any time, and about what is in InfluxDB alone in the end. */
const RECENT = questions(LINES, end, [0, 1, 7]);
const OLD = questions(LINES, end, [12, 14]);
/** Each asked in one state of things only: whole shifts are kept in memory for a while. */
const viewOf = (day: number): string => `/api/views?at=${iso(end - day * DAY_MS)}`;

/** Readings on disk here of before an instant. */
function oldOnes(folder: string, before: number): number {
  const database = new DatabaseSync(join(folder, 'data', 'lineside.db'), { readOnly: true });
  const found = database.prepare('SELECT count(*) AS count FROM readings WHERE at < ?').get(before);
  database.close();
  return Number(found?.['count']);
}

const resolutionOf = async (product: Product, path: string): Promise<string | undefined> => {
  const { lines } = await product.get<{ readonly lines: { readonly resolution: string }[] }>(path);
  return lines[0]?.resolution;
};

/** By the minute a silence is known from its start on (H2), and its board is left out; how many those are. */
function expectByMinute(answers: readonly Answer[], exact: readonly Answer[]): number {
  let fresh = 0;
  for (const [place, { path, status, body }] of answers.entries()) {
    const before = exact[place]?.body;
    if (path.includes('/gaps') || path.startsWith('/api/readings')) {
      expect({ path, status }).toEqual({ path, status: 503 });
      expect(JSON.stringify(body)).toMatch(/historyAway.*InfluxDB at .* does not answer/);
    } else if (path.includes('/stops')) {
      const [told, known] = [body as Stop[], before as Stop[]];
      const isFresh = told.length > known.length && told.at(-1)?.kind === 'noData';
      expect(isFresh ? told.slice(0, -1) : told, path).toEqual(known);
    } else if (path.includes('/board')) {
      const [told, known] = [body as Board, before as Board];
      expect(told.resolution).toBe('minute');
      if (told.state.name === 'noData' && known.state.name !== 'noData') fresh += 1;
      else expect({ ...told, resolution: 'reading' }, path).toEqual(known);
    } else {
      expect(body, path).toEqual(before);
    }
  }
  return fresh;
}

test.skipIf(!hasInfluxd)(
  `${DAYS} days move to InfluxDB, leave the disk, and come back to a new one: the past stays as it was`,
  { timeout: 240_000 },
  async () => {
    const random = seeded();
    await using influxd = await startInfluxd();
    await using folder = await aFolder();
    const weeks = LINES.map((line) =>
      // The last silence may go on beyond the end.
      someWeeks(line, DAYS, random, end).filter(({ at }) => at <= end),
    );
    await fill(folder.path, weeks);
    const start = (INFLUX_URL = `${influxd.http}/plant`): Promise<Product> =>
      startProduct({ plant, folder: folder.path, env: { INFLUX_URL, RETENTION_DAYS: '400' } });
    const ask = (product: Product): Promise<Answer[]> => answersOf(product, [...RECENT, ...OLD]);

    let known: Answer[];
    {
      await using product = await start('');
      known = await ask(product);
      expect(new Set(known.map(({ status }) => status))).toEqual(new Set([200]));
      await product.stop();
    }
    {
      await using product = await start();
      await delivered(product);
      await expectInInflux(influxd, 'plant', weeks);
      expect(await ask(product)).toEqual(known);
      await product.stop();
    }
    const [old, cutoff] = [OLD.length, end - LOCAL_DAYS * DAY_MS - DAY_MS];
    const before = oldOnes(folder.path, cutoff);
    {
      await using product = await start();
      const left = await until(
        () => Promise.resolve(oldOnes(folder.path, cutoff)),
        (count) => count < 500,
        60_000,
      );
      console.log(
        `${weeks.flat().length} readings; of ${before} old ones ${left} are left on disk`,
      );
      expect(await ask(product)).toEqual(known);
      expect(await resolutionOf(product, viewOf(15))).toBe('reading');

      await influxd.stop();
      expect(await answersOf(product, RECENT)).toEqual(known.slice(0, RECENT.length));
      const fresh = expectByMinute(await answersOf(product, OLD), known.slice(RECENT.length));
      expect(fresh).toBeLessThan(old / 10);
      expect(await resolutionOf(product, viewOf(16))).toBe('minute');
      await influxd.start();
      expect(await ask(product)).toEqual(known);
      expect(await resolutionOf(product, viewOf(16))).toBe('reading');
      expect(product.logged()).not.toMatch(/"level":50/);
      await product.stop();
    }
    await rm(join(folder.path, 'data'), { recursive: true });
    await using product = await start();
    expect(await ask(product)).toEqual(known);
    const { readings } = await product.get<Health>('/api/health');
    const repeated = weeks.flat().filter(({ at }) => at > end - REPEATED_DAYS * DAY_MS);
    await tellAgain(product, repeated);
    expect((await product.get<Health>('/api/health')).readings).toEqual({
      ...readings,
      duplicates: readings.duplicates + repeated.length,
    });
    expect(await ask(product)).toEqual(known);
    await delivered(product);
    await expectInInflux(influxd, 'plant', weeks);
    console.log(`${readings.accepted} taken up again, ${repeated.length} told again`);
  },
);
