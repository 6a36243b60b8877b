/** The plan while the server runs: recalled at the start, edited at the desk, followed as it changes. */

import { EMPTY_PLAN, type WrittenPlan } from '@lineside/domain/plan.ts';
import type { Clock, FormerTarget, Log, PlanStore } from '../ports.ts';
import { FilePlan } from './file-plan.ts';
import { PlanHistory } from './history.ts';
import { PlanDesk } from './plan-desk.ts';
import { Plans } from './plans.ts';

export interface PlanningParts {
  readonly store: PlanStore;
  /** What the plant file says; `null`: there is none. */
  readonly file: WrittenPlan | null;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
  /** Told when the plan in force is another; resolves once boards are as it says. */
  readonly onChange: () => Promise<void>;
}

export class Planning {
  readonly plans: Plans;
  readonly desk: PlanDesk;
  readonly #parts: PlanningParts;
  readonly #history: PlanHistory;
  readonly #filePlan: FilePlan;

  constructor(parts: PlanningParts) {
    const { store, file, clock } = parts;
    this.#parts = parts;
    const history = new PlanHistory(store);
    const filePlan = new FilePlan({ store, history, file, empty: emptyPlan() });
    this.#history = history;
    this.#filePlan = filePlan;
    this.plans = new Plans(history);
    this.desk = new PlanDesk({ history, filePlan, clock, onChange: () => this.#changed() });
  }

  /** The last version's number. */
  get version(): number {
    return this.#history.version;
  }

  /** @param former asked for when there is no version yet */
  async start(former: () => Promise<readonly FormerTarget[]>): Promise<void> {
    const { clock, log } = this.#parts;
    await this.#history.start();
    await this.#filePlan.start(former, clock.now());
    const ignored = this.#filePlan.changes?.map(({ part, key }) => `${part} ${key}`.trim());
    if (ignored) {
      const told =
        'the plant file says otherwise than the plan that was edited in the browser, which holds; the plan page shows the difference';
      log.warn({ ignored }, told);
    }
    this.plans.follow(clock.now());
    if (this.plans.lines.length > 0) return;
    log.warn(
      {},
      'no line is planned: each is listed as discovered; open /plan, or write plant.yaml',
    );
  }

  /** Takes up what was planned for later, once it is time. */
  turn(): void {
    if (this.#parts.clock.now() >= this.plans.changesAt) void this.#changed();
  }

  #changed(): Promise<void> {
    const { clock, onChange } = this.#parts;
    this.plans.follow(clock.now());
    return onChange();
  }
}

/** Without a plant file and without the demo every line is merely discovered until somebody plans it. */
function emptyPlan(): WrittenPlan {
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  return { ...EMPTY_PLAN, plant: { name: 'Lineside', timeZone } };
}
