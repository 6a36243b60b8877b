/** The database's tables, and the guard against a database of a newer version. */

import { DatabaseSync } from 'node:sqlite';

/** What makes each version of the database out of the one before it; never changed once released. */
const MIGRATIONS: readonly string[] = [
  `
    CREATE TABLE names (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
    CREATE TABLE lines (line INTEGER PRIMARY KEY) STRICT;
    CREATE TABLE readings (
      line INTEGER NOT NULL, at INTEGER NOT NULL, seq INTEGER NOT NULL, kind INTEGER NOT NULL,
      good INTEGER NOT NULL, reject INTEGER NOT NULL, state INTEGER NOT NULL,
      product INTEGER NOT NULL, received_at INTEGER NOT NULL,
      PRIMARY KEY (line, at, seq, kind, good, reject, state, product)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE quarantine (
      id INTEGER PRIMARY KEY, received_at INTEGER NOT NULL, topic TEXT NOT NULL,
      payload TEXT NOT NULL, reason TEXT NOT NULL
    ) STRICT;
    CREATE TABLE counts (
      only INTEGER PRIMARY KEY CHECK (only = 1),
      accepted INTEGER NOT NULL, duplicates INTEGER NOT NULL, quarantined INTEGER NOT NULL
    ) STRICT;
    INSERT INTO counts VALUES (1, 0, 0, 0);
    CREATE TABLE plans (
      line TEXT NOT NULL, at INTEGER NOT NULL, target TEXT, product TEXT, PRIMARY KEY (line, at)
    ) STRICT;
  `,
  `
    CREATE TABLE instance (only INTEGER PRIMARY KEY CHECK (only = 1), id TEXT NOT NULL) STRICT;
    INSERT INTO instance VALUES (1, lower(hex(randomblob(6))));
  `,
  `
    CREATE TABLE told_hours (
      line INTEGER NOT NULL, fact INTEGER NOT NULL, hour INTEGER NOT NULL,
      PRIMARY KEY (line, fact, hour)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO told_hours
      SELECT DISTINCT line, 0, at / 3600000 FROM readings WHERE state % 16 <> 0
      UNION ALL SELECT DISTINCT line, 1, at / 3600000 FROM readings WHERE product <> -1
      UNION ALL SELECT DISTINCT line, 2, at / 3600000 FROM readings WHERE state >= 16
      UNION ALL SELECT DISTINCT line, 3, at / 3600000 FROM readings WHERE good <> -1
      UNION ALL SELECT DISTINCT line, 4, at / 3600000 FROM readings WHERE reject <> -1;
    CREATE TABLE pruned (only INTEGER PRIMARY KEY CHECK (only = 1), before INTEGER) STRICT;
    INSERT INTO pruned VALUES (1, NULL);
  `,
  `
    CREATE TABLE minutes (
      line INTEGER NOT NULL, day INTEGER NOT NULL, track BLOB NOT NULL, PRIMARY KEY (line, day)
    ) STRICT;
  `,
  `
    CREATE TABLE spool (
      id INTEGER PRIMARY KEY AUTOINCREMENT, first_at INTEGER NOT NULL, readings INTEGER NOT NULL,
      stretches BLOB NOT NULL
    ) STRICT;
    CREATE TABLE delivery (
      only INTEGER PRIMARY KEY CHECK (only = 1), target TEXT, since INTEGER,
      adopted INTEGER NOT NULL
    ) STRICT;
    INSERT INTO delivery VALUES (1, NULL, NULL, 0);
    ALTER TABLE lines ADD COLUMN alone INTEGER NOT NULL DEFAULT 0;
  `,
];
const SQLITE_BUSY = 5;
const VERSION = MIGRATIONS.length;

/**
 * Keeps other servers away for as long as this one runs: two on one database would each show only
 * what they took in themselves. The system lets go of the lock however the process ends.
 */
export function lockDatabase(file: string): DatabaseSync {
  const lock = new DatabaseSync(`${file}.lock`);
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    const isTaken = error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY;
    if (!isTaken) throw error;
    throw new Error(
      'another Lineside is using this DATA_DIR; stop it, or choose another DATA_DIR',
      {
        cause: error,
      },
    );
  }
  return lock;
}

/** Makes an open database ready for writing. Throws when a newer version made it. */
export function prepareDatabase(database: DatabaseSync): void {
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
  const found = Number(database.prepare('PRAGMA user_version').get()?.['user_version']);
  if (found > VERSION) {
    throw new Error(
      `the database is of version ${found}, this Lineside knows versions up to ${VERSION}; ` +
        'start the newer Lineside that made it, or choose another DATA_DIR',
    );
  }
  for (const [index, migration] of MIGRATIONS.slice(found).entries()) {
    database.exec(`BEGIN; ${migration} PRAGMA user_version = ${found + index + 1}; COMMIT;`);
  }
}
