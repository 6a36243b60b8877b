/** The reading thread: a second connection, so that a long look back never holds up a commit. */

import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { workerData } from 'node:worker_threads';
import type { DeliveryState, Page, PageRequest, ReadRequest, RowKey } from './protocol.ts';
import type { Rows } from './rows.ts';
import { serveCalls, type Served } from './serve-calls.ts';
import { COLUMNS, columnsOf, KEY, StoredRows, type Row } from './stored-rows.ts';
import { lastOfEachSql } from './told-hours.ts';

const database = new DatabaseSync(workerData as string, { readOnly: true, timeout: 5_000 });

const stored = new StoredRows(database);
const KEY_COLUMNS = 7;

const columns = (sql: string): StatementSync => columnsOf(database, sql);

const between = columns(
  `SELECT ${COLUMNS} FROM readings WHERE line = ? AND at >= ? AND at < ? ORDER BY ${KEY}`,
);
const before = columns(
  `SELECT ${COLUMNS} FROM readings WHERE line = ? AND at < ?
   ORDER BY at DESC, seq DESC, kind DESC, good DESC, reject DESC, state DESC, product DESC LIMIT ?`,
);
const page = columns(
  `SELECT ${COLUMNS} FROM readings WHERE line = ? AND (${KEY}) > (?, ?, ?, ?, ?, ?, ?) AND at < ?
   ORDER BY ${KEY} LIMIT ?`,
);
const declared = lastOfEachSql(COLUMNS).map(columns);
const lineNames = columns(
  'SELECT name FROM lines JOIN names ON names.id = lines.line ORDER BY line LIMIT ?',
);
const newestRefused = database.prepare(
  `SELECT received_at AS receivedAt, topic, payload, reason FROM quarantine ORDER BY id DESC LIMIT ?`,
);
const formerTargets = database.prepare(
  'SELECT line, at, target, product FROM plans ORDER BY at, line',
);
const instance = columns('SELECT id FROM instance');
const pruned = columns('SELECT before FROM pruned');
const spoolStart = columns('SELECT min(first_at) FROM spool');
const delivery = database.prepare('SELECT since, adopted FROM delivery');
const days = database.prepare(
  `SELECT day, track FROM minutes WHERE line = (SELECT id FROM names WHERE name = ?)
   AND day >= ? AND day <= ? ORDER BY day`,
);
const lastDay = columns(
  'SELECT MAX(day) FROM minutes WHERE line = (SELECT id FROM names WHERE name = ?)',
);
function rowsOf(line: string, query: (id: number) => Row[]): Rows {
  const id = stored.idOf(line);
  return stored.of(line, id === null ? [] : query(id));
}

type Values = [Record<string, SQLInputValue>] | SQLInputValue[];

const all = (statement: StatementSync, ...values: Values): Row[] =>
  statement.all(...(values as SQLInputValue[])) as unknown as Row[];

function byTime(rows: Row[]): Row[] {
  return rows.sort((a, b) => (a[0] ?? 0) - (b[0] ?? 0));
}

function readRows(request: ReadRequest): Rows | null {
  switch (request.ask) {
    case 'between':
      return rowsOf(request.line, (id) => all(between, id, request.from, request.to));
    case 'before':
      return rowsOf(request.line, (id) => all(before, id, request.at, request.limit).reverse());
    case 'declared':
      return rowsOf(request.line, (id) =>
        byTime(declared.flatMap((statement) => all(statement, { line: id, at: request.at }))),
      );
    default:
      return null;
  }
}

/** A page's rows, with the key after which the next one goes on. */
function readPage({ line, after, to, limit }: PageRequest): Served {
  let last: RowKey = after;
  const rows = rowsOf(line, (id) => {
    const found = all(page, id, ...after, to, limit);
    last = found.at(-1)?.slice(0, KEY_COLUMNS) ?? after;
    return found;
  });
  return { value: { rows, last } satisfies Page, transfer: [rows.numbers.buffer] };
}

function deliveryState(): DeliveryState {
  const row = delivery.get();
  const since = row?.['since'];
  return { since: typeof since === 'number' ? since : null, isAdopted: row?.['adopted'] === 1 };
}

function serve(request: ReadRequest): Served {
  const rows = readRows(request);
  if (rows) return { value: rows, transfer: [rows.numbers.buffer] };
  switch (request.ask) {
    case 'page':
      return readPage(request);
    case 'days':
      return {
        value: days.all(request.line, request.from, request.to).map((row) => ({ ...row })),
      };
    case 'lastDay':
      return { value: all(lastDay, request.line)[0]?.[0] };
    case 'lines':
      return { value: all(lineNames, request.limit).map(([name]) => name) };
    case 'refused':
      return { value: newestRefused.all(request.limit).map((row) => ({ ...row })) };
    case 'formerTargets':
      return { value: formerTargets.all().map((row) => ({ ...row })) };
    case 'instance':
      return { value: all(instance)[0]?.[0] };
    case 'pruned':
      return { value: all(pruned)[0]?.[0] };
    case 'spoolStart':
      return { value: all(spoolStart)[0]?.[0] };
    case 'delivery':
      return { value: deliveryState() };
    default:
      throw new Error(`the reading thread knows no ${request.ask}`);
  }
}

serveCalls<ReadRequest>({ serve, close: () => database.close() });
