/** The one way to ask the server over HTTP: its answer, or why there is none and what to do next. */

import type { ErrorAnswer, Problem } from '@lineside/domain/problem.ts';

export type Fetch = (path: string, init?: RequestInit) => Promise<Response>;

export interface Refusal {
  readonly ok: false;
  /** `null`: the server did not answer. */
  readonly status: number | null;
  /** A sentence that says what to do next. */
  readonly message: string;
  /** What is wrong in what was sent. */
  readonly problems: readonly Problem[];
  /** Everything that was answered. */
  readonly body: unknown;
}

export type Asked<Answer> = { readonly ok: true; readonly answer: Answer } | Refusal;

/** Longer than the server itself waits for what it has to ask, ms. */
const DEADLINE_MS = 60_000;
const UNREACHED = 'The server cannot be reached; try again in a moment.';
const LATE = 'The server has not answered within a minute; try again in a moment.';
const LATE_IN_WRITING =
  'The server has not answered within a minute; look whether it was written, then try again.';

/** Resolves to what was asked for. Rejects with a sentence for a person, or as soon as `signal` says so. */
export async function get<Answer>(
  fetch: Fetch,
  path: string,
  signal?: AbortSignal,
): Promise<Answer> {
  const asked = await ask<Answer>(fetch, path, {}, signal);
  if (!asked.ok) throw new Error(asked.message);
  return asked.answer;
}

/** Hands something in: text as it is, everything else as JSON. Never rejects: whoever wrote has a choice. */
export function post<Answer>(
  fetch: Fetch,
  path: string,
  content: object | string,
  type = 'application/json',
): Promise<Asked<Answer>> {
  const body = typeof content === 'string' ? content : JSON.stringify(content);
  return ask(fetch, path, { method: 'POST', headers: { 'Content-Type': type }, body });
}

async function ask<Answer>(
  fetch: Fetch,
  path: string,
  init: RequestInit,
  signal?: AbortSignal,
): Promise<Asked<Answer>> {
  const giveUp = new AbortController();
  const onAbort = (): void => {
    giveUp.abort();
  };
  const deadline = setTimeout(onAbort, DEADLINE_MS);
  if (signal?.aborted) onAbort();
  signal?.addEventListener('abort', onAbort);
  try {
    const response = await fetch(path, { ...init, signal: giveUp.signal });
    const body = await bodyOf(response);
    if (response.ok && body !== undefined) return { ok: true, answer: body as Answer };
    return refusal(response.status, body);
  } catch (error) {
    if (signal?.aborted) throw error;
    const late = init.method === 'POST' ? LATE_IN_WRITING : LATE;
    const message = giveUp.signal.aborted ? late : UNREACHED;
    return { ok: false, status: null, message, problems: [], body: undefined };
  } finally {
    clearTimeout(deadline);
    signal?.removeEventListener('abort', onAbort);
  }
}

/** What the body says as JSON; `undefined`: something else, such as the page of a proxy. */
async function bodyOf(response: Response): Promise<unknown> {
  const text = await response.text();
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function refusal(status: number, body: unknown): Refusal {
  const { error, problems } = (body ?? {}) as Partial<ErrorAnswer>;
  const message = error?.message ?? `The server answered ${status}; try again in a moment.`;
  return { ok: false, status, message, problems: problems ?? [], body };
}
