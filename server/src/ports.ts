/** What the server's parts ask of the world: small interfaces, shaped by their callers. */

import type { PlanVersion, WrittenPlan } from '@lineside/domain/plan.ts';
import type { Reading } from '@lineside/domain/reading.ts';
import type { Target } from '@lineside/domain/target.ts';
import type { EncodedTrack } from '@lineside/domain/wire.ts';

export interface Timer {
  cancel(): void;
}

export interface Clock {
  /** Epoch ms UTC. */
  now(): number;
  /** Runs something again and again until cancelled. */
  every(intervalMs: number, run: () => void): Timer;
}

type LogLine = (fields: Readonly<Record<string, unknown>>, message: string) => void;

export interface Log {
  readonly debug: LogLine;
  readonly info: LogLine;
  readonly warn: LogLine;
  readonly error: LogLine;
}

/** The connection over which messages come in: to the embedded broker or to an external one. */
export interface BrokerConnection {
  readonly broker: 'embedded' | 'external';
  readonly connected: boolean;
  /** Since when it is not connected, epoch ms; `null` while it is. */
  readonly lostAt: number | null;
  /** Why it is not connected, as far as that is known. */
  readonly trouble: string | null;
}

/** A span of one line's readings, or of every line's: `from <= at < to`, epoch ms. */
export interface ReadingQuery {
  readonly line: string | null;
  readonly from: number;
  readonly to: number;
}

/** Messages since the store was made; restarts included. */
export interface StoreCounts {
  readonly accepted: number;
  readonly duplicates: number;
  readonly quarantined: number;
}

/** Readings, durable and each kept once. */
export interface ReadingStore {
  readonly kind: string;
  /** Whether the last attempt to write succeeded. */
  readonly reachable: boolean;
  /** Readings before this instant may be gone, epoch ms; -Infinity: none are. */
  readonly prunedBefore: number;
  /** Resolves once the reading is on disk: to `false` when it was there before. Rejects when it is not on disk. */
  append(reading: Reading): Promise<boolean>;
  /** One line's readings with `from <= at < to`, in their order. */
  read(line: string, from: number, to: number): Promise<Reading[]>;
  /** The last readings of a line before an instant, in their order. */
  before(line: string, at: number, limit: number): Promise<Reading[]>;
  /** Of a line's readings before an instant the last with good, reject, a state, a product and an availability each. */
  lastOfEach(line: string, at: number): Promise<Reading[]>;
  /** Readings oldest first, a page at a time. */
  pages(query: ReadingQuery): AsyncIterable<readonly Reading[]>;
  /** Ids of lines with readings, the first seen first. */
  lines(limit: number): Promise<string[]>;
}

/** Readings of the past, wherever they are. Rejects with {@link HistoryAway} when they cannot be asked for. */
export interface ReadingHistory extends Pick<ReadingStore, 'read' | 'before' | 'lastOfEach'> {
  /** @param limit of a page, about */
  pages(
    query: ReadingQuery & { readonly line: string },
    limit?: number,
  ): AsyncIterable<readonly Reading[]>;
}

/** The time-series database does not answer: its readings are known again once it does. */
export class HistoryAway extends Error {}

/** A store that old readings can be removed from. */
export interface Prunable {
  /**
   * Removes the readings before an instant in small steps between commits, and resolves to how many.
   * For every line as much stays as keeps `before` (of up to 64 readings) and `lastOfEach` exact for
   * all later instants. Cut off at any point, it can be called again; what was removed is counted anew.
   */
  prune(before: number, signal?: AbortSignal): Promise<number>;
}

/** A line's UTC day by the minute (H1). */
export interface MinuteDay {
  /** Days since 1970. */
  readonly day: number;
  readonly track: EncodedTrack;
}

/** Days by the minute, durable, kept for good. */
export interface MinuteStore {
  /** Resolves once the day is on disk, in place of what was kept of it before. */
  keepDay(line: string, day: MinuteDay): Promise<void>;
  /** A line's days with `from <= day <= to`, in order; those that were never kept are missing. */
  days(line: string, from: number, to: number): Promise<MinuteDay[]>;
  /** The last day kept of a line. */
  lastDay(line: string): Promise<number | null>;
}

/** A message that was not understood, and why. */
export interface Refused {
  readonly receivedAt: number;
  readonly topic: string;
  /** The payload or its first part, as text. */
  readonly payload: string;
  readonly reason: string;
}

/** Refused messages, durable, the newest of them kept. */
export interface Quarantine {
  /** Resolves once the message is on disk. */
  refuse(refused: Refused): Promise<void>;
  /** Newest first. */
  newest(limit: number): Promise<Refused[]>;
}

/** What a database from before plans had versions says: from `at` on, a line has this target and product. */
export interface FormerTarget {
  readonly line: string;
  readonly at: number;
  readonly target: Target | null;
  readonly product: string | null;
}

/** Every version of the plan, durable; none is ever changed or removed. */
export interface PlanStore {
  /** All versions, the first recorded first. */
  versions(): Promise<PlanVersion[]>;
  /**
   * Resolves to the versions once they are on disk, numbered on from `base`: the last one there
   * is, 0 for none. Resolves to `null`, with nothing kept, when there is a later one.
   */
  append(base: number, drafts: readonly PlanDraft[]): Promise<readonly PlanVersion[] | null>;
  /** What the plant file said when it was last taken up, and in which version; `null`: never. */
  fileTaken(): Promise<FileTaken | null>;
  takeFile(taken: FileTaken): Promise<void>;
}

export type PlanDraft = Omit<PlanVersion, 'id'>;

export interface FileTaken {
  /** Epoch ms. */
  readonly recordedAt: number;
  /** The last version at that time. */
  readonly version: number;
  readonly plan: WrittenPlan;
}
