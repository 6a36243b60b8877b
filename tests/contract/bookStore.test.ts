/** What every store of the shift book must do. */

import { join } from 'node:path';
import type { HourEntry } from '@lineside/domain/book.ts';
import type { KyselyPlugin } from 'kysely';
import { afterEach, describe, expect, test } from 'vitest';
import { RecordsBook } from '../../server/src/book/records-book.ts';
import type { BookStore, HourWriting } from '../../server/src/ports.ts';
import { openRecords } from '../../server/src/records/database.ts';
import type { Records } from '../../server/src/records/schema.ts';
import { HOUR, MINUTE, MORNING } from '../support/builders.ts';
import { aFolder } from '../support/product.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function inRecords(file: string, ...plugins: KyselyPlugin[]): Promise<BookStore> {
  const records = await openRecords(file);
  closers.push(() => records.destroy());
  const told = plugins.reduce<Records>((known, plugin) => known.withPlugin(plugin), records);
  return new RecordsBook(() => told);
}

const INSTANTS = new Set(['recorded_at', 'hour_start']);
/** Tells instants as PostgreSQL tells every bigint. */
const instantsAsText: KyselyPlugin = {
  transformQuery: ({ node }) => node,
  transformResult({ result }) {
    const textOf = ([name, value]: [string, unknown]) =>
      [name, INSTANTS.has(name) ? String(value) : value] as const;
    const rows = result.rows.map((row) => Object.fromEntries(Object.entries(row).map(textOf)));
    return Promise.resolve({ ...result, rows });
  },
};

async function aFile(): Promise<string> {
  const folder = await aFolder();
  closers.push(() => folder[Symbol.asyncDispose]() as Promise<void>);
  return join(folder.path, 'records.db');
}

const JAM: HourEntry = {
  kind: 'reason',
  reason: 'jam at the "feeder"',
  countermeasure: 'new guide rail; see 5 Whys',
  countermeasureDone: false,
};
const aWriting = (fields: Partial<HourWriting> = {}): HourWriting => ({
  ...{ line: 'press-1', hourStart: MORNING, at: MORNING + HOUR, who: 'Ada Löw' },
  ...{ entry: JAM, leavesOpen: true },
  ...fields,
});

describe.each([
  ['in a file', async () => inRecords(await aFile())],
  ['in memory', () => inRecords(':memory:')],
  ['in a database that tells instants as text', () => inRecords(':memory:', instantsAsText)],
])('the shift book %s', (_name, open) => {
  test('what was written is there, in the order of writing', async () => {
    const book = await open();
    const first = await book.write(aWriting());
    const second = await book.write(
      aWriting({ at: MORNING + 2 * HOUR, who: 'Bo', entry: { kind: 'signOff' } }),
    );
    const other = await book.write(aWriting({ line: 'press-2' }));
    const placed = { line: 'press-1', hourStart: MORNING, at: MORNING + HOUR };
    expect(first).toEqual({ ...placed, id: first.id, who: 'Ada Löw', entry: JAM });
    expect(await book.entries('press-1', MORNING, MORNING + HOUR)).toEqual([first, second]);
    expect(await book.entries(null, MORNING, MORNING + HOUR)).toEqual([first, second, other]);
  });

  test('a span ends before its end', async () => {
    const book = await open();
    await book.write(aWriting());
    const last = await book.write(aWriting({ hourStart: MORNING + HOUR }));
    await book.write(aWriting({ hourStart: MORNING + 2 * HOUR }));
    expect(await book.entries(null, MORNING + HOUR, MORNING + 2 * HOUR)).toEqual([last]);
  });

  test('writing all at once loses nothing', async () => {
    const book = await open();
    const written = await Promise.all(
      Array.from({ length: 20 }, (_, n) => book.write(aWriting({ who: `Person ${n}` }))),
    );
    expect(new Set(written.map(({ id }) => id)).size).toBe(20);
    expect(await book.entries(null, MORNING, MORNING + 1)).toHaveLength(20);
  });

  test('B5: hours whose last entry leaves them open', async () => {
    const book = await open();
    await book.write(aWriting({ hourStart: MORNING + HOUR }));
    await book.write(aWriting({ line: 'press-2' }));
    await book.write(aWriting());
    await book.write(aWriting({ line: 'press-2', leavesOpen: false }));
    await book.write(aWriting({ line: 'press-3', leavesOpen: false }));
    await book.write(aWriting({ line: 'press-3' }));
    const before = MORNING + HOUR;
    expect(await book.leftOpen(before)).toEqual([
      { line: 'press-1', hourStart: MORNING },
      { line: 'press-3', hourStart: MORNING },
    ]);
    expect(await book.leftOpen(before + 1)).toHaveLength(3);
  });

  test("a shift's notes, oldest first", async () => {
    const book = await open();
    const note = { at: MORNING, shift: '2026-11-23/Early', who: 'Ada', note: 'Oil\nlow' };
    const first = await book.note(note);
    const second = await book.note({ ...note, at: MORNING + MINUTE });
    await book.note({ ...note, shift: '2026-11-23/Late' });
    expect(await book.notes('2026-11-23/Early')).toEqual([first, second]);
    expect(first).toEqual({ ...note, id: first.id });
    expect(await book.notes('2026-11-24/Early')).toEqual([]);
  });

  test('B5: it is opened once', async () => {
    const book = await open();
    expect(await book.open(MORNING)).toBe(MORNING);
    expect(await book.open(MORNING + HOUR)).toBe(MORNING);
  });
});

test('the book outlives the process that wrote it', async () => {
  const file = await aFile();
  const records = await openRecords(file);
  const book = new RecordsBook(() => records);
  await book.open(MORNING);
  const written = await book.write(aWriting());
  await records.destroy();
  const again = await inRecords(file);
  expect(await again.open(MORNING + HOUR)).toBe(MORNING);
  expect(await again.entries(null, MORNING, MORNING + 1)).toEqual([written]);
});
