/** What the shift book asks of the server, and what it has it write down. */

import type {
  BookAnswer,
  BookHour,
  BookWrite,
  HandoverAnswer,
  HandoverWrite,
  NoteTold,
  OpenAnswer,
} from '@lineside/domain/book-wire.ts';
import { get, post, type Asked, type Fetch } from '../http.ts';

const bookOf = (line: string): string => `/api/lines/${encodeURIComponent(line)}/book`;

export class BookRequests {
  readonly #fetch: Fetch;

  constructor(fetch: Fetch) {
    this.#fetch = fetch;
  }

  /** A line's hours of the shift around an instant, with what is written about them. */
  hours(line: string, at: number, signal: AbortSignal): Promise<BookAnswer> {
    return get(this.#fetch, `${bookOf(line)}?at=${new Date(at).toISOString()}`, signal);
  }

  open(): Promise<OpenAnswer> {
    return get(this.#fetch, '/api/book/open');
  }

  /** @param shift its id; `null`: the last one that ended */
  handover(shift: string | null, signal: AbortSignal): Promise<HandoverAnswer> {
    const query = shift === null ? '' : `?shift=${encodeURIComponent(shift)}`;
    return get(this.#fetch, `/api/handover${query}`, signal);
  }

  write(line: string, writing: BookWrite): Promise<Asked<BookHour>> {
    return post(this.#fetch, bookOf(line), writing);
  }

  note(writing: Extract<HandoverWrite, { kind: 'note' }>): Promise<Asked<NoteTold>> {
    return post(this.#fetch, '/api/handover', writing);
  }

  setDone(writing: Extract<HandoverWrite, { kind: 'countermeasure' }>): Promise<Asked<BookHour>> {
    return post(this.#fetch, '/api/handover', writing);
  }
}
