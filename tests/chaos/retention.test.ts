/** Killed again and again while it keeps days by the minute and removes readings: no board changes, no young reading goes. */

import { join } from 'node:path';
import { expect, test } from 'vitest';
import { SqliteStore } from '../../server/src/readings/sqlite.ts';
import { aReading } from '../support/builders.ts';
import { byLength } from '../support/length.ts';
import { aPlant } from '../support/plants.ts';
import { aFolder, startProduct, until, type Product } from '../support/product.ts';
import { seeded } from '../support/random.ts';

const KILLS = byLength(4, 60);
const LINES = ['one', 'two', 'three'];
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const DAYS = byLength(28, 60);
const RETENTION_DAYS = 14;

interface Count {
  readonly good: number;
}

test(
  `${KILLS} times kill -9 while old readings are removed: shifts stay as they were, young readings stay`,
  { timeout: 600_000 },
  async () => {
    const random = seeded();
    await using folder = await aFolder();
    const now = Math.floor(Date.now() / MINUTE) * MINUTE;
    const first = now - DAYS * DAY;
    const stored = await fill(folder.path, first, now);
    const spans = Array.from({ length: DAYS - 4 }, (_, n) => {
      const from = first + n * DAY + random.below(20 * 60) * MINUTE;
      return { line: LINES[n % LINES.length] ?? '', from, to: from + 3 * HOUR };
    });
    const start = (days: number): Promise<Product> => {
      const env = { RETENTION_DAYS: String(days) };
      return startProduct({ folder: folder.path, plant: aPlant(LINES), env });
    };
    const counts = (product: Product): Promise<Count[]> =>
      Promise.all(
        spans.map(({ line, from, to }) =>
          product.get<Count>(`/api/lines/${line}/count?from=${iso(from)}&to=${iso(to)}`),
        ),
      );
    const known = await inTurn(start(0), counts);
    expect(known.every(({ good }) => good > 0)).toBe(true);

    for (let kill = 0; kill < KILLS; kill++) {
      await using product = await start(RETENTION_DAYS);
      await new Promise((later) => setTimeout(later, random.below(250)));
      expect(await counts(product)).toEqual(known);
      await product.kill();
    }

    await using product = await start(RETENTION_DAYS);
    const young = now - (RETENTION_DAYS - 1) * DAY;
    const left = await until(
      () => readingsIn(product, first - DAY, young),
      (readings) => readings < (2 * DAY * LINES.length) / MINUTE,
      120_000,
    );
    expect(await counts(product)).toEqual(known);
    const kept = await readingsIn(product, young, now + DAY);
    expect(kept).toBe(((now - young) / MINUTE + 1) * LINES.length);
    console.log(
      `${KILLS} kills, ${stored} readings, ${left + kept} left, ${known.length} counts the same`,
    );
  },
);

const iso = (at: number): string => new Date(at).toISOString();

async function inTurn<T>(
  starting: Promise<Product>,
  ask: (product: Product) => Promise<T>,
): Promise<T> {
  await using product = await starting;
  return await ask(product);
}

async function fill(folder: string, first: number, until: number): Promise<number> {
  const pace = { waitMs: () => 0, note: () => undefined };
  const store = new SqliteStore({ file: join(folder, 'data', 'lineside.db'), pace });
  await store.start();
  let stored = 0;
  for (let at = first; at <= until; at += MINUTE) {
    const minute = (at - first) / MINUTE;
    for (const line of LINES) void store.append(aReading({ line, at, good: minute, seq: minute }));
    stored += LINES.length;
    if (minute % 2_000 === 0) await store.settled();
  }
  await store.close();
  return stored;
}

async function readingsIn(product: Product, from: number, to: number): Promise<number> {
  const response = await fetch(`${product.http}/api/readings?from=${iso(from)}&to=${iso(to)}`);
  if (!response.ok) throw new Error(await response.text());
  return (await response.text()).split('\n').length - 1;
}
