/** What has been started, and how to close it: the last first. */

import type { Log } from './ports.ts';

type Close = () => void | Promise<void>;

interface Part {
  start(): void | Promise<void>;
  close(): void | Promise<void>;
}

export class Started {
  readonly #log: Pick<Log, 'error'>;
  readonly #closers: Close[] = [];

  constructor(log: Pick<Log, 'error'>) {
    this.#log = log;
  }

  /** Starts a part, and has it closed in its turn even when its start fails half-way. */
  async begin<T>(start: () => T | Promise<T>, close: Close): Promise<T> {
    this.#closers.push(close);
    return start();
  }

  async start(part: Part): Promise<void> {
    await this.begin(
      () => part.start(),
      () => part.close(),
    );
  }

  /** For what has begun already. */
  closeLater(close: Close): void {
    this.#closers.push(close);
  }

  /** A part that does not close well keeps no other from closing. */
  async close(): Promise<void> {
    for (const close of this.#closers.splice(0).reverse()) {
      try {
        await close();
      } catch (error) {
        this.#log.error({ error }, 'a part of the server did not close well');
      }
    }
  }
}
