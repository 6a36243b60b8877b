/** Rows as they are selected from the database, with the names that their numbers stand for. */

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { NONE, ROW_WIDTH, type Rows } from './rows.ts';

/** What to select of a reading, in this order. */
export const COLUMNS = 'at, seq, kind, good, reject, state, product, received_at';
/** What tells a line's readings apart, in their order. */
export const KEY = 'at, seq, kind, good, reject, state, product';

export type Row = readonly number[];

/** A statement that gives rows as arrays. */
export function columnsOf(database: DatabaseSync, sql: string): StatementSync {
  const statement = database.prepare(sql);
  statement.setReturnArrays(true);
  return statement;
}

export class StoredRows {
  readonly #findName;
  readonly #findId;

  constructor(database: DatabaseSync) {
    this.#findName = columnsOf(database, 'SELECT name FROM names WHERE id = ?');
    this.#findId = columnsOf(database, 'SELECT id FROM names WHERE name = ?');
  }

  /** A name's number; `null` where the database does not know it. */
  idOf(name: string): number | null {
    const [id] = (this.#findId.get(name) as unknown as Row | undefined) ?? [];
    return id ?? null;
  }

  nameOf(id: number): string {
    const [name = ''] = (this.#findName.get(id) as unknown as string[] | undefined) ?? [];
    return name;
  }

  /** One line's rows for other threads. */
  of(line: string, rows: readonly Row[]): Rows {
    const names = [line];
    const products = new Map<number, number>();
    const numbers = new Float64Array(rows.length * ROW_WIDTH);
    for (const [index, row] of rows.entries()) {
      const place = index * ROW_WIDTH;
      // Column 0, the line, is 0 everywhere.
      numbers.set(row, place + 1);
      const product = row[6] ?? NONE;
      if (product !== NONE) numbers[place + 7] = this.#productPlace(product, names, products);
    }
    return { names, numbers };
  }

  #productPlace(id: number, names: string[], places: Map<number, number>): number {
    const known = places.get(id);
    if (known !== undefined) return known;
    const place = names.push(this.nameOf(id)) - 1;
    places.set(id, place);
    return place;
  }
}
