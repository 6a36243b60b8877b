/** The embedded store: SQLite behind two threads, one that writes and one that reads. */

import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Reading } from '@lineside/domain/reading.ts';
import type { Target } from '@lineside/domain/target.ts';
import type {
  MinuteDay,
  MinuteStore,
  PlanStore,
  PlanVersion,
  Prunable,
  Quarantine,
  ReadingQuery,
  ReadingStore,
  Refused,
  StoreCounts,
} from '../ports.ts';
import { dayFromBytes, dayToBytes } from './day-bytes.ts';
import { GroupCommit, type Pace } from './group-commit.ts';
import { mergePages } from './merge.ts';
import type {
  Batch,
  Committed,
  DayRow,
  Page,
  Pruned,
  PruneCursor,
  ReadRequest,
  RowKey,
  WriteRequest,
} from './protocol.ts';
import { PRUNE_START } from './prune.ts';
import { fromRows, NONE, toRows, type Rows } from './rows.ts';
import { Thread } from './thread.ts';

type Write =
  | { readonly kind: 'reading'; readonly reading: Reading }
  | { readonly kind: 'refused'; readonly refused: Refused }
  | { readonly kind: 'plans'; readonly plans: readonly PlanVersion[] }
  | { readonly kind: 'day'; readonly row: DayRow };

export interface SqliteOptions {
  readonly file: string;
  readonly pace: Pace;
  /** Told of every commit: how many messages, and how long it took. */
  readonly onCommit?: (messages: number, tookMs: number) => void;
  /** Told when a thread of the store ended by itself: nothing can be stored or read any more. */
  readonly onDeath?: (error: Error) => void;
}

const PAGE_READINGS = 5_000;
const LEAST_PAGE_READINGS = 50;
const NOTHING_COUNTED: StoreCounts = { accepted: 0, duplicates: 0, quarantined: 0 };

export class SqliteStore implements ReadingStore, Prunable, MinuteStore, Quarantine, PlanStore {
  readonly kind = 'sqlite';
  readonly spooled = 0;
  readonly databaseTrouble = null;
  readonly #options: SqliteOptions;
  readonly #writes: GroupCommit<Write, boolean>;
  #writer: Thread<WriteRequest> | null = null;
  #reader: Thread<ReadRequest> | null = null;
  #counts = NOTHING_COUNTED;
  /** Why the last attempt to write failed; `null`: it did not. */
  #trouble: string | null = 'the store is not started';
  #prunedBefore = -Infinity;

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
    await this.record([]).catch(() => undefined);
  }

  get counts(): StoreCounts {
    return this.#counts;
  }

  get prunedBefore(): number {
    return this.#prunedBefore;
  }

  /** Opens or makes the database. Rejects with a reason when it cannot be used. */
  async start(): Promise<void> {
    const { file } = this.#options;
    await mkdir(dirname(file), { recursive: true });
    const { onDeath = () => undefined } = this.#options;
    this.#writer = new Thread(new URL('./sqlite-writer.ts', import.meta.url), file, onDeath);
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

  async record(plans: readonly PlanVersion[]): Promise<void> {
    await this.#writes.add({ kind: 'plans', plans });
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

  async prune(before: number, signal?: AbortSignal): Promise<number> {
    const writer = this.#writer;
    if (!writer) throw new Error('the store is not started');
    this.#prunedBefore = Math.max(this.#prunedBefore, before);
    let removed = 0;
    let cursor: PruneCursor | null = PRUNE_START;
    while (cursor && !signal?.aborted) {
      // One at a time: whatever is to be written meanwhile waits for one step at most.
      const step: Pruned = await writer.call<Pruned>({ ask: 'prune', step: { before, cursor } });
      removed += step.removed;
      cursor = step.next;
    }
    return removed;
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

  async plans(): Promise<PlanVersion[]> {
    const rows = await this.#ask<(Omit<PlanVersion, 'target'> & { target: string | null })[]>({
      ask: 'plans',
    });
    return rows.map((row) => ({
      ...row,
      target: row.target === null ? null : (JSON.parse(row.target) as Target),
    }));
  }

  async *pages({ line, from, to }: ReadingQuery): AsyncGenerator<readonly Reading[]> {
    if (line !== null) {
      yield* this.#linePages(line, from, to, PAGE_READINGS);
      return;
    }
    const lines = await this.lines(-1);
    const size = Math.max(LEAST_PAGE_READINGS, Math.floor(PAGE_READINGS / (lines.length || 1)));
    yield* mergePages(lines.map((each) => this.#linePages(each, from, to, size)));
  }

  async *#linePages(
    line: string,
    from: number,
    to: number,
    limit: number,
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
      plans: writes.flatMap((write) => (write.kind === 'plans' ? write.plans : [])),
      days: writes.flatMap((write) => (write.kind === 'day' ? [write.row] : [])),
    };
    try {
      const committed = await this.#writer.call<Committed>({ ask: 'write', batch }, [
        rows.numbers.buffer,
      ]);
      this.#trouble = null;
      this.#counts = committed.counts;
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
