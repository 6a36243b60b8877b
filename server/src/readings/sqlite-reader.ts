/** The reading thread: a second connection, so that a long look back never holds up a commit. */

import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { workerData } from 'node:worker_threads';
import type { Page, PageRequest, ReadRequest, RowKey } from './protocol.ts';
import { FIRST_AVAILABILITY_CODE, LAST_STATE_CODE, NONE, ROW_WIDTH, type Rows } from './rows.ts';
import { serveCalls, type Served } from './serve-calls.ts';

const database = new DatabaseSync(workerData as string, { readOnly: true, timeout: 5_000 });

const COLUMNS = 'at, seq, kind, good, reject, state, product, received_at';
const KEY = 'at, seq, kind, good, reject, state, product';
const KEY_COLUMNS = 7;
/** How many readings back a last declaration is looked for. */
const FAR_ENOUGH_BACK = 100_000;

function columns(sql: string): StatementSync {
  const statement = database.prepare(sql);
  statement.setReturnArrays(true);
  return statement;
}

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
const lastWhere = (condition: string): StatementSync =>
  columns(
    `SELECT * FROM (SELECT ${COLUMNS} FROM readings WHERE line = ? AND at < ?
     ORDER BY at DESC, seq DESC LIMIT ${FAR_ENOUGH_BACK}) WHERE ${condition} LIMIT 1`,
  );
const declared = [
  lastWhere(`state BETWEEN 1 AND ${LAST_STATE_CODE}`),
  lastWhere(`product <> ${NONE}`),
  lastWhere(`state >= ${FIRST_AVAILABILITY_CODE}`),
  lastWhere(`good <> ${NONE}`),
  lastWhere(`reject <> ${NONE}`),
];
const lineNames = columns(
  'SELECT name FROM lines JOIN names ON names.id = lines.line ORDER BY line LIMIT ?',
);
const newestRefused = database.prepare(
  `SELECT received_at AS receivedAt, topic, payload, reason FROM quarantine ORDER BY id DESC LIMIT ?`,
);
const allPlans = database.prepare('SELECT line, at, target, product FROM plans ORDER BY at, line');
const instance = columns('SELECT id FROM instance');
const findName = columns('SELECT id FROM names WHERE name = ?');
const nameOf = columns('SELECT name FROM names WHERE id = ?');

type Row = readonly number[];

function rowsOf(line: string, query: (id: number) => Row[]): Rows {
  const found = findName.get(line) as unknown as Row | undefined;
  const rows = found?.[0] === undefined ? [] : query(found[0]);
  const names = [line];
  const products = new Map<number, number>();
  const numbers = new Float64Array(rows.length * ROW_WIDTH);
  for (const [index, row] of rows.entries()) {
    const place = index * ROW_WIDTH;
    // Column 0, the line, is 0 everywhere.
    numbers.set(row, place + 1);
    const product = row[6] ?? NONE;
    if (product !== NONE) numbers[place + 7] = productPlace(product, names, products);
  }
  return { names, numbers };
}

function productPlace(id: number, names: string[], places: Map<number, number>): number {
  const known = places.get(id);
  if (known !== undefined) return known;
  const [name = ''] = (nameOf.get(id) as unknown as string[] | undefined) ?? [];
  const place = names.push(name) - 1;
  places.set(id, place);
  return place;
}

const all = (statement: StatementSync, ...values: SQLInputValue[]): Row[] =>
  statement.all(...values) as unknown as Row[];

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
        byTime(declared.flatMap((statement) => all(statement, id, request.at))),
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

function serve(request: ReadRequest): Served {
  const rows = readRows(request);
  if (rows) return { value: rows, transfer: [rows.numbers.buffer] };
  switch (request.ask) {
    case 'page':
      return readPage(request);
    case 'lines':
      return { value: all(lineNames, request.limit).map(([name]) => name) };
    case 'refused':
      return { value: newestRefused.all(request.limit).map((row) => ({ ...row })) };
    case 'plans':
      return { value: allPlans.all().map((row) => ({ ...row })) };
    case 'instance':
      return { value: all(instance)[0]?.[0] };
    default:
      throw new Error(`the reading thread knows no ${request.ask}`);
  }
}

serveCalls<ReadRequest>({ serve, close: () => database.close() });
