/** The delivering thread: reads the spool, writes to the time-series database, and tries again until it has everything. */

import { platform, setPriority } from 'node:os';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import type { Reading } from '@lineside/domain/reading.ts';
import { countHours } from '../influx/census.ts';
import { InfluxDatabase } from '../influx/database.ts';
import { InfluxWriter } from '../influx/writer.ts';
import type { Refused } from '../ports.ts';
import { Audit, type Missing } from './audit.ts';
import { SpoolReader, type Parcel } from './spool-reader.ts';

export interface DeliveryOptions {
  /** The database with the spool. */
  readonly file: string;
  /** The time-series database, its password included. */
  readonly url: string;
  /** How long it is to keep readings, days; `null`: for ever. */
  readonly retentionDays: number | null;
}

export type DeliveryNews =
  | { readonly is: 'delivered'; readonly upTo: number; readonly refused: readonly Refused[] }
  | { readonly is: 'trouble'; readonly trouble: string | null }
  /** Something that an administrator should put right, while readings are taken all the same. */
  | { readonly is: 'notice'; readonly notice: string }
  | { readonly is: 'audited'; readonly missing: readonly Missing[] };

/** What the thread is asked for. */
export type DeliveryOrder = 'audit' | 'close';

/** How often an empty spool is looked at. */
const LOOK_EVERY_MS = 200;
/** For a request with its whole answer. */
const DEADLINE_MS = 15_000;
/** Less than so far behind, it rests as long as it worked: what is not durable yet needs the processor more. */
const REST_WITHIN_MS = 5_000;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 10_000;
const DAY_MS = 86_400_000;

// On Linux 0 is this thread alone. What is durable already can wait for what is not yet.
if (platform() === 'linux') setPriority(0, 10);

const { file, url, retentionDays } = workerData as DeliveryOptions;
const port = parentPort;
if (!port) throw new Error('this file runs as a thread only');
const tell = (news: DeliveryNews): void => port.postMessage(news);
const stop = new AbortController();
const isOver = (): boolean => stop.signal.aborted;
/** When to audit next, monotonic ms: at the start, and whenever the database may have lost something. */
let auditAt = 0;
port.on('message', (order: DeliveryOrder) => {
  if (order === 'audit') {
    auditAt = 0;
    return;
  }
  stop.abort();
  // What is under way fails at once: it is delivered again after the next start.
  influx.close();
  port.close();
});

const database = new DatabaseSync(file, { readOnly: true, timeout: 5_000 });
const spool = new SpoolReader(database);
const influx = new InfluxDatabase({ url: new URL(url), deadlineMs: DEADLINE_MS });
const writer = new InfluxWriter(influx, retentionDays);
const books = new Audit(database);
/** Everything spooled up to this number is delivered. */
let last = 0;
let notice: string | null = null;
/** Why the last audit failed. */
let unaudited: string | null = null;

/** Resolves early when the thread is to end. */
async function wait(ms: number): Promise<void> {
  await pause(ms, undefined, { signal: stop.signal }).catch(() => undefined);
}

async function deliver(
  { upTo, instants }: Parcel,
  refuse: (reading: Reading) => void,
): Promise<void> {
  for (let failures = 0; !isOver(); failures++) {
    const written = await writer.write(instants, Date.now());
    if (isOver()) return;
    if (written.ok) {
      last = upTo;
      if (failures > 0) {
        tell({ is: 'trouble', trouble: null });
        auditAt = 0;
      }
      if (writer.notice !== null && writer.notice !== notice) {
        tell({ is: 'notice', notice: writer.notice });
      }
      ({ notice } = writer);
      for (const { reading } of written.refused) refuse(reading);
      tell({ is: 'delivered', upTo, refused: written.refused.map(refusedReading) });
      return;
    }
    tell({ is: 'trouble', trouble: written.trouble });
    const most = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** failures);
    // Half of it by chance: many servers must not come back to one database in step.
    await wait(most * (0.5 + Math.random() / 2));
  }
}

/** Whether there was something. */
async function deliverNext(): Promise<boolean> {
  let wasThere = false;
  const refuse = books.refusals();
  for (const parcel of spool.parcels(last)) {
    wasThere = true;
    const startedAt = performance.now();
    await deliver(parcel, refuse);
    if (isOver()) break;
    if (isFresh(parcel)) await wait(performance.now() - startedAt);
  }
  return wasThere && !isOver();
}

function isFresh({ instants }: Parcel): boolean {
  const receivedAt = instants.at(-1)?.at(-1)?.receivedAt ?? 0;
  return Date.now() - receivedAt < REST_WITHIN_MS;
}

function refusedReading({ reading, reason }: { reading: Reading; reason: string }): Refused {
  return {
    receivedAt: reading.receivedAt,
    topic: `lineside/${reading.line}/output`,
    payload: JSON.stringify(reading),
    reason: `the time-series database refused this reading: ${reason}`,
  };
}

/** Asks the database whether it has what is here; what it has lost is to be spooled again. */
async function audit(): Promise<void> {
  const keptFrom = retentionDays === null ? 0 : Date.now() - (retentionDays - 1) * DAY_MS;
  const { lines, upTo } = books.stock(keptFrom);
  while (last < upTo && (await deliverNext()));
  if (isOver()) return;
  const there = await countHours(influx, lines);
  if (isOver()) return;
  if (there.ok) {
    [auditAt, unaudited] = [Infinity, null];
    tell({ is: 'audited', missing: books.missing(lines, there.value) });
    return;
  }
  auditAt = performance.now() + LONGEST_PAUSE_MS;
  if (there.trouble === unaudited) return;
  unaudited = there.trouble;
  const told = `what it has cannot be counted, and nothing is removed from DATA_DIR until it can`;
  tell({ is: 'notice', notice: `${told}: ${there.trouble}` });
}

// Nothing, first: a database that is away or refuses us is known before there is something for it.
await deliver({ upTo: 0, instants: [] }, books.refusals());
while (!isOver()) {
  // Before what waits: while readings come in, something always does.
  if (performance.now() >= auditAt) await audit();
  else if (!(await deliverNext())) await wait(LOOK_EVERY_MS);
}
database.close();
