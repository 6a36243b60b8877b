/** Where the plan is edited: what is handed in is checked, recorded, and applied at once. */

import {
  planChanges,
  type PlanChange,
  type PlanVersion,
  type WrittenPlan,
} from '@lineside/domain/plan.ts';
import type { PlanAnswer } from '@lineside/domain/plan-wire.ts';
import type { Problem } from '@lineside/domain/problem.ts';
import { readPlantFile, type PlantFileResult } from '../config/plant-file.ts';
import { checkPlan } from '../config/written-plan.ts';
import type { Clock } from '../ports.ts';
import type { FilePlan } from './file-plan.ts';
import type { PlanHistory } from './history.ts';

export interface PlanDeskParts {
  readonly history: PlanHistory;
  readonly filePlan: FilePlan;
  readonly clock: Pick<Clock, 'now'>;
  /** Told of every saved version; resolves once boards are as it says. */
  readonly onChange: () => Promise<void>;
}

/** An edit as it was handed in. */
export interface HandedIn {
  readonly base: number;
  /** Epoch ms; `null`: now. */
  readonly from: number | null;
  readonly who: string;
  readonly why: string;
  readonly plan: unknown;
  readonly trial: boolean;
}

export type Answer =
  | { readonly name: 'saved'; readonly version: number; readonly changes: readonly PlanChange[] }
  | { readonly name: 'invalid'; readonly problems: readonly Problem[] }
  | {
      readonly name: 'changed';
      readonly version: number;
      readonly versions: readonly PlanVersion[];
      readonly plan: WrittenPlan;
    };

/** A form takes a while to be sent. */
const LATE_MS = 60_000;
const MOST_CHARACTERS = 500;

export class PlanDesk {
  readonly #parts: PlanDeskParts;

  constructor(parts: PlanDeskParts) {
    this.#parts = parts;
  }

  read(): PlanAnswer {
    const { history, filePlan, clock } = this.#parts;
    const now = history.at(clock.now()).written;
    return { version: history.version, plan: history.latest, now, fileChanges: filePlan.changes };
  }

  /** Newest first. */
  versions(limit: number): readonly PlanVersion[] {
    return this.#parts.history.versions.slice(-limit).reverse();
  }

  /** A plant file as a plan. */
  readFile(text: string): PlantFileResult {
    return readPlantFile(text, this.#parts.clock.now());
  }

  /** What a plan would change of the latest. */
  changesTo(plan: WrittenPlan): readonly PlanChange[] {
    return planChanges(this.#parts.history.latest, plan);
  }

  async save({ base, from, who, why, plan, trial }: HandedIn): Promise<Answer> {
    const { history, filePlan, clock, onChange } = this.#parts;
    const now = clock.now();
    const holdsFrom = from === null || from <= now ? history.fromNow(now) : from;
    const checked = checkPlan(withInstants(plan, Math.max(holdsFrom, now)), now);
    const problems = [
      ...(trial ? [] : [...wordProblems('who', who), ...wordProblems('why', why)]),
      ...timeProblems(from, now),
      ...(checked.ok ? [] : [...checked.illegible, ...checked.unfit]),
    ];
    if (!checked.ok || problems.length > 0) return { name: 'invalid', problems };
    const changes = this.changesTo(checked.written);
    if (trial) {
      return base === history.version
        ? { name: 'saved', version: base, changes }
        : this.#changedSince(base);
    }
    const edit = { base, from: holdsFrom, who: who.trim(), why: why.trim() };
    const saved = await history.save({ ...edit, plan: checked.written }, now);
    if (!saved.ok) return this.#changedSince(base);
    await filePlan.settle(now);
    if (saved.changes.length > 0) await onChange();
    return { name: 'saved', version: history.version, changes: saved.changes };
  }

  #changedSince(base: number): Answer {
    const { version, versions, latest } = this.#parts.history;
    const since = versions.filter(({ id }) => id > base);
    return { name: 'changed', version, versions: since, plan: latest };
  }
}

/** A plan as JSON, in which a product that is set by hand `now` is set at the instant from which it holds. */
function withInstants(plan: unknown, at: number): unknown {
  if (plan === undefined) return plan;
  const isNow = (name: string, value: unknown): boolean =>
    name === 'productSince' && value === 'now';
  return JSON.parse(JSON.stringify(plan), (name, value: unknown) =>
    isNow(name, value) ? new Date(at).toISOString() : value,
  );
}

function wordProblems(setting: string, words: string): Problem[] {
  const { length } = words.trim();
  if (length === 0) return [{ path: [setting], message: 'must not be empty' }];
  if (length <= MOST_CHARACTERS) return [];
  return [{ path: [setting], message: `must not be longer than ${MOST_CHARACTERS} characters` }];
}

function timeProblems(from: number | null, now: number): Problem[] {
  if (from === null || from > now - LATE_MS) return [];
  return [{ path: ['from'], message: 'must not be in the past; choose now, or a later time' }];
}
