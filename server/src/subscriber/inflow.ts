/** From the external broker's messages to the intake, no more of them at a time than memory should hold. */

import type { Oversized } from '../broker/packet-guard.ts';
import { MOST_PAYLOAD_BYTES } from '../intake/decode.ts';
import type { Intake } from '../intake/intake.ts';
import type { Clock, Log } from '../ports.ts';

export interface Arrived {
  readonly topic: string;
  readonly payload: Buffer;
  /** The broker had kept it, and sends it because of the subscription. */
  readonly isRetained: boolean;
}

export interface Answers {
  /** Once it is stored. */
  readonly acknowledge: () => void;
  /** When it cannot be stored. */
  readonly fail: () => void;
}

export interface InflowParts {
  readonly intake: Intake;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
}

export const MOST_UNDER_WAY = 2_000;
const MOST_BYTES_UNDER_WAY = 16 * 1024 * 1024;

/** Outlives connections: what one of them brought may still wait for the disk when the next one is there. */
export class Inflow {
  readonly #parts: InflowParts;
  readonly #underWay = new Set<Promise<void>>();
  readonly #waiting: (() => void)[] = [];
  #bytes = 0;

  constructor(parts: InflowParts) {
    this.#parts = parts;
  }

  /** Never throws. */
  take(message: Arrived, answers: Answers): void {
    const { topic, payload, isRetained } = message;
    const { intake } = this.#parts;
    let isStored = false;
    const stored = (): void => {
      isStored = true;
      answers.acknowledge();
    };
    const received = isRetained
      ? intake.receiveRetained(topic, payload, stored)
      : intake.receive(topic, payload, stored);
    this.#follow(payload.length, received, (error) => {
      const told = isStored ? 'a stored message was not shown' : 'a message could not be stored';
      this.#parts.log.error({ error, topic }, told);
      if (!isStored) answers.fail();
    });
  }

  /** Keeps the head of a message that was too large to read. Never throws. */
  refuse({ topic, payload, payloadBytes }: Oversized, { acknowledge, fail }: Answers): void {
    const { intake, clock, log } = this.#parts;
    const reason = `payload of ${payloadBytes} bytes; at most ${MOST_PAYLOAD_BYTES} (64 KiB)`;
    const message = { topic, payload, receivedAt: clock.now() };
    const refused = intake.refuse(message, 'size', reason).then(acknowledge);
    this.#follow(payload.length, refused, (error) => {
      log.error({ error, topic }, 'an oversized message could not be quarantined');
      fail();
    });
  }

  /** Calls back when there is room for another message. */
  whenFree(next: () => void): void {
    if (this.#isFull) this.#waiting.push(next);
    else next();
  }

  /** Resolves when everything taken so far is stored and acknowledged, or failed. */
  async settled(): Promise<void> {
    await Promise.all(this.#underWay);
  }

  get #isFull(): boolean {
    return this.#underWay.size >= MOST_UNDER_WAY || this.#bytes >= MOST_BYTES_UNDER_WAY;
  }

  #follow(bytes: number, work: Promise<void>, failed: (error: unknown) => void): void {
    this.#bytes += bytes;
    const followed = work.catch(failed).then(() => {
      this.#bytes -= bytes;
      this.#underWay.delete(followed);
      while (!this.#isFull && this.#waiting.length > 0) this.#waiting.shift()?.();
    });
    this.#underWay.add(followed);
  }
}
