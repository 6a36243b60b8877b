/** A copy of the database that can be put in its place, made while a server writes to it. */

import { existsSync } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { backup, DatabaseSync } from 'node:sqlite';

/** In steps, a copy would begin anew whenever the server commits; in one, the server goes on beside it. */
const ALL_PAGES = 2 ** 31 - 1;
const BUSY_MS = 5_000;

/**
 * Copies everything committed before the call; resolves to the copy's size in bytes once it is on
 * disk and checked. Rejects with a sentence for its user; nothing is left behind then, and what was
 * there is left alone.
 */
export async function backUp(databaseFile: string, copyFile: string): Promise<number> {
  checkFree(copyFile);
  // Whoever finds the name finds a whole copy.
  const unfinished = `${copyFile}.unfinished`;
  await removeDatabase(unfinished);
  try {
    await copy(databaseFile, unfinished);
    check(unfinished);
    beginAnew(unfinished);
    await rename(unfinished, copyFile);
  } finally {
    await removeDatabase(unfinished);
  }
  return (await stat(copyFile)).size;
}

/** Throws with a sentence for its user when there is no room for a file of this name. */
export function checkFree(copyFile: string): void {
  if (existsSync(copyFile)) {
    throw new Error(`${copyFile} is already there; name a file that is not, or move that one away`);
  }
  if (!existsSync(dirname(copyFile))) {
    throw new Error(`there is no folder ${dirname(copyFile)}; make it, or name another file`);
  }
}

async function copy(databaseFile: string, copyFile: string): Promise<void> {
  const database = new DatabaseSync(databaseFile, { readOnly: true, timeout: BUSY_MS });
  try {
    await backup(database, copyFile, { rate: ALL_PAGES });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(
      `${databaseFile} could not be copied to ${copyFile}: ${reason}; ` +
        'is it a database, is there room, and may this user write there?',
      { cause: error },
    );
  } finally {
    database.close();
  }
}

function check(file: string): void {
  const database = new DatabaseSync(file);
  try {
    const found = database.prepare('PRAGMA quick_check(1)').get()?.['quick_check'];
    if (found !== 'ok') {
      throw new Error(
        `the copy is damaged (${String(found)}), and so may be the database: keep your older backups`,
      );
    }
  } finally {
    database.close();
  }
}

/** A time-series database knows what comes after the copy is made: once put back, it is to be asked for that. */
function beginAnew(file: string): void {
  const database = new DatabaseSync(file);
  try {
    const knows = database.prepare(`SELECT 1 FROM sqlite_schema WHERE name = 'delivery'`).get();
    if (knows) database.exec('UPDATE delivery SET adopted = 0');
  } finally {
    database.close();
  }
}

async function removeDatabase(file: string): Promise<void> {
  const parts = ['', '-journal', '-wal', '-shm'].map((ending) => file + ending);
  await Promise.all(parts.map((part) => rm(part, { force: true })));
}
