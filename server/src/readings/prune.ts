/** Removes old readings step by step, and keeps of each line what later questions still take up from. */

import type { DatabaseSync } from 'node:sqlite';
import type { PruneCursor, PruneStep, Pruned } from './protocol.ts';
import { HOUR_MS, lastOfEachSql } from './told-hours.ts';

/** Readings of each line before the instant that stay, whatever their age. */
export const KEPT_READINGS = 64;
/** A step removes about so many, so that no commit waits long for it. */
const ROWS_PER_STEP = 2_000;

type At = { readonly at: number } | undefined;
interface NextLine {
  readonly line: number;
  readonly alone: number;
}

/**
 * Makes the step that removes readings before an instant. Of every line these stay: the last
 * {@link KEPT_READINGS} before it, and for each fact the last reading that told it, before the
 * instant as well as before the first of those. Steps keep nothing in memory: one that was cut off
 * is simply taken again.
 */
export function pruner(database: DatabaseSync): (step: PruneStep) => Pruned {
  const record = database.prepare(
    'UPDATE pruned SET before = :before WHERE before IS NULL OR before < :before',
  );
  const nextLine = database.prepare(
    'SELECT line, alone FROM lines WHERE line >= ? ORDER BY line LIMIT 1',
  );
  const firstKept = database.prepare(
    `SELECT at FROM readings WHERE line = ? AND at < ? ORDER BY at DESC LIMIT 1 OFFSET ${KEPT_READINGS - 1}`,
  );
  const lastTold = lastOfEachSql('at').map((sql) => database.prepare(sql));
  const stepEnd = database.prepare(
    `SELECT at FROM readings WHERE line = ? AND at >= ? AND at < ? ORDER BY at LIMIT 1 OFFSET ${ROWS_PER_STEP}`,
  );
  const remove = database.prepare(
    `DELETE FROM readings WHERE line = ? AND at >= ? AND at < ?
     AND at NOT IN (SELECT value FROM json_each(?))`,
  );
  const removeHours = database.prepare(
    `DELETE FROM told_hours WHERE line = ? AND fact BETWEEN 0 AND ${lastTold.length - 1} AND hour < ?
     AND hour NOT IN (SELECT value / ${HOUR_MS} FROM json_each(?))`,
  );

  const told = (line: number, before: number): number[] =>
    lastTold.flatMap((statement) => {
      const found = statement.get({ line, at: before }) as At;
      return found ? [found.at] : [];
    });

  function removeFrom(line: number, cursor: PruneCursor, before: number): Pruned {
    const done = { removed: 0, next: { line: line + 1, at: 0 } };
    const keptFrom = (firstKept.get(line, before) as At)?.at;
    if (keptFrom === undefined) return done;
    const from = line === cursor.line ? cursor.at : 0;
    const cut = (stepEnd.get(line, from, keptFrom) as At)?.at;
    const end = cut === undefined ? keptFrom : cut + 1;
    const kept = JSON.stringify([...told(line, before), ...told(line, keptFrom)]);
    const removed = Number(remove.run(line, from, end, kept).changes);
    if (removed > 0) removeHours.run(line, Math.trunc(end / HOUR_MS), kept);
    return { removed, next: cut === undefined ? done.next : { line, at: end } };
  }

  return (step) => {
    const { cursor, before, aloneBefore } = step;
    const found = nextLine.get(cursor.line) as NextLine | undefined;
    database.exec('BEGIN IMMEDIATE');
    try {
      // Told first: whoever finds readings gone must also find since when.
      record.run({ before });
      const pruned = found
        ? removeFrom(found.line, cursor, found.alone ? aloneBefore : before)
        : { removed: 0, next: null };
      database.exec('COMMIT');
      return pruned;
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK');
      throw error;
    }
  };
}

/** Where a new round of steps begins. */
export const PRUNE_START: PruneCursor = { line: 0, at: 0 };
