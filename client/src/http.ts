/** The one way to ask the server over HTTP: its answer, or why there is none and what to do next. */

import type { ErrorAnswer, Problem } from '@lineside/domain/problem.ts';

export type Fetch = (path: string, init?: RequestInit) => Promise<Response>;

export interface Refusal {
  readonly ok: false;
  /** `null`: the server did not answer. */
  readonly status: number | null;
  /** What the server calls it; `null`: the answer is not the server's own, or there is none. */
  readonly code: string | null;
  /** Whether what was handed in may be written all the same: nobody said that it is not. */
  readonly mayBeWritten: boolean;
  /** Sentences that say what to do next. */
  readonly message: string;
  /** What is wrong in what was sent. */
  readonly problems: readonly Problem[];
  /** Everything that was answered. */
  readonly body: unknown;
}

export type Asked<Answer> = { readonly ok: true; readonly answer: Answer } | Refusal;

interface Patience {
  readonly ms: number;
  readonly words: string;
}

/** Enough for one question that the server asks of a slow InfluxDB, for which it waits 15 s, and for some more. */
const USUAL: Patience = { ms: 60_000, words: 'a minute' };
/** The past of a whole floor is asked for line after line: no wait is sure to be enough. */
const FOR_THE_PAST: Patience = { ms: 120_000, words: 'two minutes' };

const NO_ANSWER = { ok: false, status: null, code: null, problems: [], body: undefined } as const;
const UNREACHED = 'The server cannot be reached';
const OFFLINE = 'This screen has no network: connect it, then try again.';

interface Asking extends RequestInit {
  /** Whether the answer tells that something was written. */
  readonly writes?: boolean;
  readonly patience?: Patience;
}

/** Resolves to what was asked for. Rejects with a sentence for a person, or as soon as `signal` says so. */
export function get<Answer>(fetch: Fetch, path: string, signal?: AbortSignal): Promise<Answer> {
  return read(fetch, path, USUAL, signal);
}

/** As `get`, of what the server may have to ask of its history for every line. */
export function getPast<Answer>(fetch: Fetch, path: string, signal?: AbortSignal): Promise<Answer> {
  return read(fetch, path, FOR_THE_PAST, signal);
}

async function read<Answer>(
  fetch: Fetch,
  path: string,
  patience: Patience,
  signal?: AbortSignal,
): Promise<Answer> {
  const asked = await ask<Answer>(fetch, path, { patience }, signal);
  if (!asked.ok) throw new Error(asked.message);
  return asked.answer;
}

/** Has something written down. Never rejects: whoever wrote has a choice. */
export function post<Answer>(fetch: Fetch, path: string, content: object): Promise<Asked<Answer>> {
  const body = JSON.stringify(content);
  return ask(fetch, path, { ...handingIn(body, 'application/json'), writes: true });
}

/** Has a text read, and nothing written. Never rejects, as `post`. */
export function postToRead<Answer>(
  fetch: Fetch,
  path: string,
  text: string,
  type: string,
): Promise<Asked<Answer>> {
  return ask(fetch, path, handingIn(text, type));
}

function handingIn(body: string, type: string): RequestInit {
  return { method: 'POST', headers: { 'Content-Type': type }, body };
}

async function ask<Answer>(
  fetch: Fetch,
  path: string,
  { writes = false, patience = USUAL, ...init }: Asking,
  signal?: AbortSignal,
): Promise<Asked<Answer>> {
  const wasOffline = isOffline();
  const giveUp = new AbortController();
  const onAbort = (): void => {
    giveUp.abort();
  };
  const deadline = setTimeout(onAbort, patience.ms);
  if (signal?.aborted) onAbort();
  signal?.addEventListener('abort', onAbort);
  try {
    const response = await fetch(path, { ...init, signal: giveUp.signal });
    const body = await bodyOf(response);
    if (response.ok && body !== undefined) return { ok: true, answer: body as Answer };
    return refusal(response.status, body, writes);
  } catch (error) {
    if (signal?.aborted) throw error;
    const isLate = giveUp.signal.aborted;
    const mayBeWritten = writes && (isLate || !wasOffline);
    const late = `The server has not answered within ${patience.words}`;
    const message =
      wasOffline && !isLate ? OFFLINE : unanswered(isLate ? late : UNREACHED, mayBeWritten);
    return { ...NO_ANSWER, mayBeWritten, message };
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

function refusal(status: number, body: unknown, writes: boolean): Refusal {
  const { error, problems = [] } = (body ?? {}) as Partial<ErrorAnswer>;
  const code = error?.code ?? null;
  const mayBeWritten = writes && !isRefused(status, code);
  const said = mayBeWritten ? undefined : error?.message;
  const message = said ?? unanswered(`The server answered ${status}`, mayBeWritten);
  return { ok: false, status, code, mayBeWritten, message, problems, body };
}

/** Before anything was written: a proxy that lost the server, and a server that broke down, cannot tell. */
function isRefused(status: number, code: string | null): boolean {
  return (status >= 400 && status < 500) || (code !== null && code !== 'internal');
}

function unanswered(what: string, mayBeWritten: boolean): string {
  if (!mayBeWritten) return `${what}; try again in a moment.`;
  return `${what}. It is not known whether this was written: look whether it is there before you save it again.`;
}

/** Whether the browser itself says that nothing can leave it. */
function isOffline(): boolean {
  // What the types promise is not there outside of browsers.
  return (globalThis.navigator as Partial<Navigator> | undefined)?.onLine === false;
}
