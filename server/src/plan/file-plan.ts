/** Who wins, the plant file or the browser: a changed file is applied only where nobody edited the plan since. */

import {
  planChanges,
  withChanges,
  type PlanChange,
  type WrittenPlan,
} from '@lineside/domain/plan.ts';
import type { FormerTarget, PlanStore } from '../ports.ts';
import { firstVersions, PLANT_FILE } from './first-versions.ts';
import type { PlanHistory } from './history.ts';

export interface FilePlanParts {
  readonly store: Pick<PlanStore, 'fileTaken' | 'takeFile'>;
  readonly history: PlanHistory;
  /** `null`: there is none. */
  readonly file: WrittenPlan | null;
  /** What there is to begin with when neither a file nor a version is there. */
  readonly empty: WrittenPlan;
}

export class FilePlan {
  readonly #parts: FilePlanParts;
  /** What the file said when it was last taken up. */
  #taken: WrittenPlan | null = null;

  constructor(parts: FilePlanParts) {
    this.#parts = parts;
  }

  /**
   * Makes the first versions, or takes up what the file says since. What it does not take up, as the
   * plan was edited meanwhile, is in {@link changes}.
   *
   * @param former asked for when there is no version yet
   * @param now epoch ms
   */
  async start(former: () => Promise<readonly FormerTarget[]>, now: number): Promise<void> {
    const { store, history, file, empty } = this.#parts;
    if (history.version === 0) {
      await history.append(firstVersions(file ?? empty, await former(), now));
      if (file) await this.#take(file, now);
      return;
    }
    const taken = await store.fileTaken();
    this.#taken = taken?.plan ?? null;
    const changes = this.changes;
    // Without a file the first version is the empty one that Lineside made.
    const isUnedited = history.version === (taken?.version ?? 1);
    if (file && changes && isUnedited) {
      const why = 'the plant file was changed before this start';
      const edit = { base: history.version, from: history.fromNow(now), who: PLANT_FILE, why };
      await history.save({ ...edit, plan: withChanges(history.latest, changes) }, now);
    }
    await this.settle(now);
  }

  /** What the file says otherwise than the plan, and said otherwise than when it was last taken up; `null`: nothing. */
  get changes(): readonly PlanChange[] | null {
    const { history, file } = this.#parts;
    if (!file) return null;
    const { latest } = history;
    const said = this.#taken ? planChanges(this.#taken, file) : planChanges(latest, file);
    const changes = planChanges(latest, withChanges(latest, said));
    return changes.length > 0 ? changes : null;
  }

  /** Notes that the file is taken up once the plan says all that the file says anew. */
  async settle(now: number): Promise<void> {
    const { file } = this.#parts;
    if (!file || this.changes) return;
    const isTaken = this.#taken && planChanges(this.#taken, file).length === 0;
    if (!isTaken) await this.#take(file, now);
  }

  async #take(plan: WrittenPlan, recordedAt: number): Promise<void> {
    const { store, history } = this.#parts;
    await store.takeFile({ recordedAt, version: history.version, plan });
    this.#taken = plan;
  }
}
