/** What the screens ask of the server over HTTP, with errors that say what happened. */

import type { ShiftEntry, ViewsAnswer } from '@lineside/domain/wire.ts';

export type Fetch = (path: string, init?: RequestInit) => Promise<Response>;

async function ask<T>(fetch: Fetch, path: string, signal?: AbortSignal): Promise<T> {
  const init = signal ? { signal } : {};
  let response: Response;
  try {
    response = await fetch(path, init);
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Error('The server cannot be reached.', { cause: error });
  }
  if (!response.ok) throw new Error(await refusal(response));
  return (await response.json()) as T;
}

async function refusal(response: Response): Promise<string> {
  const body: unknown = await response.json().catch(() => null);
  const message = (body as { error?: { message?: unknown } } | null)?.error?.message;
  return typeof message === 'string' ? message : `The server answered ${response.status}.`;
}

export function fetchViews(fetch: Fetch, at: number, signal: AbortSignal): Promise<ViewsAnswer> {
  return ask(fetch, `/api/views?at=${new Date(at).toISOString()}&lines=all`, signal);
}

/** The shifts that start in a span, oldest first. */
export function fetchShifts(fetch: Fetch, from: number, to: number): Promise<ShiftEntry[]> {
  const query = `from=${new Date(from).toISOString()}&to=${new Date(to).toISOString()}`;
  return ask(fetch, `/api/shifts?${query}`);
}
