/** What is asked about the past before and after something happens to it, and histories to ask about. */

import { join } from 'node:path';
import { compareReadings, type Reading } from '@lineside/domain/reading.ts';
import type { Health } from '@lineside/domain/wire.ts';
import { expect } from 'vitest';
import { DAY_MS } from '../../server/src/live/days.ts';
import { SqliteStore } from '../../server/src/readings/sqlite.ts';
import { HOUR, MINUTE } from './builders.ts';
import type { Influxd } from './influxd.ts';
import { until, type Product } from './product.ts';
import { Publisher } from './publisher.ts';
import { numbersInInflux } from './source.ts';

export const iso = (at: number): string => new Date(at).toISOString();

export interface Answer {
  readonly path: string;
  readonly status: number;
  readonly body: unknown;
}

/** Calls about shifts that ended so many days before an instant (epoch ms): boards, hours, stops, counts, gaps and readings. */
export function questions(
  lines: readonly string[],
  end: number,
  days: readonly number[],
): string[] {
  return days.flatMap((day) => {
    const until = end - day * DAY_MS;
    const span = `from=${iso(until - 8 * HOUR)}&to=${iso(until)}`;
    return lines.flatMap((line) =>
      [
        ...Array.from({ length: 5 }, (_, n) => `board?at=${iso(until - n * 91 * MINUTE - 1)}`),
        ...[`hours?at=${iso(until - 8 * HOUR)}`, `stops?${span}`, `count?${span}`, `gaps?${span}`],
      ]
        .map((rest) => `/api/lines/${line}/${rest}`)
        .concat(`/api/readings?line=${line}&${span}`),
    );
  });
}

export async function answersOf(product: Product, paths: readonly string[]): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (const path of paths) {
    const response = await fetch(product.http + path);
    const text = await response.text();
    const isRows = path.startsWith('/api/readings') && response.ok;
    const body = isRows ? text : (JSON.parse(text) as unknown);
    answers.push({ path, status: response.status, body });
  }
  return answers;
}

/** Waits until InfluxDB has everything. */
export const delivered = (product: Product): Promise<Health> =>
  until(
    () => product.get<Health>('/api/health'),
    ({ status, store }) => status === 'ok' && store.spooled === 0,
    120_000,
  );

/** A DATA_DIR below a folder, filled as an embedded store is. */
export async function fill(folder: string, weeks: readonly (readonly Reading[])[]): Promise<void> {
  const pace = { waitMs: () => 0, note: () => undefined };
  const store = new SqliteStore({ file: join(folder, 'data', 'lineside.db'), pace });
  await store.start();
  for (const readings of weeks) {
    for (const reading of readings) void store.append(reading);
    await store.settled();
  }
  await store.close();
}

/** Over MQTT, as a gateway does that has lost its place. */
export async function tellAgain(product: Product, readings: readonly Reading[]): Promise<void> {
  const publisher = await Publisher.connect(product.mqtt, 'gateway', 2_000);
  for (const { line, at, good, reject, seq, state } of readings) {
    const payload = JSON.stringify({ good, reject, seq, ts: at, ...(state ? { state } : {}) });
    await publisher.publish({ topic: `lineside/${line}/output`, payload });
  }
  await publisher.settled();
  expect(publisher.unacknowledged).toEqual([]);
  publisher.close();
}

/** InfluxDB has exactly these readings of each line, in their order. */
export async function expectInInflux(
  influxd: Influxd,
  name: string,
  weeks: readonly (readonly Reading[])[],
): Promise<void> {
  for (const readings of weeks) {
    const numbers = readings.toSorted(compareReadings).map(({ seq }) => seq);
    expect(await numbersInInflux(influxd, name, readings[0]?.line ?? '')).toEqual(numbers);
  }
}
