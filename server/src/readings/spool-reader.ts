/** The spool, read in its order: which readings to deliver next. */

import type { DatabaseSync } from 'node:sqlite';
import { compareReadings, type Reading } from '@lineside/domain/reading.ts';
import { fromRows } from './rows.ts';
import { stretchesFromBytes, type Stretch } from './spool.ts';
import { COLUMNS, columnsOf, KEY, StoredRows, type Row } from './stored-rows.ts';

/** All readings of a line at one millisecond, in their order. */
export type Instant = readonly Reading[];

/** What is delivered together. */
export interface Parcel {
  /** Everything spooled up to this number is in it or was before. */
  readonly upTo: number;
  readonly instants: readonly Instant[];
}

/** A parcel has about so many readings; the backlog of one day of a line is not divided. */
const PARCEL_READINGS = 5_000;
const MOST_ENTRIES = 1_000;

interface Entry {
  readonly id: number;
  readonly readings: number;
  readonly stretches: Uint8Array;
}

export class SpoolReader {
  readonly #entries;
  readonly #between;
  readonly #stored;

  constructor(database: DatabaseSync) {
    this.#entries = database.prepare(
      `SELECT id, readings, stretches FROM spool WHERE id > ? ORDER BY id LIMIT ${MOST_ENTRIES}`,
    );
    this.#between = columnsOf(
      database,
      `SELECT ${COLUMNS} FROM readings WHERE line = ? AND at >= ? AND at < ? ORDER BY ${KEY}`,
    );
    this.#stored = new StoredRows(database);
  }

  /** What was spooled after a number; `null`: nothing. */
  next(after: number): Parcel | null {
    let [upTo, readings] = [after, 0];
    const stretches: Stretch[] = [];
    for (const row of this.#entries.iterate(after)) {
      const entry = row as unknown as Entry;
      upTo = entry.id;
      readings += entry.readings;
      stretches.push(...stretchesFromBytes(entry.stretches));
      if (readings >= PARCEL_READINGS) break;
    }
    if (upTo === after) return null;
    return { upTo, instants: joined(stretches).flatMap((stretch) => this.#instantsOf(stretch)) };
  }

  #instantsOf({ line, from, to }: Stretch): Instant[] {
    const rows = this.#between.all(line, from, to) as unknown as Row[];
    const readings = fromRows(this.#stored.of(this.#stored.nameOf(line), rows));
    const instants: Reading[][] = [];
    for (const reading of readings) {
      const last = instants.at(-1);
      if (last?.[0]?.at === reading.at) last.push(reading);
      else instants.push([reading]);
    }
    for (const instant of instants) if (instant.length > 1) instant.sort(compareReadings);
    return instants;
  }
}

/** The same stretches, none of them twice. */
function joined(stretches: readonly Stretch[]): Stretch[] {
  const sorted = stretches.toSorted((a, b) => a.line - b.line || a.from - b.from);
  const found: Stretch[] = [];
  for (const next of sorted) {
    const last = found.at(-1);
    if (last?.line === next.line && next.from <= last.to) {
      found[found.length - 1] = { ...last, to: Math.max(last.to, next.to) };
    } else {
      found.push(next);
    }
  }
  return found;
}
