/** The writing thread: one batch, one transaction, one fsync. */

import { DatabaseSync } from 'node:sqlite';
import { workerData } from 'node:worker_threads';
import { inPlaceCheck } from './in-place.ts';
import { LineTable } from './line-table.ts';
import type { Adopted, Batch, Committed, DayRow, WriteRequest, WriterOptions } from './protocol.ts';
import { pruner } from './prune.ts';
import { QuarantineTable } from './quarantine.ts';
import { NONE, ROW_WIDTH, type Rows } from './rows.ts';
import { lockDatabase, prepareDatabase } from './schema.ts';
import { serveCalls, type Served } from './serve-calls.ts';
import { attachSpool, SpoolTable } from './spool.ts';
import { ToldHours } from './told-hours.ts';

const MOST_NAMES_REMEMBERED = 10_000;

const { file, spoolTarget } = workerData as WriterOptions;
const lock = lockDatabase(file);
const database = new DatabaseSync(file, { timeout: 5_000 });
prepareDatabase(database);
attachSpool(database, spoolTarget);
const checkInPlace = inPlaceCheck([file, `${file}-wal`]);

const insertReading = database.prepare(
  'INSERT INTO readings VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
);
const insertName = database.prepare('INSERT INTO names (name) VALUES (?) ON CONFLICT DO NOTHING');
const findName = database.prepare('SELECT id FROM names WHERE name = ?');
const insertDay = database.prepare(
  'INSERT INTO minutes VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET track = excluded.track',
);
const addCounts = database.prepare(
  'UPDATE counts SET accepted = accepted + ?, duplicates = duplicates + ?, quarantined = quarantined + ?',
);
const begin = database.prepare('BEGIN IMMEDIATE');
const commit = database.prepare('COMMIT');
const quarantine = new QuarantineTable(database);
const toldHours = new ToldHours(database);
const lines = new LineTable(database, spoolTarget?.planned ?? []);
const spool = new SpoolTable(database);
const pruneStep = pruner(database);
const readCounts = database.prepare('SELECT accepted, duplicates, quarantined FROM counts');

/** Ids of names as committed; cleared after a failure, which may have taken some back. */
const names = new Map<string, number>();
const counts = {
  ...(readCounts.get() as { accepted: number; duplicates: number; quarantined: number }),
};

function nameId(name: string): number {
  const known = names.get(name);
  if (known !== undefined) return known;
  insertName.run(name);
  const id = Number(findName.get(name)?.['id']);
  if (names.size >= MOST_NAMES_REMEMBERED) names.clear();
  names.set(name, id);
  return id;
}

function writeRows({ names: mentioned, numbers }: Rows): Uint8Array<ArrayBuffer> {
  const ids = mentioned.map(nameId);
  const isNew = new Uint8Array(numbers.length / ROW_WIDTH);
  const number = (place: number): number => numbers[place] ?? NONE;
  for (let row = 0, place = 0; row < isNew.length; row++, place += ROW_WIDTH) {
    const name = number(place);
    const line = ids[name] ?? NONE;
    const product = number(place + 7) === NONE ? NONE : (ids[number(place + 7)] ?? NONE);
    const isAlone = lines.note(line, mentioned[name] ?? '');
    const at = number(place + 1);
    const [good, reject, state] = [number(place + 4), number(place + 5), number(place + 6)];
    const { changes } = insertReading.run(
      line,
      at,
      number(place + 2),
      number(place + 3),
      good,
      reject,
      state,
      product,
      number(place + 8),
    );
    isNew[row] = Number(changes);
    toldHours.note(line, at, { state, product, good, reject });
    if (spoolTarget && !isAlone && changes) spool.note(line, at);
  }
  return isNew;
}

function writeDays(days: readonly DayRow[]): void {
  for (const { line, day, track } of days) insertDay.run(nameId(line), day, track);
}

function writeAdopted({ from }: Adopted): void {
  database.exec('UPDATE delivery SET adopted = 1');
  if (from !== null) database.prepare('UPDATE pruned SET before = ?').run(from);
}

function write(batch: Batch): Committed {
  const { rows, refused, days, delivered, respooled, adopted } = batch;
  const startedAt = performance.now();
  checkInPlace();
  begin.run();
  try {
    const isNew = writeRows(rows);
    quarantine.write(refused);
    writeDays(days);
    spool.write();
    if (delivered > 0) spool.remove(delivered);
    for (const { stretches, readings } of respooled) spool.add(stretches, readings);
    if (adopted) writeAdopted(adopted);
    const accepted = isNew.reduce((sum, one) => sum + one, 0);
    addCounts.run(accepted, isNew.length - accepted, refused.length);
    commit.run();
    counts.accepted += accepted;
    counts.duplicates += isNew.length - accepted;
    counts.quarantined += refused.length;
    const spooled = spool.readings;
    return { isNew, counts: { ...counts }, spooled, tookMs: performance.now() - startedAt };
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    names.clear();
    lines.forget();
    spool.forget();
    toldHours.forget();
    quarantine.forget();
    throw error;
  }
}

function serve(request: WriteRequest): Served {
  if (request.ask === 'prune') {
    toldHours.forget();
    return { value: pruneStep(request.step) };
  }
  const committed = write(request.batch);
  return { value: committed, transfer: [committed.isNew.buffer] };
}

serveCalls<WriteRequest>({
  serve,
  close() {
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    database.close();
    lock.close();
  },
});
