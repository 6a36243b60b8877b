/** A source that numbers its readings, line by line, and the places where every one of them must be in the end. */

import { expect } from 'vitest';
import type { Influxd } from './influxd.ts';
import type { Product } from './product.ts';
import type { Publisher } from './publisher.ts';

const BATCH_MS = 20;

export class Source {
  readonly lines: readonly string[];
  /** Readings so far. */
  sent = 0;

  constructor(lines: readonly string[]) {
    this.lines = lines;
  }

  /** Resolves once all of them are acknowledged; rejects when the connection is lost. */
  async send(publisher: Publisher, count: number): Promise<void> {
    for (let n = 0; n < count; n++) await this.#tell(publisher);
    await settled(publisher);
  }

  /** The same at a pace, for some time or until a signal. */
  async run(
    publisher: Publisher,
    perSecond: number,
    { ms = Infinity, signal }: { readonly ms?: number; readonly signal?: AbortSignal },
  ): Promise<void> {
    const began = performance.now();
    for (let [elapsed, told] = [0, 0]; elapsed < ms; elapsed = performance.now() - began) {
      if (signal?.aborted) break;
      for (; told < (elapsed * perSecond) / 1000; told++) await this.#tell(publisher);
      await new Promise((next) => setTimeout(next, BATCH_MS));
    }
    await settled(publisher);
  }

  /** All of a line's numbers, in order. */
  numbersOf(line: string): number[] {
    const place = this.lines.indexOf(line);
    const count = Math.ceil((this.sent - place) / this.lines.length);
    return Array.from({ length: Math.max(0, count) }, (_, seq) => seq);
  }

  async #tell(publisher: Publisher): Promise<void> {
    const line = this.lines[this.sent % this.lines.length] ?? '';
    const seq = Math.floor(this.sent / this.lines.length);
    const payload = JSON.stringify({ good: seq, seq, ts: Date.now() });
    const isSent = await publisher.publish({ topic: `lineside/${line}/output`, payload });
    if (!isSent) throw new Error('the broker closed the connection');
    this.sent += 1;
  }
}

async function settled(publisher: Publisher): Promise<void> {
  await publisher.settled();
  const { length } = publisher.unacknowledged;
  if (length > 0) throw new Error(`${length} readings were not acknowledged`);
}

/** A line's numbers as the API gives its readings. */
export async function numbersInApi(product: Product, line: string): Promise<number[]> {
  const response = await fetch(`${product.http}/api/readings?line=${line}`);
  if (!response.ok) throw new Error(await response.text());
  const rows = (await response.text()).split('\n').filter((row) => row !== '');
  return rows.map((row) => (JSON.parse(row) as { readonly seq: number }).seq);
}

/** A line's numbers as InfluxDB has them, asked directly. */
export async function numbersInInflux(
  influxd: Influxd,
  database: string,
  line: string,
  user?: string,
): Promise<number[]> {
  const statement = `SELECT seq FROM "${database}".lineside.readings WHERE line = '${line}'`;
  const [result] = (await influxd.run(statement, user)) as readonly {
    readonly series?: readonly { readonly values: readonly (readonly [string, number])[] }[];
  }[];
  return result?.series?.[0]?.values.map(([, seq]) => seq) ?? [];
}

/** Every reading is in both places, once, in the source's order. */
export async function expectEverywhere(
  source: Source,
  product: Product,
  influxd: Influxd,
  database: string,
  user?: string,
): Promise<void> {
  for (const line of source.lines) {
    const numbers = source.numbersOf(line);
    expect(await numbersInApi(product, line)).toEqual(numbers);
    expect(await numbersInInflux(influxd, database, line, user)).toEqual(numbers);
  }
}
