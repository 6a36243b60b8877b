/** Opening a shift in replay with one day or one year of 20 lines in the store, in turn in one run; by the minute; and out of InfluxDB. */

import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { ViewsAnswer } from '@lineside/domain/wire.ts';
import { KEPT_READINGS } from '../../server/src/readings/prune.ts';
import { prepareDatabase } from '../../server/src/readings/schema.ts';
import { startInfluxd } from '../support/influxd.ts';
import { aPlant } from '../support/plants.ts';
import { aFolder, startProduct, until, type Product } from '../support/product.ts';
import { median } from './process.ts';

const LINES = Array.from({ length: 20 }, (_, n) => `line-${n + 1}`);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const YEAR_DAYS = Number(process.env['DAYS'] ?? 365);
/** Seconds between two readings of a line; 10 makes three times as many rows and takes three times as long. */
const EVERY_MS = Number(process.env['EVERY_SECONDS'] ?? 30) * 1000;
/** Days nothing can change any more are kept by the minute; the last ones are not (H1). */
const YOUNG_DAYS = 10;
const ROUNDS = 15;

export async function shift(): Promise<string[]> {
  await using day = await aFolder();
  await using year = await aFolder();
  const midnight = Math.floor(Date.now() / DAY) * DAY;
  const began = performance.now();
  const rowsOfDay = await fill(day.path, midnight - DAY, midnight);
  const rowsOfYear = await fill(year.path, midnight - YEAR_DAYS * DAY, midnight);
  const filledMs = performance.now() - began;
  const rolledMs = await rollUp(year.path, (YEAR_DAYS - YOUNG_DAYS) * LINES.length);
  const stores = [{ folder: day.path }, { folder: year.path }] as const;
  const [ofDay, ofYear] = await compare(stores, midnight);
  forgetReadings(year.path, midnight);
  const ofMinutes = await openByMinute(year.path, midnight);
  const ratio = (median(ofYear) / median(ofDay)).toFixed(2);
  const million = (rows: number): string => `${(rows / 1e6).toFixed(1)} million`;
  return [
    `opening a shift of ${LINES.length} lines at a reading per ${EVERY_MS / 1000} s, never opened before, ` +
      `medians of ${ROUNDS}: ${median(ofDay).toFixed(0)} ms with a day in the store (${million(rowsOfDay)} readings), ` +
      `${median(ofYear).toFixed(0)} ms with a year (${million(rowsOfYear)}); ratio ${ratio} (aim: at most 1.3)`,
    `a shift of months ago, by the minute: ${median(ofMinutes).toFixed(0)} ms`,
    `${million(rowsOfYear)} readings filled in within ${(filledMs / 1000).toFixed(0)} s, kept by the minute ` +
      `in the background within ${(rolledMs / 1000).toFixed(0)} s`,
  ];
}

const fileOf = (folder: string): string => join(folder, 'data', 'lineside.db');

/** Readings of all lines as the product stores them; how many. */
async function fill(folder: string, from: number, to: number, last = to): Promise<number> {
  const file = fileOf(folder);
  await mkdir(dirname(file), { recursive: true });
  const database = new DatabaseSync(file);
  prepareDatabase(database);
  const perLine = Math.floor((to - from) / EVERY_MS);
  database.exec('PRAGMA synchronous = OFF');
  for (const [index, line] of LINES.entries()) {
    database.exec('BEGIN');
    database.prepare('INSERT INTO names VALUES (?, ?)').run(index + 1, line);
    database.prepare('INSERT INTO lines (line) VALUES (?)').run(index + 1);
    database
      .prepare(
        `WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < :last)
         INSERT INTO readings SELECT :line, :start + i * :every + :line, i, 1, i / 2, i / 50, 0, -1,
         :start + i * :every + 40 FROM n`,
      )
      .run({ line: index + 1, last: perLine - 1, start: from, every: EVERY_MS });
    database
      .prepare(
        `INSERT INTO told_hours SELECT DISTINCT :line, fact.value, at / 3600000
         FROM readings, json_each('[3,4]') fact WHERE line = :line`,
      )
      .run({ line: index + 1 });
    if (last > to) {
      database
        .prepare('INSERT INTO readings VALUES (?, ?, -1, 1, 0, 0, 0, -1, ?)')
        .run(index + 1, last - 1, last);
    }
    database.exec('COMMIT');
  }
  database.close();
  return perLine * LINES.length;
}

const start = (folder: string, env: Readonly<Record<string, string>> = {}): Promise<Product> =>
  startProduct({ folder, plant: aPlant(LINES), env: { RETENTION_DAYS: '0', ...env } });

/** How long the product takes to keep all days by the minute. */
async function rollUp(folder: string, lineDays: number): Promise<number> {
  const began = performance.now();
  await using product = await start(folder);
  const database = new DatabaseSync(fileOf(folder), { readOnly: true });
  const kept = database.prepare('SELECT count(*) AS days FROM minutes');
  await until(
    () => Promise.resolve(Number(kept.get()?.['days'])),
    (days) => days >= lineDays,
    1_800_000,
  );
  database.close();
  await product.stop();
  return performance.now() - began;
}

interface Store {
  readonly folder: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** The late shift of the day before a midnight, each time by a server that has opened only the early one. */
async function compare(
  stores: readonly [day: Store, year: Store],
  midnight: number,
): Promise<readonly [number[], number[]]> {
  const times: [number[], number[]] = [[], []];
  const [early, late] = [midnight - 14 * HOUR, midnight - 6 * HOUR];
  for (let round = 0; round < ROUNDS; round++) {
    for (const [index, { folder, env }] of stores.entries()) {
      await using product = await start(folder, env);
      await open(product, early, 'reading');
      times[index]?.push(await open(product, late, 'reading'));
      await product.stop();
    }
  }
  return times;
}

/** As if readings older than two weeks had been removed. */
function forgetReadings(folder: string, midnight: number): void {
  const database = new DatabaseSync(fileOf(folder));
  database.prepare('UPDATE pruned SET before = ?').run(midnight - 14 * DAY);
  database.close();
}

async function openByMinute(folder: string, midnight: number): Promise<number[]> {
  await using product = await start(folder);
  const times: number[] = [];
  await open(product, midnight - 200 * DAY, 'minute');
  for (let round = 0; round < ROUNDS; round++) {
    times.push(await open(product, midnight - (100 + round * 7) * DAY + 10 * HOUR, 'minute'));
  }
  return times;
}

/** Ms until the whole answer is here, and it is checked to be whole. */
async function open(product: Product, at: number, resolution: string): Promise<number> {
  const began = performance.now();
  const response = await fetch(`${product.http}/api/views?at=${new Date(at).toISOString()}`);
  const text = await response.text();
  const took = performance.now() - began;
  const { lines } = JSON.parse(text) as ViewsAnswer;
  const least = (8 * HOUR) / (resolution === 'minute' ? Math.max(MINUTE, EVERY_MS) : EVERY_MS) - 2;
  const isWhole = lines.every(
    (line) => line.track.at.length >= least && line.resolution === resolution,
  );
  if (!isWhole || lines.length !== LINES.length) throw new Error('the shift is not whole');
  return took;
}

/** The same of a shift of months ago, which is in InfluxDB alone. */
export async function shiftInInflux(): Promise<string[]> {
  await using day = await aFolder();
  await using year = await aFolder();
  await using influxd = await startInfluxd();
  const today = Math.floor(Date.now() / DAY) * DAY;
  const midnight = today - Math.floor(YEAR_DAYS / 3) * DAY;
  // The present is what readings tell: a day of months ago alone would never be old.
  await fill(day.path, midnight - DAY, midnight, today);
  const readings = await fill(year.path, today - YEAR_DAYS * DAY, today);
  const stores = [
    { folder: day.path, env: { INFLUX_URL: `${influxd.http}/day` } },
    { folder: year.path, env: { INFLUX_URL: `${influxd.http}/year` } },
  ] as const;
  const began = performance.now();
  for (const store of stores) await moveOver(store, midnight);
  const movedMs = performance.now() - began;
  const [ofDay, ofYear] = await compare(stores, midnight);
  return [
    `opening a shift of months ago out of InfluxDB, medians of ${ROUNDS}: ${median(ofDay).toFixed(0)} ms with a day in it, ` +
      `${median(ofYear).toFixed(0)} ms with ${YEAR_DAYS} days (${(readings / 1e6).toFixed(1)} million readings); ` +
      `ratio ${(median(ofYear) / median(ofDay)).toFixed(2)} (aim: at most 1.3)`,
    `all of it was delivered, counted and removed from the disk here within ${(movedMs / 1000).toFixed(0)} s`,
  ];
}

/** Has everything delivered, and then what is old removed here, as it is at every start. */
async function moveOver({ folder, env }: Store, midnight: number): Promise<void> {
  const PATIENCE_MS = 3_600_000;
  {
    await using product = await start(folder, env);
    await until(
      () => product.get<{ store: { spooled: number } }>('/api/health'),
      ({ store }) => store.spooled === 0,
      PATIENCE_MS,
    );
    await product.stop();
  }
  await using product = await start(folder, env);
  const database = new DatabaseSync(fileOf(folder), { readOnly: true });
  const left = database.prepare('SELECT count(*) AS readings FROM readings WHERE at < ?');
  const kept = LINES.length * (KEPT_READINGS + 5);
  await until(
    () => Promise.resolve(Number(left.get(midnight)?.['readings'])),
    (readings) => readings <= kept,
    PATIENCE_MS,
  );
  database.close();
  await product.stop();
}
