/** Where everything is kept: readings and what people write in DATA_DIR, and a time-series database beside them. */

import { join } from 'node:path';
import { EMPTY_PLAN } from '@lineside/domain/plan.ts';
import { RecordsBook } from './book/records-book.ts';
import { RECORDS_FILE, type Config } from './config/config.ts';
import { DAY_MS } from './live/days.ts';
import { RecordedPlan } from './plan/recorded-plan.ts';
import type { BookStore, Clock, Log, PlanStore } from './ports.ts';
import { AdaptivePace } from './readings/pace.ts';
import { LOCAL_DAYS, type SpooledStore } from './readings/spooled.ts';
import { SqliteStore } from './readings/sqlite.ts';
import { nameOf, TimeSeries } from './readings/time-series.ts';
import { openRecords } from './records/database.ts';
import type { Records } from './records/schema.ts';
import { StartError } from './start-error.ts';

export interface StoresParts {
  readonly config: Pick<Config, 'dataDir' | 'plantFile' | 'influxUrl' | 'retentionDays'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly onCommit: (messages: number, tookMs: number) => void;
  /** Told when a thread ended by itself. */
  readonly onDeath: (error: Error) => void;
}

export class Stores {
  readonly #parts: StoresParts;
  /** The embedded store, which takes in every reading. */
  readonly local: SqliteStore;
  /** Beside the embedded store, where there is one. */
  readonly timeSeries: TimeSeries | null;
  readonly plan: PlanStore;
  readonly book: BookStore;
  #records: Records | null = null;

  constructor(parts: StoresParts) {
    this.#parts = parts;
    const { config, clock, log, onCommit, onDeath } = parts;
    const { influxUrl, retentionDays } = config;
    const file = join(config.dataDir, 'lineside.db');
    const planned = (config.plantFile ?? EMPTY_PLAN).lines.map(({ id }) => id);
    const local = new SqliteStore({
      file,
      spoolTarget: influxUrl && { name: nameOf(influxUrl), planned },
      pace: new AdaptivePace(() => performance.now()),
      onCommit,
      onDeath,
    });
    this.local = local;
    const series = { retentionDays, local, file, clock, log, onDeath };
    this.timeSeries = influxUrl && new TimeSeries({ ...series, url: influxUrl });
    const records = (): Records => this.#openRecords();
    this.plan = new RecordedPlan(records);
    this.book = new RecordsBook(records);
  }

  /** All readings, wherever they are. */
  get readings(): SqliteStore | SpooledStore {
    return this.timeSeries?.store ?? this.local;
  }

  /** Up to where readings may go from DATA_DIR, epoch ms; -Infinity: none. */
  pruneBefore(now: number): number {
    const daysHere = this.timeSeries ? LOCAL_DAYS : this.#parts.config.retentionDays;
    return daysHere === null ? -Infinity : now - daysHere * DAY_MS;
  }

  /** Opens what is in DATA_DIR; the time-series database is started by itself. Rejects with a StartError. */
  async open(): Promise<void> {
    const { dataDir } = this.#parts.config;
    const records = join(dataDir, RECORDS_FILE);
    await usable(dataDir, this.local.start());
    this.#records = await usable(records, openRecords(records));
  }

  async close(): Promise<void> {
    try {
      await this.#records?.destroy();
    } finally {
      await this.local.close();
    }
  }

  #openRecords(): Records {
    if (!this.#records) throw new Error('the records are not open');
    return this.#records;
  }
}

async function usable<T>(path: string, opening: Promise<T>): Promise<T> {
  try {
    return await opening;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StartError([`DATA_DIR: ${path} cannot be used: ${reason}`]);
  }
}
