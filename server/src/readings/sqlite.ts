/** The embedded store: SQLite behind two threads, one that writes and one that reads. */

import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Reading } from '@lineside/domain/reading.ts';
import type { Target } from '@lineside/domain/target.ts';
import type {
  MinuteDay,
  MinuteStore,
  FormerTarget,
  Prunable,
  Quarantine,
  ReadingQuery,
  ReadingStore,
  Refused,
  StoreCounts,
} from '../ports.ts';
import type { Missing } from './audit.ts';
import { dayFromBytes, dayToBytes } from './day-bytes.ts';
import { GroupCommit, type Pace } from './group-commit.ts';
import { mergePages, pageSize } from './merge.ts';
import type {
  Adopted,
  Batch,
  Committed,
  DayRow,
  DeliveryState,
  Pruned,
  PruneCursor,
  ReadRequest,
  WriteRequest,
  WriterOptions,
} from './protocol.ts';
import { PRUNE_START } from './prune.ts';
import { toRows } from './rows.ts';
import type { SpoolTarget } from './spool.ts';
import { Thread } from './thread.ts';
import { ThreadReadings } from './thread-readings.ts';

type Write =
  | { readonly kind: 'reading'; readonly reading: Reading }
  | { readonly kind: 'refused'; readonly refused: Refused }
  /** A commit all the same, which shows that the disk takes one. */
  | { readonly kind: 'nothing' }
  | { readonly kind: 'day'; readonly row: DayRow }
  | { readonly kind: 'delivered'; readonly upTo: number }
  | { readonly kind: 'adopted'; readonly adopted: Adopted }
  | { readonly kind: 'respool'; readonly missing: Missing };

export interface SqliteOptions {
  readonly file: string;
  readonly pace: Pace;
  /** Where every reading is to be delivered to; without it, nowhere. */
  readonly spoolTarget?: SpoolTarget | null;
  /** Told of every commit: how many messages, and how long it took. */
  readonly onCommit?: (messages: number, tookMs: number) => void;
  /** Told when a thread of the store ended by itself: nothing can be stored or read any more. */
  readonly onDeath?: (error: Error) => void;
}

const NOTHING_COUNTED: StoreCounts = { accepted: 0, duplicates: 0, quarantined: 0 };

export class SqliteStore implements ReadingStore, Prunable, MinuteStore, Quarantine {
  readonly kind = 'sqlite';
  readonly databaseTrouble = null;
  readonly #options: SqliteOptions;
  readonly #writes: GroupCommit<Write, boolean>;
  readonly #readings = new ThreadReadings((request) => this.#ask(request));
  #writer: Thread<WriteRequest> | null = null;
  #reader: Thread<ReadRequest> | null = null;
  #counts = NOTHING_COUNTED;
  /** Why the last attempt to write failed; `null`: it did not. */
  #trouble: string | null = 'the store is not started';
  #prunedBefore = -Infinity;
  #spooled = 0;

  constructor(options: SqliteOptions) {
    this.#options = options;
    this.#writes = new GroupCommit((writes) => this.#commit(writes), options.pace);
  }

  get reachable(): boolean {
    return this.#trouble === null;
  }

  /** Why nothing can be stored, while that is so. */
  get trouble(): string | null {
    return this.#trouble;
  }

  /** Tries whether the disk takes writes again. */
  async probe(): Promise<void> {
    // A failure shows in `trouble`.
    await this.#writes.add({ kind: 'nothing' }).catch(() => undefined);
  }

  get counts(): StoreCounts {
    return this.#counts;
  }

  /** Readings that wait to be delivered. */
  get spooled(): number {
    return this.#spooled;
  }

  get prunedBefore(): number {
    return this.#prunedBefore;
  }

  /** Opens or makes the database. Rejects with a reason when it cannot be used. */
  async start(): Promise<void> {
    const { file, spoolTarget = null } = this.#options;
    await mkdir(dirname(file), { recursive: true });
    const { onDeath = () => undefined } = this.#options;
    const options: WriterOptions = { file, spoolTarget };
    this.#writer = new Thread(new URL('./sqlite-writer.ts', import.meta.url), options, onDeath);
    // The first commit, of nothing, shows that the disk takes writes, and what was counted before.
    await this.#commit([]);
    this.#reader = new Thread(new URL('./sqlite-reader.ts', import.meta.url), file, onDeath);
    this.#prunedBefore = (await this.#ask<number | null>({ ask: 'pruned' })) ?? -Infinity;
  }

  /** Resolves when everything handed in so far is on disk, or refused. */
  settled(): Promise<void> {
    return this.#writes.settled();
  }

  /** Finishes what is being written, then closes. */
  async close(): Promise<void> {
    await this.settled();
    await this.#reader?.close();
    await this.#writer?.close();
    this.#trouble = 'the store is closed';
  }

  append(reading: Reading): Promise<boolean> {
    return this.#writes.add({ kind: 'reading', reading });
  }

  async refuse(refused: Refused): Promise<void> {
    await this.#writes.add({ kind: 'refused', refused });
  }

  async keepDay(line: string, { day, track }: MinuteDay): Promise<void> {
    await this.#writes.add({ kind: 'day', row: { line, day, track: dayToBytes(track) } });
  }

  async days(line: string, from: number, to: number): Promise<MinuteDay[]> {
    const rows = await this.#ask<Omit<DayRow, 'line'>[]>({ ask: 'days', line, from, to });
    return rows.map(({ day, track }) => ({ day, track: dayFromBytes(track) }));
  }

  lastDay(line: string): Promise<number | null> {
    return this.#ask({ ask: 'lastDay', line });
  }

  /** @param aloneBefore before which instant readings go that are kept here alone */
  async prune(before: number, signal?: AbortSignal, aloneBefore = before): Promise<number> {
    const writer = this.#writer;
    if (!writer) throw new Error('the store is not started');
    this.#prunedBefore = Math.max(this.#prunedBefore, before);
    let removed = 0;
    let cursor: PruneCursor | null = PRUNE_START;
    while (cursor && !signal?.aborted) {
      // One at a time: whatever is to be written meanwhile waits for one step at most.
      const step = { before, aloneBefore, cursor };
      const pruned: Pruned = await writer.call<Pruned>({ ask: 'prune', step });
      removed += pruned.removed;
      cursor = pruned.next;
    }
    return removed;
  }

  /** Notes that everything spooled up to a number is where it was to be delivered. */
  async delivered(upTo: number): Promise<void> {
    await this.#writes.add({ kind: 'delivered', upTo });
  }

  /** Notes that what was delivered is no longer where it was delivered to. */
  async respool(missing: Missing): Promise<void> {
    await this.#writes.add({ kind: 'respool', missing });
  }

  /** @param from since when everything is here too that the time-series database has; `null`: it had nothing */
  async adopted(from: number | null): Promise<void> {
    await this.#writes.add({ kind: 'adopted', adopted: { from } });
    this.#prunedBefore = from ?? this.#prunedBefore;
  }

  /** The time of the earliest reading that waits to be delivered, or one before it. */
  async spoolStart(): Promise<number> {
    return (await this.#ask<number | null>({ ask: 'spoolStart' })) ?? Infinity;
  }

  delivery(): Promise<DeliveryState> {
    return this.#ask({ ask: 'delivery' });
  }

  read(line: string, from: number, to: number): Promise<Reading[]> {
    return this.#readings.read(line, from, to);
  }

  before(line: string, at: number, limit: number): Promise<Reading[]> {
    return this.#readings.before(line, at, limit);
  }

  lastOfEach(line: string, at: number): Promise<Reading[]> {
    return this.#readings.lastOfEach(line, at);
  }

  /** A name that this database alone has, made with it. */
  instance(): Promise<string> {
    return this.#ask({ ask: 'instance' });
  }

  lines(limit: number): Promise<string[]> {
    return this.#ask({ ask: 'lines', limit });
  }

  newest(limit: number): Promise<Refused[]> {
    return this.#ask({ ask: 'refused', limit });
  }

  /** What was planned before plans had versions, sorted by time. */
  async formerTargets(): Promise<FormerTarget[]> {
    const rows = await this.#ask<(Omit<FormerTarget, 'target'> & { target: string | null })[]>({
      ask: 'formerTargets',
    });
    return rows.map((row) => ({
      ...row,
      target: row.target === null ? null : (JSON.parse(row.target) as Target),
    }));
  }

  /** @param limit of a page of one line */
  async *pages(
    { line, from, to }: ReadingQuery,
    limit?: number,
  ): AsyncGenerator<readonly Reading[]> {
    if (line !== null) {
      yield* this.#readings.pages({ line, from, to }, limit);
      return;
    }
    const lines = await this.lines(-1);
    const size = pageSize(lines.length);
    yield* mergePages(lines.map((each) => this.#readings.pages({ line: each, from, to }, size)));
  }

  #ask<Value>(request: ReadRequest): Promise<Value> {
    if (!this.#reader) return Promise.reject(new Error('the store is not started'));
    return this.#reader.call<Value>(request);
  }

  async #commit(writes: readonly Write[]): Promise<boolean[]> {
    if (!this.#writer) throw new Error('the store is not started');
    const readings = writes.flatMap((write) => (write.kind === 'reading' ? [write.reading] : []));
    const rows = toRows(readings);
    const batch: Batch = {
      rows,
      refused: writes.flatMap((write) => (write.kind === 'refused' ? [write.refused] : [])),
      days: writes.flatMap((write) => (write.kind === 'day' ? [write.row] : [])),
      delivered: writes.reduce(
        (most, write) => (write.kind === 'delivered' ? Math.max(most, write.upTo) : most),
        0,
      ),
      respooled: writes.flatMap((write) => (write.kind === 'respool' ? [write.missing] : [])),
      adopted: writes.find((write) => write.kind === 'adopted')?.adopted ?? null,
    };
    try {
      const committed = await this.#writer.call<Committed>({ ask: 'write', batch }, [
        rows.numbers.buffer,
      ]);
      this.#trouble = null;
      this.#counts = committed.counts;
      this.#spooled = committed.spooled;
      const messages = readings.length + batch.refused.length;
      if (messages > 0) this.#options.onCommit?.(messages, committed.tookMs);
      let row = 0;
      return writes.map((write) => write.kind !== 'reading' || committed.isNew[row++] === 1);
    } catch (error) {
      this.#trouble = error instanceof Error ? error.message : String(error);
      throw error;
    }
  }
}
