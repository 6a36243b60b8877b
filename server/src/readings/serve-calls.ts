/** Inside a thread: answers calls one after the other, errors included. */

import { parentPort } from 'node:worker_threads';
import type { Answer, Call } from './protocol.ts';

/** What a call answers with, and the memory that moves over with it. */
export interface Served {
  readonly value: unknown;
  readonly transfer?: readonly ArrayBuffer[];
}

export interface Service<Request> {
  readonly serve: (request: Request) => Served;
  /** Runs before the thread ends. */
  readonly close: () => void;
}

export function serveCalls<Request>({ serve, close }: Service<Request>): void {
  const port = parentPort;
  if (!port) throw new Error('this file runs as a thread only');
  port.on('message', (message: Call<Request> | 'close') => {
    if (message === 'close') {
      close();
      port.close();
      return;
    }
    const { id, request } = message;
    try {
      const { value, transfer = [] } = serve(request);
      port.postMessage({ id, ok: true, value } satisfies Answer, [...transfer]);
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      port.postMessage({ id, ok: false, message: text } satisfies Answer);
    }
  });
}
