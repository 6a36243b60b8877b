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

/** So many readings are delivered together, and a few more where the last millisecond has several. */
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
  readonly #cut;
  readonly #stored;

  constructor(database: DatabaseSync) {
    this.#entries = database.prepare(
      `SELECT id, readings, stretches FROM spool WHERE id > ? ORDER BY id LIMIT ${MOST_ENTRIES}`,
    );
    this.#between = columnsOf(
      database,
      `SELECT ${COLUMNS} FROM readings WHERE line = ? AND at >= ? AND at < ? ORDER BY ${KEY}`,
    );
    this.#cut = database.prepare(
      `SELECT at FROM readings WHERE line = ? AND at >= ? AND at < ?
       ORDER BY at LIMIT 1 OFFSET ${PARCEL_READINGS - 1}`,
    );
    this.#stored = new StoredRows(database);
  }

  /**
   * The next of what was spooled after a number; none: nothing waits. An entry may stand for days of
   * a line: it takes many parcels, and only the last of them goes beyond the number.
   */
  *parcels(after: number): Generator<Parcel> {
    let [upTo, readings] = [after, 0];
    const stretches: Stretch[] = [];
    for (const row of this.#entries.iterate(after)) {
      const entry = row as unknown as Entry;
      upTo = entry.id;
      readings += entry.readings;
      for (const stretch of stretchesFromBytes(entry.stretches)) stretches.push(stretch);
      if (readings >= PARCEL_READINGS) break;
    }
    if (upTo === after) return;
    let [instants, together]: [Instant[], number] = [[], 0];
    for (const instant of this.#instants(stretches)) {
      instants.push(instant);
      together += instant.length;
      if (together < PARCEL_READINGS) continue;
      yield { upTo: after, instants };
      [instants, together] = [[], 0];
    }
    yield { upTo, instants };
  }

  *#instants(stretches: readonly Stretch[]): Generator<Instant> {
    for (const stretch of joined(stretches)) {
      for (const part of this.#divided(stretch)) yield* this.#instantsOf(part);
    }
  }

  /** Parts that have no more readings than a parcel, but for those of one millisecond. */
  *#divided({ line, from, to }: Stretch): Generator<Stretch> {
    for (let start = from; start < to;) {
      const at = this.#cut.get(line, start, to)?.['at'];
      const end = typeof at === 'number' ? at + 1 : to;
      yield { line, from: start, to: end };
      start = end;
    }
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
