/** Publishes deliveries at their time, or as fast as the broker acknowledges when their time has passed. */

import { waitUntil, type Clock } from './clock.ts';
import type { Delivery } from './gateway.ts';

export interface Pace {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Messages under way that nobody has acknowledged yet. */
  readonly mostInFlight: number;
  /** Upper bound, so that what is in no hurry leaves room for what is. */
  readonly perSecond?: number;
  /** Nothing is due: everything up to this delivery's time is acknowledged, or soon will be. */
  readonly onLevel?: () => void;
  /** All deliveries so far, the last of them due at `publishAt`, are acknowledged. */
  readonly onSettled?: (publishAt: number) => void;
}

/** A gate that lets a bounded number through, and tells the first failure of those who went. */
class InFlight {
  readonly #most: number;
  #count = 0;
  #failure: { readonly reason: unknown } | null = null;
  #changed = Promise.withResolvers<null>();

  constructor(most: number) {
    this.#most = most;
  }

  get count(): number {
    return this.#count;
  }

  /** Counts a message until it is settled, and only then says so. */
  add(sent: Promise<void>, onAcknowledged: () => void): void {
    this.#count++;
    const settle = (): void => {
      this.#count--;
      this.#changed.resolve(null);
      this.#changed = Promise.withResolvers();
    };
    sent.then(
      () => {
        settle();
        onAcknowledged();
      },
      (reason: unknown) => {
        this.#failure ??= { reason };
        settle();
      },
    );
  }

  async below(limit: number, signal: AbortSignal): Promise<void> {
    while (this.#count >= limit && !signal.aborted && !this.#failure) await this.#changed.promise;
    if (this.#failure && !signal.aborted) throw this.#failure.reason;
  }

  room(signal: AbortSignal): Promise<void> {
    return this.below(this.#most, signal);
  }

  /** Lets those who wait look at their signal again. */
  wake(): void {
    this.#changed.resolve(null);
  }
}

/**
 * Sends every delivery in order and settles when all are acknowledged, or soon after the signal
 * aborts.
 *
 * @returns how many were acknowledged
 */
export async function publishAll(
  deliveries: Iterable<Delivery>,
  send: (delivery: Delivery) => Promise<void>,
  { clock, signal, mostInFlight, perSecond, onLevel, onSettled }: Pace,
): Promise<number> {
  const inFlight = new InFlight(mostInFlight);
  const wake = (): void => {
    inFlight.wake();
  };
  signal.addEventListener('abort', wake);
  let acknowledged = 0;
  let allowedAt = clock.now();
  let lastAt = -Infinity;
  try {
    for (const delivery of deliveries) {
      if (perSecond !== undefined) {
        // What is lost to a slow broker is not made up for in a burst.
        allowedAt = Math.max(allowedAt, clock.now() - 100) + 1000 / perSecond;
        if (allowedAt > clock.now() + 20) await waitUntil(allowedAt, clock, signal);
      }
      if (delivery.publishAt > clock.now()) {
        onLevel?.();
        await waitUntil(delivery.publishAt, clock, signal);
      }
      await inFlight.room(signal);
      if (signal.aborted) break;
      lastAt = delivery.publishAt;
      inFlight.add(send(delivery), () => {
        acknowledged++;
        if (inFlight.count === 0) onSettled?.(lastAt);
      });
    }
    await inFlight.below(1, signal);
  } finally {
    signal.removeEventListener('abort', wake);
  }
  return acknowledged;
}
