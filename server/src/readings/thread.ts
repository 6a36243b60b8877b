/** A thread that answers calls, seen from outside. */

import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Answer } from './protocol.ts';

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

export class Thread<Request> {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  readonly #onDeath: (error: Error) => void;
  #lastId = 0;
  #failure: Error | null = null;
  #isClosing = false;

  /** @param onDeath told once when the thread ends without having been closed */
  constructor(file: URL, workerData: unknown, onDeath: (error: Error) => void) {
    this.#onDeath = onDeath;
    this.#worker = new Worker(file, { workerData });
    this.#worker.on('message', (answer: Answer) => this.#settle(answer));
    this.#worker.on('error', (error) =>
      this.#fail(error instanceof Error ? error : new Error(String(error))),
    );
    this.#worker.on('exit', () => this.#fail(new Error('the thread of the store has ended')));
  }

  /** Rejects with the thread's own error, or when the thread has ended. */
  call<Value>(request: Request, transfer: readonly ArrayBuffer[] = []): Promise<Value> {
    const failure = this.#failure;
    if (failure) return Promise.reject(failure);
    const id = ++this.#lastId;
    return new Promise<Value>((resolve, reject) => {
      this.#waiting.set(id, { resolve: resolve as (value: unknown) => void, reject });
      this.#worker.postMessage({ id, request }, [...transfer]);
    });
  }

  /** Lets calls under way finish, then ends the thread. */
  async close(): Promise<void> {
    if (this.#failure) return;
    this.#isClosing = true;
    const ended = once(this.#worker, 'exit');
    this.#worker.postMessage('close');
    await ended;
  }

  #settle(answer: Answer): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if (answer.ok) waiting?.resolve(answer.value);
    else waiting?.reject(new Error(answer.message));
  }

  #fail(error: Error): void {
    if (!this.#failure && !this.#isClosing) this.#onDeath(error);
    this.#failure ??= error;
    for (const { reject } of this.#waiting.values()) reject(this.#failure);
    this.#waiting.clear();
  }
}
