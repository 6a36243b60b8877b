/** The spool and an InfluxDB behind it, without the server around them. */

import { SqliteStore } from '../../server/src/readings/sqlite.ts';
import { nameOf, TimeSeries } from '../../server/src/readings/time-series.ts';
import { MORNING } from './builders.ts';
import { FakeClock } from './fakeClock.ts';
import { TestLog } from './log.ts';
import { until } from './product.ts';

interface SpooledPlantOptions {
  /** Epoch ms. */
  readonly now?: number;
  readonly retentionDays?: number | null;
  /** Ends the start. */
  readonly signal?: AbortSignal;
}

export class SpooledPlant implements AsyncDisposable {
  readonly log = new TestLog();
  readonly clock: FakeClock;
  readonly #closers: (() => Promise<void>)[] = [];
  local!: SqliteStore;
  series!: TimeSeries;

  private constructor(now: number) {
    this.clock = new FakeClock(now);
  }

  static async open(
    url: URL,
    path: string,
    { now = MORNING, retentionDays = null, signal }: SpooledPlantOptions = {},
  ): Promise<SpooledPlant> {
    const plant = new SpooledPlant(now);
    const file = `${path}/lineside.db`;
    const pace = { waitMs: () => 0, note: () => undefined };
    const spoolTarget = { name: nameOf(url), planned: [] };
    const local = new SqliteStore({ file, pace, spoolTarget });
    await local.start();
    const onDeath = (error: Error): never => {
      throw error;
    };
    const { clock, log } = plant;
    const parts = { url, retentionDays, local, file, clock, log, onDeath };
    const series = new TimeSeries(parts);
    plant.#closers.push(
      () => series.close(),
      () => local.close(),
    );
    try {
      await series.start(signal ?? new AbortController().signal);
    } catch (error) {
      await plant[Symbol.asyncDispose]();
      throw error;
    }
    return Object.assign(plant, { local, series });
  }

  async delivered(): Promise<void> {
    await until(
      () => Promise.resolve(this.local.spooled),
      (spooled) => spooled === 0,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const close of this.#closers.splice(0)) await close();
  }
}
