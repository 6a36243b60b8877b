/** One line's readings, asked of a thread. */

import type { Reading } from '@lineside/domain/reading.ts';
import type { ReadingHistory, ReadingQuery } from '../ports.ts';
import type { Page, ReadRequest, RowKey } from './protocol.ts';
import { fromRows, NONE, type Rows } from './rows.ts';

export type Ask = <Value>(request: ReadRequest) => Promise<Value>;

const PAGE_READINGS = 5_000;

export class ThreadReadings implements ReadingHistory {
  readonly #ask: Ask;

  constructor(ask: Ask) {
    this.#ask = ask;
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

  async *pages(
    { line, from, to }: ReadingQuery & { readonly line: string },
    limit = PAGE_READINGS,
  ): AsyncGenerator<readonly Reading[]> {
    let after: RowKey = [from, ...Array<number>(6).fill(NONE - 1)];
    for (;;) {
      const { rows, last } = await this.#ask<Page>({ ask: 'page', line, after, to, limit });
      const page = fromRows(rows);
      if (page.length > 0) yield page;
      if (page.length < limit) return;
      after = last;
    }
  }

  async #rows(request: ReadRequest): Promise<Reading[]> {
    return fromRows(await this.#ask<Rows>(request));
  }
}
