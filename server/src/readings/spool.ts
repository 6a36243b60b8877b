/** The spool: which stretches of readings the time-series database does not have yet, in the order in which they came. */

import type { DatabaseSync } from 'node:sqlite';

/** Readings of one line with `from <= at < to`, epoch ms. */
export interface Stretch {
  /** The line's number. */
  readonly line: number;
  readonly from: number;
  readonly to: number;
}

/** The time-series database that is to have every reading, and the lines that are certain to be delivered. */
export interface SpoolTarget {
  /** Names it, without any password. */
  readonly name: string;
  readonly planned: readonly string[];
}

/** Stretches of a line this near to each other are one: what lies between is delivered again, which changes nothing. */
const NEAR_MS = 5_000;
const DAY_MS = 86_400_000;
const NUMBERS = 3;

export function stretchesToBytes(stretches: readonly Stretch[]): Uint8Array {
  const numbers = stretches.flatMap(({ line, from, to }) => [line, from, to]);
  return new Uint8Array(Float64Array.from(numbers).buffer);
}

export function stretchesFromBytes(bytes: Uint8Array): Stretch[] {
  // SQLite's bytes need not lie on a boundary of eight.
  const numbers = new Float64Array(bytes.slice().buffer);
  return Array.from({ length: numbers.length / NUMBERS }, (_, index) => {
    const [line = 0, from = 0, to = 0] = numbers.subarray(index * NUMBERS);
    return { line, from, to };
  });
}

/** Writes within the transaction of whoever calls it. */
export class SpoolTable {
  readonly #insert;
  readonly #remove;
  readonly #measure;
  /** Times of the readings of this transaction, by line. */
  readonly #noted = new Map<number, number[]>();
  /** `null`: not known, as after a transaction that was taken back. */
  #readings: number | null = null;

  constructor(database: DatabaseSync) {
    this.#insert = database.prepare(
      'INSERT INTO spool (first_at, readings, stretches) VALUES (?, ?, ?)',
    );
    this.#remove = database.prepare('DELETE FROM spool WHERE id <= ? RETURNING readings');
    this.#measure = database.prepare('SELECT ifnull(sum(readings), 0) AS readings FROM spool');
  }

  /** Readings that wait. */
  get readings(): number {
    return (this.#readings ??= Number(this.#measure.get()?.['readings']));
  }

  /** A new reading of this transaction. */
  note(line: number, at: number): void {
    const times = this.#noted.get(line);
    if (times) times.push(at);
    else this.#noted.set(line, [at]);
  }

  /** Writes what was noted. */
  write(): void {
    const readings = [...this.#noted.values()].reduce((sum, times) => sum + times.length, 0);
    const stretches = [...this.#noted].flatMap(([line, times]) => stretchesOf(line, times));
    this.#noted.clear();
    if (readings > 0) this.add(stretches, readings);
  }

  add(stretches: readonly Stretch[], readings: number): void {
    const firstAt = stretches.reduce((first, { from }) => Math.min(first, from), Infinity);
    this.#readings = this.readings + readings;
    this.#insert.run(firstAt, readings, stretchesToBytes(stretches));
  }

  /** What is delivered needs to wait no longer. */
  remove(upTo: number): void {
    const before = this.readings;
    const removed = this.#remove.all(upTo);
    this.#readings = before - removed.reduce((sum, row) => sum + Number(row['readings']), 0);
  }

  /** What was written last may have been taken back. */
  forget(): void {
    this.#noted.clear();
    this.#readings = null;
  }
}

function stretchesOf(line: number, times: number[]): Stretch[] {
  const stretches: { line: number; from: number; to: number }[] = [];
  for (const at of times.sort((a, b) => a - b)) {
    const last = stretches.at(-1);
    if (last && at < last.to + NEAR_MS) last.to = at + 1;
    else stretches.push({ line, from: at, to: at + 1 });
  }
  return stretches;
}

/**
 * Makes the database deliver to a target, or to none. A target that it did not deliver to last is to
 * have everything that is kept here.
 */
export function attachSpool(database: DatabaseSync, target: SpoolTarget | null): void {
  database.exec('BEGIN IMMEDIATE');
  try {
    const last = database.prepare('SELECT target FROM delivery').get()?.['target'] ?? null;
    if (last !== (target?.name ?? null)) {
      database.exec('DELETE FROM spool');
      database
        .prepare(
          `UPDATE delivery SET target = ?, since = (SELECT before FROM pruned),
           adopted = EXISTS (SELECT 1 FROM lines)`,
        )
        .run(target?.name ?? null);
    }
    const isOther = last !== target?.name;
    if (target) for (const line of joining(database, target, isOther)) spoolAll(database, line);
    database.exec('COMMIT');
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

/** Lines whose readings the target has not been given yet. */
function joining(database: DatabaseSync, target: SpoolTarget, isOther: boolean): number[] {
  const planned = database
    .prepare(
      `UPDATE lines SET alone = 0 WHERE alone = 1
       AND line IN (SELECT id FROM names WHERE name IN (SELECT value FROM json_each(?)))
       RETURNING line`,
    )
    .all(JSON.stringify(target.planned));
  const all = database.prepare('SELECT line FROM lines WHERE alone = 0 ORDER BY line');
  return (isOther ? all.all() : planned).map(({ line }) => Number(line));
}

/** Spools all of a line's readings, a day at a time. */
function spoolAll(database: DatabaseSync, line: number): void {
  const spool = new SpoolTable(database);
  const first = database.prepare('SELECT min(at) AS at FROM readings WHERE line = ? AND at >= ?');
  const count = database.prepare(
    'SELECT count(*) AS readings FROM readings WHERE line = ? AND at >= ? AND at < ?',
  );
  for (let from = 0; ;) {
    const at = first.get(line, from)?.['at'];
    if (typeof at !== 'number') return;
    from = Math.floor(at / DAY_MS) * DAY_MS;
    const to = from + DAY_MS;
    spool.add([{ line, from, to }], Number(count.get(line, from, to)?.['readings']));
    from = to;
  }
}
