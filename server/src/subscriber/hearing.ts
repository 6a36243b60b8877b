/** Whether the external broker is heard, since when it is not and why; the log is told when that changes. */

import type { Clock, Log } from '../ports.ts';

export interface HearingParts {
  readonly broker: string;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
  /** Heard again after a loss. */
  readonly reconnected: () => void;
}

export class Hearing {
  readonly #parts: HearingParts;
  #wasHeard = false;
  #lostAt: number | null;
  #trouble: string | null = 'there was no connection yet';

  constructor(parts: HearingParts) {
    this.#parts = parts;
    this.#lostAt = parts.clock.now();
  }

  /** Epoch ms; `null` while it is heard. */
  get lostAt(): number | null {
    return this.#lostAt;
  }

  get trouble(): string | null {
    return this.#trouble;
  }

  /** @param trouble what is not heard all the same */
  heard(trouble: string | null): void {
    const { broker, clock, log, reconnected } = this.#parts;
    if (this.#lostAt !== null) {
      const seconds = Math.round((clock.now() - this.#lostAt) / 1000);
      if (this.#wasHeard) {
        log.warn({ broker, seconds }, 'the broker is heard again');
        reconnected();
      } else {
        log.info({ broker, seconds }, 'the broker is heard');
      }
    }
    this.#wasHeard = true;
    this.#lostAt = null;
    this.#say(trouble, 'the broker does not give everything that was asked for');
  }

  lost(trouble: string): void {
    const isNews = this.#lostAt === null;
    this.#lostAt ??= this.#parts.clock.now();
    if (isNews) this.#trouble = null;
    this.#say(
      trouble,
      isNews ? 'the connection to the broker is lost' : 'there is no connection to the broker',
    );
  }

  #say(trouble: string | null, told: string): void {
    const { broker, log } = this.#parts;
    if (trouble !== null && trouble !== this.#trouble) log.warn({ broker, reason: trouble }, told);
    this.#trouble = trouble;
  }
}
