/** What the plan page asks of the server; answers that a person must act on are values. */

import type {
  PlanAnswer,
  PlanConflict,
  PlanImported,
  PlanInvalid,
  PlanRequest,
  PlanSaved,
  PlanVersionEntry,
} from '@lineside/domain/plan-wire.ts';
import type { Fetch } from '../requests.ts';
import type { Problem } from './problems.ts';

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
    return this.#get('/api/plan');
  }

  /** Newest first. */
  versions(limit: number): Promise<PlanVersionEntry[]> {
    return this.#get(`/api/plan/versions?limit=${limit}`);
  }

  async save(request: PlanRequest): Promise<SaveAnswer> {
    const { status, body } = await this.#post('/api/plan', 'application/json', request);
    if (status === 409) return { name: 'changed', ...(body as PlanConflict) };
    return status === 422 ? invalid(body) : { name: 'saved', ...(body as PlanSaved) };
  }

  async import(yaml: string): Promise<ImportAnswer> {
    const { status, body } = await this.#post('/api/plan/import', 'application/yaml', yaml);
    return status === 422 ? invalid(body) : { name: 'read', ...(body as PlanImported) };
  }

  async #get<Answer>(path: string): Promise<Answer> {
    const response = await this.#reach(path);
    const body: unknown = await response.json().catch(() => null);
    if (!response.ok) throw new Error(messageIn(body, response.status));
    return body as Answer;
  }

  /** @throws with a sentence for a person when the answer is neither a success nor something to act on */
  async #post(
    path: string,
    type: string,
    content: PlanRequest | string,
  ): Promise<{ status: number; body: unknown }> {
    const body = typeof content === 'string' ? content : JSON.stringify(content);
    const headers = { 'Content-Type': type };
    const response = await this.#reach(path, { method: 'POST', headers, body });
    const answer: unknown = await response.json().catch(() => null);
    const isToActOn = response.ok || response.status === 409 || response.status === 422;
    if (!isToActOn) throw new Error(messageIn(answer, response.status));
    return { status: response.status, body: answer };
  }

  async #reach(path: string, init?: RequestInit): Promise<Response> {
    try {
      return await this.#fetch(path, init);
    } catch (error) {
      const message = 'The server cannot be reached. What you wrote is kept in this browser.';
      throw new Error(message, { cause: error });
    }
  }
}

function invalid(body: unknown): Invalid {
  return { name: 'invalid', problems: (body as PlanInvalid).problems };
}

function messageIn(body: unknown, status: number): string {
  const message = (body as { error?: { message?: unknown } } | null)?.error?.message;
  return typeof message === 'string' ? message : `The server answered ${status}.`;
}
