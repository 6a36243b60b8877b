/** Plans as the server has them after a start, with versions kept in memory. */

import { EMPTY_PLAN, type WrittenPlan } from '@lineside/domain/plan.ts';
import { readPlantFile } from '../../server/src/config/plant-file.ts';
import { FilePlan } from '../../server/src/plan/file-plan.ts';
import { PlanHistory } from '../../server/src/plan/history.ts';
import { Plans } from '../../server/src/plan/plans.ts';
import { RecordedPlan } from '../../server/src/plan/recorded-plan.ts';
import type { FormerTarget } from '../../server/src/ports.ts';
import { openRecords } from '../../server/src/records/database.ts';
import type { Records } from '../../server/src/records/schema.ts';

/** What a plant file says; throws with its mistakes. */
export function writtenPlan(text: string): WrittenPlan {
  const read = readPlantFile(text, 0);
  if (!read.ok)
    throw new Error(read.problems.map(({ line, message }) => `${line}: ${message}`).join('\n'));
  return read.written;
}

/** The records of one server, over as many starts as a test makes. */
export class PlanRecords {
  #records: Promise<Records> | null = null;

  /** A start at an instant, with a plant file or without one. */
  async start(
    file: WrittenPlan | null,
    now: number,
    former: readonly FormerTarget[] = [],
  ): Promise<{
    readonly history: PlanHistory;
    readonly filePlan: FilePlan;
    readonly plans: Plans;
  }> {
    this.#records ??= openRecords(':memory:');
    const records = await this.#records;
    const store = new RecordedPlan(() => records);
    const history = new PlanHistory(store);
    const filePlan = new FilePlan({ store, history, file, empty: EMPTY_PLAN });
    await history.start();
    await filePlan.start(() => Promise.resolve(former), now);
    const plans = new Plans(history);
    plans.follow(now);
    return { history, filePlan, plans };
  }
}

/** The plans of a server that was started with a plant file. */
export async function plansOf(text: string, now: number): Promise<Plans> {
  return (await new PlanRecords().start(writtenPlan(text), now)).plans;
}
