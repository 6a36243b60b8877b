/** What the plan page asks of the server; answers that a person must act on are values. */

import type {
  PlanAnswer,
  PlanConflict,
  PlanImported,
  PlanRequest,
  PlanSaved,
  PlanVersionEntry,
} from '@lineside/domain/plan-wire.ts';
import type { Problem } from '@lineside/domain/problem.ts';
import { get, post, postToRead, type Fetch, type Refusal } from '../http.ts';

interface Invalid {
  readonly name: 'invalid';
  readonly problems: readonly Problem[];
}

export type SaveAnswer =
  | ({ readonly name: 'saved' } & PlanSaved)
  | Invalid
  | ({ readonly name: 'changed' } & Omit<PlanConflict, 'error'>);

export type ImportAnswer = ({ readonly name: 'read' } & PlanImported) | Invalid;

export class PlanRequests {
  readonly #fetch: Fetch;

  constructor(fetch: Fetch) {
    this.#fetch = fetch;
  }

  plan(): Promise<PlanAnswer> {
    return get(this.#fetch, '/api/plan');
  }

  /** Newest first. */
  versions(limit: number): Promise<PlanVersionEntry[]> {
    return get(this.#fetch, `/api/plan/versions?limit=${limit}`);
  }

  /** @throws with a sentence for a person when there is neither a success nor something to act on */
  async save(request: PlanRequest): Promise<SaveAnswer> {
    const asked = await post<PlanSaved>(this.#fetch, '/api/plan', request);
    if (asked.ok) return { name: 'saved', ...asked.answer };
    // A proxy may say 409, too, and tells nothing of the plan.
    if (asked.code === 'planChanged') return { name: 'changed', ...(asked.body as PlanConflict) };
    return invalid(asked);
  }

  /** @throws as `save` */
  async import(yaml: string): Promise<ImportAnswer> {
    const path = '/api/plan/import';
    const asked = await postToRead<PlanImported>(this.#fetch, path, yaml, 'application/yaml');
    return asked.ok ? { name: 'read', ...asked.answer } : invalid(asked);
  }
}

function invalid({ status, problems, message }: Refusal): Invalid {
  if (status !== 422 || problems.length === 0) throw new Error(message);
  return { name: 'invalid', problems };
}
