/** The time-series database beside the embedded store: what is asked of it, what is delivered to it, and how both begin. */

import type { Clock, Log, Refused } from '../ports.ts';
import { HistoryAway } from '../ports.ts';
import { adopt } from './adopt.ts';
import type { Missing } from './audit.ts';
import { Delivery } from './delivery.ts';
import { Influx } from '../influx/influx.ts';
import { LOCAL_DAYS, SpooledStore } from './spooled.ts';
import type { SqliteStore } from './sqlite.ts';

const DAY_MS = 86_400_000;

export interface TimeSeriesParts {
  /** The database's address, its password included. */
  readonly url: URL;
  readonly retentionDays: number | null;
  readonly local: SqliteStore;
  /** The file of the embedded store, which holds the spool. */
  readonly file: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Told when a thread ended by itself. */
  readonly onDeath: (error: Error) => void;
}

/** What a database is called where no password belongs. */
export const nameOf = ({ host, pathname }: URL): string => `${host}${pathname}`;

export class TimeSeries {
  readonly store: SpooledStore;
  readonly #parts: TimeSeriesParts;
  readonly #delivery: Delivery;
  readonly #influx: Influx;

  constructor(parts: TimeSeriesParts) {
    this.#parts = parts;
    const { url, retentionDays, local, file, clock, log, onDeath } = parts;
    const options = { file, url: url.href, retentionDays };
    const store = {
      delivered: (upTo: number) => local.delivered(upTo),
      respool: (missing: Missing) => local.respool(missing),
      refuse: (refused: Refused) => local.refuse(refused),
    };
    this.#delivery = new Delivery({ options, store, clock, log, onDeath });
    this.#influx = new Influx({ url, onDeath });
    const history = this.#influx;
    const delivery = this.#delivery;
    this.store = new SpooledStore({ local, history, delivery, retentionDays, clock });
  }

  /** The embedded store must be started. Does not wait for a database that is away. */
  async start(signal: AbortSignal): Promise<void> {
    this.#influx.start();
    await this.store.start();
    if (!(await this.#parts.local.delivery()).isAdopted) await this.#adopt(signal);
    this.#delivery.start();
  }

  async close(): Promise<void> {
    await this.#delivery.close();
    await this.#influx.close();
  }

  async #adopt(signal: AbortSignal): Promise<void> {
    const { local, clock, log, url } = this.#parts;
    const from = clock.now() - LOCAL_DAYS * DAY_MS;
    // An answer that does not come keeps nobody from ending.
    const giveUp = (): void => void this.#influx.close();
    signal.addEventListener('abort', giveUp, { once: true });
    try {
      const lines = await this.#influx.lines();
      if (lines.length > 0) {
        const told = 'the last days are taken up from the database, as far as they are not here';
        log.warn({ database: nameOf(url), lines: lines.length }, told);
      }
      const readings = await adopt({ local, history: this.#influx, lines, from, signal });
      if (readings > 0) log.warn({ readings }, 'the last days were taken up from the database');
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof HistoryAway)) throw error;
      const told =
        'what the database may know of the last days is not taken up, since it cannot be asked yet; restart once it can';
      log.warn({}, told);
    } finally {
      signal.removeEventListener('abort', giveUp);
    }
  }
}
