/** Brings what the spool holds to the time-series database, in order, for as long as it takes. */

import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Clock, Log, Refused } from '../ports.ts';
import type { Missing } from './audit.ts';
import type { DeliveryNews, DeliveryOptions, DeliveryOrder } from './delivery-thread.ts';

export interface DeliveryParts {
  readonly options: DeliveryOptions;
  /** Notes what was delivered, and keeps what the database refuses for good. */
  readonly store: {
    delivered(upTo: number): Promise<void>;
    respool(missing: Missing): Promise<void>;
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
  /** Who waits for the next audit. */
  #waiting: ((isAudited: boolean) => void)[] = [];

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
      // A parcel is young and gone at once: with room for several, none is copied on the way.
      resourceLimits: { maxYoungGenerationSizeMb: 64 },
    });
    worker.on('message', (news: DeliveryNews) => this.#hear(news));
    worker.on('error', (error) => this.#end(error));
    worker.on('exit', () => this.#end(new Error('the thread of the delivery has ended')));
    this.#worker = worker;
  }

  /**
   * Has the database asked whether it has what is here, and spools again what it lacks. Resolves to
   * `false` when the one or the other was not possible before the signal came or this was closed.
   */
  audit(signal?: AbortSignal): Promise<boolean> {
    if (this.#isClosing || signal?.aborted) return Promise.resolve(false);
    const { promise, resolve } = Promise.withResolvers<boolean>();
    this.#waiting.push(resolve);
    signal?.addEventListener('abort', () => resolve(false), { once: true });
    this.#order('audit');
    return promise;
  }

  /** Does not wait for the database: what is not delivered stays in the spool. */
  async close(): Promise<void> {
    this.#isClosing = true;
    this.#tellWaiting(false);
    const worker = this.#worker;
    if (!worker || worker.threadId === -1) return;
    const ended = once(worker, 'exit');
    this.#order('close');
    await ended;
    await this.#noting;
  }

  #hear(news: DeliveryNews): void {
    switch (news.is) {
      case 'trouble':
        this.#tell(news.trouble);
        break;
      case 'notice':
        this.#parts.log.warn({ notice: news.notice }, 'the time-series database needs attention');
        break;
      case 'delivered':
        this.#soon(() => this.#note(news.upTo, news.refused));
        break;
      case 'audited':
        this.#soon(async () => this.#tellWaiting(await this.#respool(news.missing)));
    }
  }

  #order(order: DeliveryOrder): void {
    this.#worker?.postMessage(order);
  }

  #tellWaiting(isAudited: boolean): void {
    for (const resolve of this.#waiting.splice(0)) resolve(isAudited);
  }

  #soon(run: () => Promise<void>): void {
    this.#noting = this.#noting.then(run);
  }

  /** Whether what the database lacks is spooled. */
  async #respool(missing: readonly Missing[]): Promise<boolean> {
    const { store, log } = this.#parts;
    try {
      await Promise.all(missing.map((each) => store.respool(each)));
    } catch (error) {
      log.error({ error }, 'what the time-series database lacks could not be noted');
      return false;
    }
    const readings = missing.reduce((sum, each) => sum + each.readings, 0);
    const told =
      'the time-series database lacks readings that it had taken; they are delivered again';
    if (readings > 0) log.warn({ readings }, told);
    return true;
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
