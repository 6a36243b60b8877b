/** InfluxDB as the server sees it: behind a thread that writes and reads. */

import type { Reading } from '@lineside/domain/reading.ts';
import { fromRows, toRows, type Rows } from '../readings/rows.ts';
import { Thread } from '../readings/thread.ts';
import type { History, Span } from './history.ts';
import type { InfluxRequest, InfluxSettings, RowsPiece, RowsWritten } from './protocol.ts';
import type { Written } from './writer.ts';

export interface InfluxOptions {
  /** `http(s)://user:password@host:port/database` */
  readonly url: URL;
  /** `null`: for ever. */
  readonly retentionDays: number | null;
  /** For a request with its whole answer. */
  readonly deadlineMs?: number;
  /** Told when the thread ended by itself: nothing can be written or read any more. */
  readonly onDeath: (error: Error) => void;
}

const DEADLINE_MS = 15_000;

export class Influx implements History {
  readonly #options: InfluxOptions;
  #thread: Thread<InfluxRequest> | null = null;

  constructor(options: InfluxOptions) {
    this.#options = options;
  }

  /** Starts without InfluxDB too: what is asked of it tells the trouble. */
  start(): void {
    const { url, retentionDays, deadlineMs = DEADLINE_MS, onDeath } = this.#options;
    const settings: InfluxSettings = { url: url.href, retentionDays, deadlineMs };
    this.#thread = new Thread(new URL('./influx-thread.ts', import.meta.url), settings, onDeath);
  }

  /** What is under way fails. */
  async close(): Promise<void> {
    await this.#thread?.close();
  }

  /**
   * @param instants all readings of one line at one millisecond each; repeated, and with further
   * readings, they take the place of what was written before. Those older than the retention are left out.
   * @param now epoch ms
   */
  async write(instants: readonly (readonly Reading[])[], now: number): Promise<Written> {
    const readings = instants.flat();
    const rows = toRows(readings);
    const written = await this.#ask<RowsWritten>({ ask: 'write', rows, now }, [
      rows.numbers.buffer,
    ]);
    if (!written.ok) return written;
    const refused = written.refused.flatMap(({ place, reason }) => {
      const reading = readings[place];
      return reading ? [{ reading, reason }] : [];
    });
    return { ok: true, refused };
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

  lines(): Promise<string[]> {
    return this.#ask({ ask: 'lines' });
  }

  async *pages({ line, from, to }: Span): AsyncGenerator<readonly Reading[]> {
    for (let next: number | null = from; next !== null;) {
      const piece: RowsPiece = await this.#ask({ ask: 'piece', line, from: next, to });
      const readings = fromRows(piece.rows);
      if (readings.length > 0) yield readings;
      ({ next } = piece);
    }
  }

  async #rows(request: InfluxRequest): Promise<Reading[]> {
    return fromRows(await this.#ask<Rows>(request));
  }

  #ask<Value>(request: InfluxRequest, transfer: readonly ArrayBuffer[] = []): Promise<Value> {
    if (!this.#thread)
      return Promise.reject(new Error('the connection to InfluxDB is not started'));
    return this.#thread.call<Value>(request, transfer);
  }
}
