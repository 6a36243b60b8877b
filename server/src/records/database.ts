/** Opens the records, brought up to the newest of their forms. */

import { Kysely } from 'kysely';
import { Migrator } from 'kysely/migration';
import { sqliteDialect } from './dialect.ts';
import { migrations, type Records, type RecordTables } from './schema.ts';

/** Rejects when the file cannot be used, or is from a newer Lineside. */
export async function openRecords(file: string): Promise<Records> {
  const records = new Kysely<RecordTables>({ dialect: sqliteDialect(file) });
  const provider = { getMigrations: () => Promise.resolve({ ...migrations }) };
  const { error } = await new Migrator({ db: records, provider }).migrateToLatest();
  if (error === undefined) return records;
  await records.destroy();
  throw error instanceof Error ? error : new Error('the records cannot be brought up to date');
}
