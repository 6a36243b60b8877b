/** What the plan's calls ask and answer over HTTP; instants are ISO 8601 UTC. */

import type { PlanChange, PlanVersion, WrittenPlan } from './plan.ts';
import type { ErrorAnswer, Problem } from './problem.ts';

/** Answer of `GET /api/plan`. */
export interface PlanAnswer {
  /** The last version's number: the base of the next save. */
  readonly version: number;
  /** With every version, those that only hold later on included. */
  readonly plan: WrittenPlan;
  /** The plan in force. */
  readonly now: WrittenPlan;
  /** What the plant file says anew and the plan does not; `null`: nothing, or there is no file. */
  readonly fileChanges: readonly PlanChange[] | null;
}

/** One entry of `GET /api/plan/versions`. */
export interface PlanVersionEntry extends Omit<PlanVersion, 'recordedAt' | 'from'> {
  readonly recordedAt: string;
  /** `1970-01-01T00:00:00.000Z`: from the beginning. */
  readonly from: string;
}

/** Body of `POST /api/plan`. */
export interface PlanRequest {
  readonly base: number;
  readonly from: string;
  readonly who: string;
  readonly why: string;
  readonly plan: WrittenPlan;
  /** Only tell what would change. */
  readonly trial?: boolean;
}

/** Answer of `POST /api/plan`. */
export interface PlanSaved {
  readonly version: number;
  readonly changes: readonly PlanChange[];
}

/** Answer with status 422, code `invalidPlan`. */
export interface PlanInvalid extends ErrorAnswer {
  /** Their paths lead into the plan, or to `who`, `why` or `from`. */
  readonly problems: readonly Problem[];
}

/** Answer with status 409, code `planChanged`: somebody else was quicker, and nothing is saved. */
export interface PlanConflict extends ErrorAnswer {
  readonly version: number;
  /** Since the base. */
  readonly versions: readonly PlanVersionEntry[];
  /** The latest. */
  readonly plan: WrittenPlan;
}

/** Answer of `POST /api/plan/import`. */
export interface PlanImported {
  readonly plan: WrittenPlan;
  readonly changes: readonly PlanChange[];
}
