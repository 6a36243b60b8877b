/** In which hours a line told which facts, so that the last word on each is found without a search through a year. */

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { FIRST_AVAILABILITY_CODE, NONE } from './rows.ts';

export const HOUR_MS = 3_600_000;
const MOST_LINES_REMEMBERED = 10_000;

/** What a row must hold to tell a fact that stays true until told anew; the places are stored. */
const CONDITIONS = [
  `state % ${FIRST_AVAILABILITY_CODE} <> 0`,
  `product <> ${NONE}`,
  `state >= ${FIRST_AVAILABILITY_CODE}`,
  `good <> ${NONE}`,
  `reject <> ${NONE}`,
] as const;

/** Parts of a row that may tell a fact, as they are stored. */
export interface ToldRow {
  readonly state: number;
  readonly product: number;
  readonly good: number;
  readonly reject: number;
}

/** One bit for each of the conditions above. */
function factsIn({ state, product, good, reject }: ToldRow): number {
  return (
    Number(state % FIRST_AVAILABILITY_CODE !== 0) |
    (Number(product !== NONE) << 1) |
    (Number(state >= FIRST_AVAILABILITY_CODE) << 2) |
    (Number(good !== NONE) << 3) |
    (Number(reject !== NONE) << 4)
  );
}

/** For each fact the query for the last row before an instant that tells it: of `:line`, before `:at`. */
export function lastOfEachSql(columns: string): string[] {
  return CONDITIONS.map(
    (condition, fact) =>
      `SELECT ${columns} FROM told_hours CROSS JOIN readings
       ON readings.line = told_hours.line
         AND at >= hour * ${HOUR_MS} AND at < MIN(:at, (hour + 1) * ${HOUR_MS}) AND ${condition}
       WHERE told_hours.line = :line AND fact = ${fact} AND hour <= :at / ${HOUR_MS}
       ORDER BY hour DESC, at DESC, seq DESC, kind DESC, good DESC, reject DESC, state DESC, product DESC
       LIMIT 1`,
  );
}

/** Notes the hours as rows are written. */
export class ToldHours {
  readonly #insert: StatementSync;
  /** For each line the hour noted last, and the facts noted for it. */
  readonly #noted = new Map<number, { hour: number; facts: number }>();

  constructor(database: DatabaseSync) {
    this.#insert = database.prepare(
      'INSERT INTO told_hours VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
    );
  }

  note(line: number, at: number, row: ToldRow): void {
    const facts = factsIn(row);
    const hour = Math.trunc(at / HOUR_MS);
    const noted = this.#notedOf(line, hour);
    const fresh = facts & ~noted.facts;
    if (fresh === 0) return;
    for (let fact = 0; fact < CONDITIONS.length; fact++) {
      if (fresh & (1 << fact)) this.#insert.run(line, fact, hour);
    }
    noted.facts |= facts;
  }

  /** What is remembered may have been taken back, or removed with old readings. */
  forget(): void {
    this.#noted.clear();
  }

  #notedOf(line: number, hour: number): { hour: number; facts: number } {
    const known = this.#noted.get(line);
    if (known?.hour === hour) return known;
    if (this.#noted.size >= MOST_LINES_REMEMBERED) this.#noted.clear();
    const noted = { hour, facts: 0 };
    this.#noted.set(line, noted);
    return noted;
  }
}
