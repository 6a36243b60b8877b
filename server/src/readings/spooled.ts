/**
 * Readings in two places: the last days on disk here, where they are durable, told apart and spooled;
 * all of them in the time-series database. Whatever asks about the last days never waits for it.
 */

import type { Reading } from '@lineside/domain/reading.ts';
import type {
  Clock,
  Prunable,
  ReadingHistory,
  ReadingQuery,
  ReadingStore,
  StoreCounts,
} from '../ports.ts';
import { lastTold } from './last-told.ts';
import { mergePages, pageSize } from './merge.ts';
import { KEPT_READINGS } from './prune.ts';
import type { SqliteStore } from './sqlite.ts';
import { union, unionPages } from './union.ts';

const DAY_MS = 86_400_000;
/** Days are kept by the minute when they are 9 to 11 days old, with their eve (H1): none of that is to wait for the database. */
export const LOCAL_DAYS = 12;

export interface SpooledParts {
  readonly local: SqliteStore;
  /** The time-series database. */
  readonly history: ReadingHistory;
  /** Why it takes no readings, while that is so; and whether it has what is here. */
  readonly delivery: {
    readonly trouble: string | null;
    audit(signal?: AbortSignal): Promise<boolean>;
  };
  /** How long it keeps readings, days; `null`: for ever. */
  readonly retentionDays: number | null;
  readonly clock: Pick<Clock, 'now'>;
}

export class SpooledStore implements ReadingStore, Prunable {
  readonly kind = 'influx';
  readonly #parts: SpooledParts;
  /** Older readings were removed before the database could have them. */
  #since = -Infinity;

  constructor(parts: SpooledParts) {
    this.#parts = parts;
  }

  async start(): Promise<void> {
    this.#since = (await this.#parts.local.delivery()).since ?? -Infinity;
  }

  get reachable(): boolean {
    return this.#parts.local.reachable;
  }

  get trouble(): string | null {
    return this.#parts.local.trouble;
  }

  get counts(): StoreCounts {
    return this.#parts.local.counts;
  }

  get spooled(): number {
    return this.#parts.local.spooled;
  }

  get databaseTrouble(): string | null {
    return this.#parts.delivery.trouble;
  }

  get prunedBefore(): number {
    return Math.max(this.#since, this.#keptFrom);
  }

  append(reading: Reading): Promise<boolean> {
    return this.#parts.local.append(reading);
  }

  lines(limit: number): Promise<string[]> {
    return this.#parts.local.lines(limit);
  }

  read(line: string, from: number, to: number): Promise<Reading[]> {
    const { local, history } = this.#parts;
    return this.#steadily(async () => {
      if (from >= local.prunedBefore) return local.read(line, from, to);
      const [older, here] = await Promise.all([
        history.read(line, from, Math.min(to, local.prunedBefore)),
        local.read(line, from, to),
      ]);
      return union(older, here);
    });
  }

  before(line: string, at: number, limit: number): Promise<Reading[]> {
    const { local, history } = this.#parts;
    return this.#steadily(async () => {
      if (at >= local.prunedBefore && limit <= KEPT_READINGS) return local.before(line, at, limit);
      const [older, here] = await Promise.all([
        history.before(line, at, limit),
        local.before(line, at, limit),
      ]);
      return limit > 0 ? union(older, here).slice(-limit) : [];
    });
  }

  lastOfEach(line: string, at: number): Promise<Reading[]> {
    const { local, history } = this.#parts;
    return this.#steadily(async () => {
      if (at >= (await this.#wholeFrom(line))) return local.lastOfEach(line, at);
      const [older, here] = await Promise.all([
        history.lastOfEach(line, at),
        local.lastOfEach(line, at),
      ]);
      return lastTold(union(older, here));
    });
  }

  async *pages({ line, from, to }: ReadingQuery): AsyncGenerator<readonly Reading[]> {
    if (line !== null) {
      yield* this.#linePages(line, from, to);
      return;
    }
    const lines = await this.lines(-1);
    const size = pageSize(lines.length);
    yield* mergePages(lines.map((each) => this.#linePages(each, from, to, size)));
  }

  /** Removes here what the database says that it has; those kept here alone go when they are old enough. */
  async prune(before: number, signal?: AbortSignal): Promise<number> {
    const { local, delivery, retentionDays } = this.#parts;
    if (!(await delivery.audit(signal))) return 0;
    const spoolStart = await local.spoolStart();
    // Not by the clock: one that runs ahead must not cost what is here alone.
    const aloneBefore =
      retentionDays === null ? -Infinity : before - (retentionDays - LOCAL_DAYS) * DAY_MS;
    return local.prune(Math.min(before, spoolStart), signal, aloneBefore);
  }

  /** From when on the database keeps readings, by its retention policy. */
  get #keptFrom(): number {
    const { retentionDays, clock } = this.#parts;
    return retentionDays === null ? -Infinity : clock.now() - retentionDays * DAY_MS;
  }

  /** Pruning leaves what is needed to know the last word on everything from this instant on. */
  async #wholeFrom(line: string): Promise<number> {
    const { local } = this.#parts;
    const kept = await local.before(line, local.prunedBefore, KEPT_READINGS);
    return kept.length === KEPT_READINGS ? (kept[0]?.at ?? -Infinity) : -Infinity;
  }

  #linePages(
    line: string,
    from: number,
    to: number,
    limit?: number,
  ): AsyncIterable<readonly Reading[]> {
    const { local, history } = this.#parts;
    const here = local.pages({ line, from, to }, limit);
    if (from >= local.prunedBefore) return here;
    const until = Math.min(to, local.prunedBefore);
    return unionPages(history.pages({ line, from, to: until }, limit), here, limit);
  }

  /** Asks once more when readings were removed here meanwhile: the answer may be without them. */
  async #steadily<Found>(ask: () => Promise<Found>): Promise<Found> {
    const { local } = this.#parts;
    for (;;) {
      const { prunedBefore } = local;
      const found = await ask();
      if (local.prunedBefore === prunedBefore) return found;
    }
  }
}
