/** Says when nothing can be stored and when that is over, and tries again meanwhile. */

import type { Clock, Log, Timer } from '../ports.ts';

const TRY_EVERY_MS = 2_000;

interface Store {
  /** Why nothing can be stored, while that is so. */
  readonly trouble: string | null;
  probe(): Promise<void>;
}

/** Without messages to store nobody would learn that the disk has space again. */
export class OutageWatch {
  readonly #store: Store;
  readonly #log: Log;
  #trouble: string | null = null;
  #since = 0;

  constructor(store: Store, log: Log) {
    this.#store = store;
    this.#log = log;
  }

  start(clock: Clock): Timer {
    return clock.every(TRY_EVERY_MS, () => {
      this.#look(clock.now());
      if (this.#trouble !== null) void this.#store.probe().then(() => this.#look(clock.now()));
    });
  }

  #look(now: number): void {
    const { trouble } = this.#store;
    if (trouble === this.#trouble) return;
    if (trouble === null) {
      const seconds = Math.round((now - this.#since) / 1000);
      this.#log.warn({ seconds }, 'readings are stored again');
    } else {
      if (this.#trouble === null) this.#since = now;
      const told = 'readings cannot be stored; none is acknowledged until they can';
      this.#log.error({ reason: trouble }, told);
    }
    this.#trouble = trouble;
  }
}
