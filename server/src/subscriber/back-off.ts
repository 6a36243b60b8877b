/** How long to wait before the next attempt: longer each time, and never quite as long as others wait. */

const FIRST_TICKS = 2;
const MOST_TICKS = 32;

/** Counts ticks rather than looking at a clock, which may be set. */
export class BackOff {
  readonly #random: () => number;
  #ticks = FIRST_TICKS;
  #left = 0;

  /** @param random from 0 to 1: many that lost the same broker must not come back at the same moment */
  constructor(random: () => number = Math.random) {
    this.#random = random;
  }

  /** An attempt was in vain: the next one is to wait. */
  begin(): void {
    this.#left = Math.ceil(this.#ticks * (0.5 + this.#random() / 2));
    this.#ticks = Math.min(MOST_TICKS, this.#ticks * 2);
  }

  /** A tick has passed; whether it is time. */
  isOver(): boolean {
    this.#left -= 1;
    return this.#left <= 0;
  }

  /** All was well for a while: begins with short waits again. */
  reset(): void {
    this.#ticks = FIRST_TICKS;
  }
}
