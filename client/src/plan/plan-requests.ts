/** What the plan page asks of the server; answers that a person must act on are values. */

import type { PlanChange, WrittenPlan } from '@lineside/domain/plan.ts';
import type { Fetch } from '../requests.ts';
import type { Problem } from './problems.ts';

/** Answer of `GET /api/plan`. */
export interface PlanAnswer {
  readonly version: number;
  readonly plan: WrittenPlan;
  readonly now: WrittenPlan;
  readonly fileChanges: readonly PlanChange[] | null;
}

/** One entry of `GET /api/plan/versions`; times are ISO 8601 UTC. */
export interface VersionEntry {
  readonly id: number;
  readonly recordedAt: string;
  readonly from: string;
  readonly who: string;
  readonly why: string;
  readonly changes: readonly PlanChange[];
}

export interface SaveRequest {
  readonly base: number;
  /** `now`, or an instant as ISO 8601. */
  readonly from: string;
  readonly who: string;
  readonly why: string;
  readonly plan: WrittenPlan;
}

export type SaveAnswer =
  | { readonly name: 'saved'; readonly version: number }
  | { readonly name: 'invalid'; readonly problems: readonly Problem[] }
  | {
      readonly name: 'changed';
      readonly version: number;
      readonly versions: readonly VersionEntry[];
      readonly plan: WrittenPlan;
    };

export type ImportAnswer =
  | { readonly name: 'read'; readonly plan: WrittenPlan; readonly changes: readonly PlanChange[] }
  | { readonly name: 'invalid'; readonly problems: readonly Problem[] };

export class PlanRequests {
  readonly #fetch: Fetch;

  constructor(fetch: Fetch) {
    this.#fetch = fetch;
  }

  plan(): Promise<PlanAnswer> {
    return this.#get('/api/plan');
  }

  /** Newest first. */
  versions(limit: number): Promise<VersionEntry[]> {
    return this.#get(`/api/plan/versions?limit=${limit}`);
  }

  async save(request: SaveRequest): Promise<SaveAnswer> {
    const { status, body } = await this.#post('/api/plan', 'application/json', request);
    if (status === 409) return { name: 'changed', ...(body as Changed) };
    return status === 422 ? invalid(body) : { name: 'saved', ...(body as { version: number }) };
  }

  async import(yaml: string): Promise<ImportAnswer> {
    const { status, body } = await this.#post('/api/plan/import', 'application/yaml', yaml);
    return status === 422 ? invalid(body) : { name: 'read', ...(body as Read) };
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
    content: SaveRequest | string,
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

type Changed = Omit<Extract<SaveAnswer, { name: 'changed' }>, 'name'>;
type Read = Omit<Extract<ImportAnswer, { name: 'read' }>, 'name'>;

function invalid(body: unknown): { name: 'invalid'; problems: readonly Problem[] } {
  const { error, problems } = body as {
    error?: { problems?: readonly Problem[] };
    problems?: readonly Problem[];
  };
  return { name: 'invalid', problems: problems ?? error?.problems ?? [] };
}

function messageIn(body: unknown, status: number): string {
  const message = (body as { error?: { message?: unknown } } | null)?.error?.message;
  return typeof message === 'string' ? message : `The server answered ${status}.`;
}
