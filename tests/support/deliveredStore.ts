/** The spool over InfluxDB as it is long after: everything delivered, and nothing kept here that InfluxDB has. */

import type { Reading } from '@lineside/domain/reading.ts';
import type { ReadingQuery, ReadingStore, StoreCounts } from '../../server/src/ports.ts';
import { SqliteStore } from '../../server/src/readings/sqlite.ts';
import { nameOf, TimeSeries } from '../../server/src/readings/time-series.ts';
import { FakeClock } from './fakeClock.ts';
import { TestLog } from './log.ts';
import { until } from './product.ts';

let databases = 0;

export class DeliveredStore implements ReadingStore {
  readonly kind = 'influx';
  readonly #local: SqliteStore;
  readonly #series: TimeSeries;
  #latest = 0;

  private constructor(local: SqliteStore, series: TimeSeries) {
    this.#local = local;
    this.#series = series;
  }

  /** A store with a database of its own in an InfluxDB. */
  static async open(http: string, file: string): Promise<DeliveredStore> {
    const url = new URL(`${http}/contract-${++databases}`);
    const spoolTarget = { name: nameOf(url), planned: [] };
    const pace = { waitMs: () => 0, note: () => undefined };
    const local = new SqliteStore({ file, pace, spoolTarget });
    await local.start();
    const log = new TestLog();
    const onDeath = (error: Error): never => {
      throw error;
    };
    const parts = { url, retentionDays: null, local, file, clock: new FakeClock(0), log, onDeath };
    const series = new TimeSeries(parts);
    await series.start(new AbortController().signal);
    return new DeliveredStore(local, series);
  }

  async close(): Promise<void> {
    await this.#series.close();
    await this.#local.close();
  }

  get reachable(): boolean {
    return this.#series.store.reachable;
  }

  get prunedBefore(): number {
    return this.#series.store.prunedBefore;
  }

  get counts(): StoreCounts {
    return this.#series.store.counts;
  }

  append(reading: Reading): Promise<boolean> {
    this.#latest = Math.max(this.#latest, reading.at);
    return this.#series.store.append(reading);
  }

  async read(line: string, from: number, to: number): Promise<Reading[]> {
    return (await this.#delivered()).read(line, from, to);
  }

  async before(line: string, at: number, limit: number): Promise<Reading[]> {
    return (await this.#delivered()).before(line, at, limit);
  }

  async lastOfEach(line: string, at: number): Promise<Reading[]> {
    return (await this.#delivered()).lastOfEach(line, at);
  }

  async *pages(query: ReadingQuery): AsyncGenerator<readonly Reading[]> {
    yield* (await this.#delivered()).pages(query);
  }

  async lines(limit: number): Promise<string[]> {
    return (await this.#delivered()).lines(limit);
  }

  async #delivered(): Promise<ReadingStore> {
    const { store } = this.#series;
    await until(
      () => Promise.resolve(store.spooled),
      (spooled) => spooled === 0,
    );
    await store.prune(this.#latest + 1);
    return store;
  }
}
