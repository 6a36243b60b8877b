/** Brings what the spool holds to the time-series database, in order, for as long as it takes. */

import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Clock, Log, Refused } from '../ports.ts';
import type { DeliveryNews, DeliveryOptions } from './delivery-thread.ts';

export interface DeliveryParts {
  readonly options: DeliveryOptions;
  /** Notes what was delivered, and keeps what the database refuses for good. */
  readonly store: {
    delivered(upTo: number): Promise<void>;
    refuse(refused: Refused): Promise<void>;
  };
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
  /** Told when the thread ended by itself. */
  readonly onDeath: (error: Error) => void;
}

export class Delivery {
  readonly #parts: DeliveryParts;
  #worker: Worker | null = null;
  #trouble: string | null = null;
  #troubledAt = 0;
  #isClosing = false;
  /** What was reported last is being noted. */
  #noting: Promise<void> = Promise.resolve();

  constructor(parts: DeliveryParts) {
    this.#parts = parts;
  }

  /** Why the database takes nothing, while that is so. */
  get trouble(): string | null {
    return this.#trouble;
  }

  start(): void {
    const worker = new Worker(new URL('./delivery-thread.ts', import.meta.url), {
      workerData: this.#parts.options,
    });
    worker.on('message', (news: DeliveryNews) => this.#hear(news));
    worker.on('error', (error) => this.#end(error));
    worker.on('exit', () => this.#end(new Error('the thread of the delivery has ended')));
    this.#worker = worker;
  }

  /** Does not wait for the database: what is not delivered stays in the spool. */
  async close(): Promise<void> {
    this.#isClosing = true;
    const worker = this.#worker;
    if (!worker || worker.threadId === -1) return;
    const ended = once(worker, 'exit');
    worker.postMessage('close');
    await ended;
    await this.#noting;
  }

  #hear(news: DeliveryNews): void {
    if (news.is === 'trouble') this.#tell(news.trouble);
    else this.#noting = this.#noting.then(() => this.#note(news.upTo, news.refused));
  }

  async #note(upTo: number, refused: readonly Refused[]): Promise<void> {
    const { store, log } = this.#parts;
    try {
      await Promise.all(refused.map((each) => store.refuse(each)));
      await store.delivered(upTo);
    } catch (error) {
      // It is delivered again after the next start, which changes nothing.
      log.error({ error }, 'what was delivered to the time-series database could not be noted');
    }
  }

  #tell(trouble: string | null): void {
    const { clock, log } = this.#parts;
    if (trouble === this.#trouble) return;
    if (trouble === null) {
      const seconds = Math.round((clock.now() - this.#troubledAt) / 1000);
      log.warn({ seconds }, 'the time-series database takes readings again');
    } else {
      if (this.#trouble === null) this.#troubledAt = clock.now();
      const told = 'the time-series database takes no readings; they wait on disk here';
      log.error({ reason: trouble }, told);
    }
    this.#trouble = trouble;
  }

  #end(error: unknown): void {
    if (this.#isClosing) return;
    this.#isClosing = true;
    this.#parts.onDeath(error instanceof Error ? error : new Error(String(error)));
  }
}
