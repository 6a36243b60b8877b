/** The shift book in the records database. */

import type { HourEntry } from '@lineside/domain/book.ts';
import type { BookStore, HandoverNote, HourWriting, LineHour, PlacedEntry } from '../ports.ts';
import {
  instantIn,
  nextId,
  type HandoverRow,
  type HourEntryRow,
  type Records,
} from '../records/schema.ts';

export class RecordsBook implements BookStore {
  readonly #records: () => Records;

  /** @param records the database, open by the time the first question comes */
  constructor(records: () => Records) {
    this.#records = records;
  }

  open(now: number): Promise<number> {
    return this.#records()
      .transaction()
      .execute(async (records) => {
        const opened = await records
          .selectFrom('book_openings')
          .select('recorded_at')
          .executeTakeFirst();
        if (opened) return instantIn(opened.recorded_at);
        await records.insertInto('book_openings').values({ id: 1, recorded_at: now }).execute();
        return now;
      });
  }

  async write(writing: HourWriting): Promise<PlacedEntry> {
    const { line, hourStart, at, who, entry, leavesOpen } = writing;
    const id = await this.#add('hour_entries', {
      ...{ recorded_at: at, line, hour_start: hourStart, who },
      ...{ entry: JSON.stringify(entry), leaves_open: leavesOpen ? 1 : 0 },
    });
    return { id, line, hourStart, at, who, entry };
  }

  async entries(line: string | null, from: number, to: number): Promise<PlacedEntry[]> {
    const all = this.#records()
      .selectFrom('hour_entries')
      .selectAll()
      .where('hour_start', '>=', from)
      .where('hour_start', '<', to);
    const asked = line === null ? all : all.where('line', '=', line);
    const rows = await asked.orderBy('id').execute();
    return rows.map(entryOf);
  }

  async leftOpen(before: number): Promise<LineHour[]> {
    const rows = await this.#records()
      .selectFrom('hour_entries as last')
      .select(['line', 'hour_start'])
      .where('hour_start', '<', before)
      .where('leaves_open', '=', 1)
      .where((where) => {
        const later = where
          .selectFrom('hour_entries as later')
          .select('later.id')
          .whereRef('later.hour_start', '=', 'last.hour_start')
          .whereRef('later.line', '=', 'last.line')
          .whereRef('later.id', '>', 'last.id');
        return where.not(where.exists(later));
      })
      .orderBy('hour_start')
      .orderBy('line')
      .execute();
    return rows.map(({ line, hour_start }) => ({ line, hourStart: instantIn(hour_start) }));
  }

  async note(note: Omit<HandoverNote, 'id'>): Promise<HandoverNote> {
    const { at, ...rest } = note;
    return { id: await this.#add('handovers', { recorded_at: at, ...rest }), ...note };
  }

  async notes(shift: string): Promise<HandoverNote[]> {
    const rows = await this.#records()
      .selectFrom('handovers')
      .selectAll()
      .where('shift', '=', shift)
      .orderBy('id')
      .execute();
    return rows.map(noteOf);
  }

  #add(table: 'hour_entries', row: Omit<HourEntryRow, 'id'>): Promise<number>;
  #add(table: 'handovers', row: Omit<HandoverRow, 'id'>): Promise<number>;
  #add(
    table: 'hour_entries' | 'handovers',
    row: Omit<HourEntryRow, 'id'> | Omit<HandoverRow, 'id'>,
  ): Promise<number> {
    return this.#records()
      .transaction()
      .execute(async (records) => {
        const id = await nextId(records, table);
        await records
          .insertInto(table)
          .values({ id, ...row })
          .execute();
        return id;
      });
  }
}

function entryOf(row: HourEntryRow): PlacedEntry {
  const { id, line, hour_start, recorded_at, who } = row;
  const entry = JSON.parse(row.entry) as HourEntry;
  const times = { hourStart: instantIn(hour_start), at: instantIn(recorded_at) };
  return { id, line, ...times, who, entry };
}

function noteOf({ id, recorded_at, shift, who, note }: HandoverRow): HandoverNote {
  return { id, at: instantIn(recorded_at), shift, who, note };
}
