/** Bytes on disk: a reading as it comes in, lines in turn, and a day by the minute. */

import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Reading } from '@lineside/domain/reading.ts';
import { DAY_MS, dayOf } from '../../server/src/live/days.ts';
import { SqliteStore } from '../../server/src/readings/sqlite.ts';
import { rollUp } from '../../server/src/retention/roll-up.ts';
import { aReading } from '../support/builders.ts';
import { plansOf } from '../support/plans.ts';
import { aPlant } from '../support/plants.ts';
import { aFolder } from '../support/product.ts';

const LINES = Array.from({ length: 5 }, (_, n) => `line-${n + 1}`);
const FIRST_DAY = dayOf(Date.UTC(2026, 0, 5));
/** How often a line sends, and how many days of that are written: about as many readings each. */
const PACES = [
  { everySeconds: 1, days: 2 },
  { everySeconds: 5, days: 8 },
  { everySeconds: 30, days: 40 },
] as const;
/** Handed in together, as many as a busy commit takes. */
const TOGETHER = 500;

export async function disk(): Promise<string[]> {
  const rows: string[] = [];
  for (const pace of PACES) rows.push(await measure(pace));
  return rows;
}

async function measure({ everySeconds, days }: (typeof PACES)[number]): Promise<string> {
  await using folder = await aFolder();
  const file = join(folder.path, 'lineside.db');
  const open = async (): Promise<SqliteStore> => {
    const store = new SqliteStore({ file, pace: { waitMs: () => 0, note: () => undefined } });
    await store.start();
    return store;
  };
  await (await open()).close();
  const empty = await sizeOf(file);
  const store = await open();
  let together: Promise<boolean>[] = [];
  let readings = 0;
  for (const reading of story(everySeconds * 1000, days)) {
    readings += 1;
    if (together.push(store.append(reading)) < TOGETHER) continue;
    await Promise.all(together);
    together = [];
  }
  await Promise.all(together);
  await store.close();
  const raw = await sizeOf(file);
  const again = await open();
  await keepByMinute(again, days);
  await again.close();
  const whole = await sizeOf(file);
  const perReading = (raw - empty) / readings;
  const perDay = (whole - raw) / (LINES.length * days);
  const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0);
  return (
    `a reading every ${everySeconds} s: ${perReading.toFixed(0)} bytes a reading, ` +
    `${megabytes((perReading * 365 * 86_400) / everySeconds)} MB per line and year; ` +
    `by the minute ${(perDay / 1024).toFixed(1)} KiB a day, ${megabytes(perDay * 365)} MB per line and year`
  );
}

/** Lines that send totals at their pace, a little unevenly, stand now and then and reject a part in forty. */
function* story(everyMs: number, days: number): Generator<Reading> {
  let state = 7;
  const below = (limit: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
  const lines = LINES.map((line) => ({ line, good: 0, reject: 0, seq: 0, standsUntil: 0 }));
  const first = FIRST_DAY * DAY_MS;
  for (let tick = first; tick < first + days * DAY_MS; tick += everyMs) {
    for (const each of lines) {
      const at = tick + below(Math.min(everyMs, 1_000));
      if (below((2 * 3_600_000) / everyMs) === 0) each.standsUntil = at + below(20) * 60_000;
      const makes = at >= each.standsUntil && below(30_000) < everyMs;
      if (makes && below(40) === 0) each.reject += 1;
      else if (makes) each.good += 1;
      each.seq += 1;
      const { line, good, reject, seq } = each;
      yield aReading({ line, at, good, reject, seq, receivedAt: at + 20 + below(30) });
    }
  }
}

async function keepByMinute(store: SqliteStore, days: number): Promise<void> {
  const plans = await plansOf(aPlant(LINES), 0);
  for (const line of LINES) {
    for (let day = FIRST_DAY; day < FIRST_DAY + days; day++) {
      await store.keepDay(line, await rollUp(store, plans, line, day));
    }
  }
}

const sizeOf = async (file: string): Promise<number> => (await stat(file)).size;
