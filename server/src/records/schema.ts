/**
 * What people write down, in tables: the plan's versions, the hours' reasons, the handovers. Only
 * columns that SQLite and PostgreSQL both have: JSON and instants (epoch ms) are text and bigint, and
 * ids are given by whoever inserts (see nextId), as the two number rows in different ways.
 */

import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

export interface PlanVersionRow {
  readonly id: number;
  readonly recorded_at: number;
  readonly holds_from: number;
  readonly who: string;
  readonly why: string;
  /** PlanChange[] as JSON. */
  readonly changes: string;
}

/** What a plant file said each time it was taken up. */
export interface PlantFileRow {
  readonly id: number;
  readonly recorded_at: number;
  /** The plan's last version at that time. */
  readonly version: number;
  /** WrittenPlan as JSON. */
  readonly plan: string;
}

/** Entries are only ever added: the last one of an hour and kind holds. */
export interface HourEntryRow {
  readonly id: number;
  readonly recorded_at: number;
  readonly line: string;
  /** The hour's first instant. */
  readonly hour_start: number;
  readonly who: string;
  /** An HourEntry of domain/wire.ts as JSON. */
  readonly entry: string;
}

export interface HandoverRow {
  readonly id: number;
  readonly recorded_at: number;
  /** The shift that hands over, such as `2026-11-23/Early`. */
  readonly shift: string;
  readonly who: string;
  readonly note: string;
}

export interface RecordTables {
  readonly plan_versions: PlanVersionRow;
  readonly plant_files: PlantFileRow;
  readonly hour_entries: HourEntryRow;
  readonly handovers: HandoverRow;
}

export type Records = Kysely<RecordTables>;

/** The id of a table's next row; to be asked for in the transaction that inserts it. */
export async function nextId(records: Records, table: keyof RecordTables): Promise<number> {
  const { last } = await records
    .selectFrom(table)
    .select(({ fn }) => fn.max<number | null>('id').as('last'))
    .executeTakeFirstOrThrow();
  return (last ?? 0) + 1;
}

/** An instant out of a row: PostgreSQL tells a bigint as text. */
export const instantIn = (value: number | string): number => Number(value);

const serial = (db: Kysely<unknown>, table: string) =>
  db.schema
    .createTable(table)
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('recorded_at', 'bigint', (column) => column.notNull());

export const migrations: Readonly<Record<string, Migration>> = {
  '2026-11-plan': {
    up: async (db: Kysely<unknown>) => {
      await serial(db, 'plan_versions')
        .addColumn('holds_from', 'bigint', (column) => column.notNull())
        .addColumn('who', 'text', (column) => column.notNull())
        .addColumn('why', 'text', (column) => column.notNull())
        .addColumn('changes', 'text', (column) => column.notNull())
        .execute();
      await serial(db, 'plant_files')
        .addColumn('version', 'integer', (column) => column.notNull())
        .addColumn('plan', 'text', (column) => column.notNull())
        .execute();
    },
  },
  '2026-11-shift-book': {
    up: async (db: Kysely<unknown>) => {
      await serial(db, 'hour_entries')
        .addColumn('line', 'text', (column) => column.notNull())
        .addColumn('hour_start', 'bigint', (column) => column.notNull())
        .addColumn('who', 'text', (column) => column.notNull())
        .addColumn('entry', 'text', (column) => column.notNull())
        .execute();
      await db.schema
        .createIndex('hour_entries_by_hour')
        .on('hour_entries')
        .columns(['line', 'hour_start'])
        .execute();
      await serial(db, 'handovers')
        .addColumn('shift', 'text', (column) => column.notNull())
        .addColumn('who', 'text', (column) => column.notNull())
        .addColumn('note', 'text', (column) => column.notNull())
        .execute();
    },
  },
};
