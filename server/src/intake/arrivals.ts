/** Times for readings that bring none: two parts in one millisecond both count, a redelivery counts once. */

import type { Reading } from '@lineside/domain/reading.ts';

const MINUTE = 60_000;
/** How long a sequence number tells a redelivery, ms. */
export const REMEMBERED_MS = 10 * MINUTE;
const MOST_REMEMBERED = 100_000;
const MOST_LINES = 10_000;
/** A burst is spread over the following milliseconds, as far as T1 believes; a clock set back is not. */
const LONGEST_BURST_MS = 5 * MINUTE;
const SET_BACK_MS = 1_000;

export class Arrivals {
  /** When each line's last reading without a time of its own was placed. */
  readonly #last = new Map<string, { readonly at: number; readonly receivedAt: number }>();
  /** What a reading with a sequence number said, and the time it was given; oldest first. */
  readonly #sequenced = new Map<string, number>();

  /** The reading at a time of its own: its arrival, or when it was first delivered. */
  place(reading: Reading): Reading {
    const key = reading.seq === null ? null : contentOf(reading);
    const first = key === null ? undefined : this.#sequenced.get(key);
    if (first !== undefined && Math.abs(reading.receivedAt - first) <= REMEMBERED_MS) {
      return { ...reading, at: first };
    }
    const at = this.#freeInstant(reading);
    this.#forgetBefore(reading.receivedAt - REMEMBERED_MS);
    if (key !== null) this.#remember(key, at);
    return at === reading.at ? reading : { ...reading, at };
  }

  /** Takes up what was stored before a restart. */
  recall(readings: readonly Reading[]): void {
    for (const reading of readings) {
      if (reading.seq !== null) this.#remember(contentOf(reading), reading.at);
      // Placed behind others of a burst: what comes next belongs behind it.
      if (reading.at > reading.receivedAt) this.#last.set(reading.line, reading);
    }
  }

  /** How many readings with a sequence number are remembered. */
  get remembered(): number {
    return this.#sequenced.size;
  }

  #freeInstant({ line, receivedAt }: Reading): number {
    const last = this.#last.get(line);
    const next = (last?.at ?? -Infinity) + 1;
    const isBurst = last !== undefined && receivedAt > last.receivedAt - SET_BACK_MS;
    const at =
      isBurst && next > receivedAt && next <= receivedAt + LONGEST_BURST_MS ? next : receivedAt;
    if (this.#last.size >= MOST_LINES) this.#last.clear();
    this.#last.set(line, { at, receivedAt });
    return at;
  }

  #remember(key: string, at: number): void {
    this.#sequenced.delete(key);
    this.#sequenced.set(key, at);
    if (this.#sequenced.size <= MOST_REMEMBERED) return;
    for (const oldest of this.#sequenced.keys()) {
      this.#sequenced.delete(oldest);
      return;
    }
  }

  /** What is too old to tell a redelivery only takes memory, for hours where lines are few. */
  #forgetBefore(instant: number): void {
    for (const [oldest, at] of this.#sequenced) {
      if (at >= instant) return;
      this.#sequenced.delete(oldest);
    }
  }
}

function contentOf({ line, seq, kind, good, reject, state, product }: Reading): string {
  return `${line} ${seq} ${kind} ${good} ${reject} ${state} ${product}`;
}
