/** InfluxDB as the server sees it: what it knows of the past, behind a thread. */

import type { Reading } from '@lineside/domain/reading.ts';
import { HistoryAway, type ReadingHistory } from '../ports.ts';
import { fromRows, type Rows } from '../readings/rows.ts';
import { Thread } from '../readings/thread.ts';
import type { Span } from './history.ts';
import type { InfluxRequest, InfluxSettings, RowsPiece } from './protocol.ts';

export interface InfluxOptions {
  /** `http(s)://user:password@host:port/database` */
  readonly url: URL;
  /** For a request with its whole answer. */
  readonly deadlineMs?: number;
  /** Told when the thread ended by itself: nothing can be read any more. */
  readonly onDeath: (error: Error) => void;
}

const DEADLINE_MS = 15_000;

export class Influx implements ReadingHistory {
  readonly #options: InfluxOptions;
  #thread: Thread<InfluxRequest> | null = null;

  constructor(options: InfluxOptions) {
    this.#options = options;
  }

  /** Starts without InfluxDB too: what is asked of it tells the trouble. */
  start(): void {
    const { url, deadlineMs = DEADLINE_MS, onDeath } = this.#options;
    const settings: InfluxSettings = { url: url.href, deadlineMs };
    this.#thread = new Thread(new URL('./influx-thread.ts', import.meta.url), settings, onDeath);
  }

  /** What is under way fails. */
  async close(): Promise<void> {
    await this.#thread?.close();
  }

  read(line: string, from: number, to: number): Promise<Reading[]> {
    return this.#rows({ ask: 'between', line, from, to });
  }

  before(line: string, at: number, limit: number): Promise<Reading[]> {
    return this.#rows({ ask: 'before', line, at, limit });
  }

  lastOfEach(line: string, at: number): Promise<Reading[]> {
    return this.#rows({ ask: 'declared', line, at });
  }

  /** Ids of lines with readings, the first heard first, to the hour. */
  lines(): Promise<string[]> {
    return this.#ask({ ask: 'lines' });
  }

  async *pages({ line, from, to }: Span, limit?: number): AsyncGenerator<readonly Reading[]> {
    for (let next: number | null = from; next !== null;) {
      const piece: RowsPiece = await this.#ask({ ask: 'piece', line, from: next, to, limit });
      const readings = fromRows(piece.rows);
      if (readings.length > 0) yield readings;
      ({ next } = piece);
    }
  }

  async #rows(request: InfluxRequest): Promise<Reading[]> {
    return fromRows(await this.#ask<Rows>(request));
  }

  async #ask<Value>(request: InfluxRequest): Promise<Value> {
    if (!this.#thread) throw new HistoryAway('the connection to InfluxDB is not started');
    try {
      return await this.#thread.call<Value>(request);
    } catch (error) {
      throw new HistoryAway(error instanceof Error ? error.message : String(error), {
        cause: error,
      });
    }
  }
}
