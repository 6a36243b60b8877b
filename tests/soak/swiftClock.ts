/** A clock that runs faster than the machine's, so that the hours of a soak pass in less time. */

import type { Clock } from '../../server/src/ports.ts';

export interface Swiftness {
  /** When the clock showed the machine's own time, epoch ms. */
  readonly began: number;
  readonly speed: number;
}

export class SwiftClock implements Clock {
  readonly #swiftness: Swiftness;

  constructor(swiftness: Swiftness) {
    this.#swiftness = swiftness;
  }

  readonly now = (): number => {
    const { began, speed } = this.#swiftness;
    return Math.floor(began + (Date.now() - began) * speed);
  };

  readonly every: Clock['every'] = (intervalMs, run) => {
    const timer = setInterval(run, intervalMs / this.#swiftness.speed);
    return { cancel: () => clearInterval(timer) };
  };
}
