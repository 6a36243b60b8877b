/** What the shift book asks of the server, and what it has it write down. */

import type {
  BookAnswer,
  BookHour,
  BookWrite,
  HandoverAnswer,
  HandoverWrite,
  NoteTold,
  OpenAnswer,
  WriteProblem,
} from '@lineside/domain/book-wire.ts';
import type { Fetch } from '../requests.ts';

/** The server did not take what was written, and says at which fields. */
export class NotWritten extends Error {
  readonly problems: readonly WriteProblem[];

  constructor(message: string, problems: readonly WriteProblem[]) {
    super(message);
    this.problems = problems;
  }
}

interface Refusal {
  readonly error?: { readonly message?: string };
  readonly problems?: readonly WriteProblem[];
}

export class BookRequests {
  readonly #fetch: Fetch;

  constructor(fetch: Fetch) {
    this.#fetch = fetch;
  }

  /** A line's hours of the shift around an instant, with what is written about them. */
  hours(line: string, at: number, signal: AbortSignal): Promise<BookAnswer> {
    const path = `/api/lines/${encodeURIComponent(line)}/book?at=${new Date(at).toISOString()}`;
    return this.#ask(path, { signal });
  }

  open(): Promise<OpenAnswer> {
    return this.#ask('/api/book/open');
  }

  /** @param shift its id; `null`: the last one that ended */
  handover(shift: string | null, signal: AbortSignal): Promise<HandoverAnswer> {
    const query = shift === null ? '' : `?shift=${encodeURIComponent(shift)}`;
    return this.#ask(`/api/handover${query}`, { signal });
  }

  write(line: string, writing: BookWrite): Promise<BookHour> {
    return this.#post(`/api/lines/${encodeURIComponent(line)}/book`, writing);
  }

  note(writing: Extract<HandoverWrite, { kind: 'note' }>): Promise<NoteTold> {
    return this.#post('/api/handover', writing);
  }

  setDone(writing: Extract<HandoverWrite, { kind: 'countermeasure' }>): Promise<BookHour> {
    return this.#post('/api/handover', writing);
  }

  #post<T>(path: string, body: BookWrite | HandoverWrite): Promise<T> {
    const headers = { 'Content-Type': 'application/json' };
    return this.#ask(path, { method: 'POST', headers, body: JSON.stringify(body) });
  }

  async #ask<T>(path: string, init: RequestInit = {}): Promise<T> {
    let response: Response;
    try {
      response = await this.#fetch(path, init);
    } catch (error) {
      if (init.signal?.aborted) throw error;
      throw new Error('The server cannot be reached; try again in a moment.', { cause: error });
    }
    if (response.ok) return (await response.json()) as T;
    const { error, problems } = (await response.json().catch(() => ({}))) as Refusal;
    const message = error?.message ?? `The server answered ${response.status}.`;
    throw new NotWritten(message, problems ?? []);
  }
}
