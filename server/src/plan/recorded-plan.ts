/** The plan's versions among the records: appended, never overwritten. */

import type { PlanChange, PlanVersion, WrittenPlan } from '@lineside/domain/plan.ts';
import type { FileTaken, PlanDraft, PlanStore } from '../ports.ts';
import { instantIn, nextId, type PlanVersionRow, type Records } from '../records/schema.ts';

export class RecordedPlan implements PlanStore {
  readonly #records: () => Records;

  /** @param records asked for anew each time, as they are opened after this is made */
  constructor(records: () => Records) {
    this.#records = records;
  }

  async versions(): Promise<PlanVersion[]> {
    const rows = await this.#records()
      .selectFrom('plan_versions')
      .selectAll()
      .orderBy('id')
      .execute();
    return rows.map(versionOf);
  }

  append(base: number, drafts: readonly PlanDraft[]): Promise<readonly PlanVersion[] | null> {
    return this.#records()
      .transaction()
      .execute(async (records) => {
        const next = await nextId(records, 'plan_versions');
        if (next !== base + 1) return null;
        const versions = drafts.map((draft, index) => ({ id: next + index, ...draft }));
        const rows = versions.map(rowOf);
        if (rows.length > 0) await records.insertInto('plan_versions').values(rows).execute();
        return versions;
      });
  }

  async fileTaken(): Promise<FileTaken | null> {
    const row = await this.#records()
      .selectFrom('plant_files')
      .selectAll()
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirst();
    if (!row) return null;
    const plan = JSON.parse(row.plan) as WrittenPlan;
    return { recordedAt: instantIn(row.recorded_at), version: row.version, plan };
  }

  async takeFile({ recordedAt, version, plan }: FileTaken): Promise<void> {
    await this.#records()
      .transaction()
      .execute(async (records) => {
        const id = await nextId(records, 'plant_files');
        const row = { id, recorded_at: recordedAt, version, plan: JSON.stringify(plan) };
        await records.insertInto('plant_files').values(row).execute();
      });
  }
}

function rowOf({ id, recordedAt, from, who, why, changes }: PlanVersion): PlanVersionRow {
  const times = { recorded_at: recordedAt, holds_from: from };
  return { id, ...times, who, why, changes: JSON.stringify(changes) };
}

function versionOf(row: PlanVersionRow): PlanVersion {
  const { id, who, why } = row;
  const times = { recordedAt: instantIn(row.recorded_at), from: instantIn(row.holds_from) };
  return { id, ...times, who, why, changes: JSON.parse(row.changes) as PlanChange[] };
}
