/** What is here, counted, so that the time-series database can be asked whether it still has all of it. */

import type { DatabaseSync } from 'node:sqlite';
import type { Reading } from '@lineside/domain/reading.ts';
import type { Census } from '../influx/census.ts';
import type { Stretch } from './spool.ts';
import { HOUR_MS } from './told-hours.ts';

/** What is here at one moment of what the database is to have. */
export interface Stock {
  readonly lines: Census;
  /** All of it is delivered once the spool is, up to this number. */
  readonly upTo: number;
}

/** What the database does not have of a line, though it acknowledged it: hours, and how many readings of them. */
export interface Missing {
  readonly stretches: readonly Stretch[];
  readonly readings: number;
}

export class Audit {
  readonly #database: DatabaseSync;
  readonly #lines;
  readonly #hours;
  readonly #newest;
  readonly #find;
  /** How many readings of a line's hour the database does not take. */
  readonly #refused = new Map<string, number>();

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#lines = database.prepare(
      'SELECT line, name FROM lines JOIN names ON names.id = lines.line WHERE alone = 0',
    );
    this.#hours = database.prepare(
      `SELECT at / ${HOUR_MS} AS hour, count(*) AS readings FROM readings
       WHERE line = ? AND at >= ? GROUP BY hour`,
    );
    this.#newest = database.prepare('SELECT ifnull(max(id), 0) AS id FROM spool');
    this.#find = database.prepare('SELECT id FROM names WHERE name = ?');
  }

  /** @param from the hour from which on the database is to have readings, epoch ms */
  stock(from: number): Stock {
    const lines = new Map<string, Map<number, number>>();
    // One transaction: what is spooled after it is not counted either.
    this.#database.exec('BEGIN');
    try {
      const upTo = Number(this.#newest.get()?.['id']);
      for (const { line, name } of this.#lines.all()) {
        const hours = new Map<number, number>();
        for (const row of this.#hours.all(line ?? 0, from)) {
          hours.set(Number(row['hour']), Number(row['readings']));
        }
        if (hours.size > 0) lines.set(String(name), hours);
      }
      return { lines, upTo };
    } finally {
      this.#database.exec('COMMIT');
    }
  }

  /**
   * To be told which of some readings, none of them twice, the database refused: it lacks these for
   * good. Whatever is delivered again is refused again, so the most that was refused at once counts.
   */
  refusals(): (reading: Reading) => void {
    const now = new Map<string, number>();
    return ({ line, at }) => {
      const key = keyOf(line, Math.floor(at / HOUR_MS));
      const count = (now.get(key) ?? 0) + 1;
      now.set(key, count);
      this.#refused.set(key, Math.max(this.#refused.get(key) ?? 0, count));
    };
  }

  /** Of each line the hours of which the database has fewer readings than there were here. */
  missing(here: Census, there: Census): Missing[] {
    return [...here].flatMap(([name, hours]) => {
      const line = Number(this.#find.get(name)?.['id']);
      const stretches: Stretch[] = [];
      let readings = 0;
      for (const [hour, count] of hours) {
        const refused = this.#refused.get(keyOf(name, hour)) ?? 0;
        const lost = count - refused - (there.get(name)?.get(hour) ?? 0);
        if (lost <= 0) continue;
        stretches.push({ line, from: hour * HOUR_MS, to: (hour + 1) * HOUR_MS });
        readings += lost;
      }
      return readings > 0 ? [{ stretches, readings }] : [];
    });
  }
}

const keyOf = (line: string, hour: number): string => `${line} ${hour}`;
