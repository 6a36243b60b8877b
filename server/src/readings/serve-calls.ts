/** Inside a thread: answers calls, errors included. */

import { parentPort, type MessagePort } from 'node:worker_threads';
import type { Answer, Call } from './protocol.ts';

/** What a call answers with, and the memory that moves over with it. */
export interface Served {
  readonly value: unknown;
  readonly transfer?: readonly ArrayBuffer[];
}

export interface Service<Request> {
  /** Calls served at once are answered one after the other; those that take time, as they are done. */
  readonly serve: (request: Request) => Served | Promise<Served>;
  /** Runs when no more calls come; those under way are still answered. */
  readonly close: () => void;
}

export function serveCalls<Request>({ serve, close }: Service<Request>): void {
  const port = parentPort;
  if (!port) throw new Error('this file runs as a thread only');
  const underWay = new Set<Promise<void>>();
  port.on('message', (message: Call<Request> | 'close') => {
    if (message === 'close') {
      close();
      void Promise.all(underWay).then(() => port.close());
      return;
    }
    const { id, request } = message;
    try {
      const served = serve(request);
      if (!(served instanceof Promise)) {
        answer(port, id, served);
        return;
      }
      const answered: Promise<void> = served
        .then((value) => answer(port, id, value))
        .catch((error: unknown) => fail(port, id, error))
        .finally(() => underWay.delete(answered));
      underWay.add(answered);
    } catch (error) {
      fail(port, id, error);
    }
  });
}

function answer(port: MessagePort, id: number, { value, transfer = [] }: Served): void {
  port.postMessage({ id, ok: true, value } satisfies Answer, [...transfer]);
}

function fail(port: MessagePort, id: number, error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  port.postMessage({ id, ok: false, message } satisfies Answer);
}
