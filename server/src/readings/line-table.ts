/** The table of lines with readings, and which of them are kept in this database alone. */

import type { DatabaseSync } from 'node:sqlite';

/** Lines beyond these get no series in the time-series database: a flood of made-up ids must not fill it. */
const MOST_SERIES = 10_000;
const MOST_REMEMBERED = 10_000;

/** Writes within the transaction of whoever calls it. */
export class LineTable {
  readonly #insert;
  readonly #find;
  readonly #count;
  readonly #planned: ReadonlySet<string>;
  /** Whether each line is kept here alone. */
  readonly #known = new Map<number, boolean>();
  #lines: number | null = null;

  /** @param planned lines that get a series however many there are */
  constructor(database: DatabaseSync, planned: readonly string[]) {
    this.#planned = new Set(planned);
    this.#insert = database.prepare(
      'INSERT INTO lines (line, alone) VALUES (?, ?) ON CONFLICT DO NOTHING',
    );
    this.#find = database.prepare('SELECT alone FROM lines WHERE line = ?');
    this.#count = database.prepare('SELECT count(*) AS lines FROM lines');
  }

  /** Notes a line with readings; whether it is kept here alone. */
  note(line: number, name: string): boolean {
    const known = this.#known.get(line);
    if (known !== undefined) return known;
    const lines = (this.#lines ??= Number(this.#count.get()?.['lines']));
    const isBeyond = lines >= MOST_SERIES && !this.#planned.has(name);
    const inserted = Number(this.#insert.run(line, Number(isBeyond)).changes);
    this.#lines += inserted;
    const isAlone = Number(this.#find.get(line)?.['alone']) === 1;
    if (this.#known.size >= MOST_REMEMBERED) this.#known.clear();
    this.#known.set(line, isAlone);
    return isAlone;
  }

  /** What was written last may have been taken back. */
  forget(): void {
    this.#known.clear();
    this.#lines = null;
  }
}
