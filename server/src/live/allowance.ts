/** How much may go out over time: what is not used is saved up for a second, what is too much is waited for. */

const SECOND = 1_000;

export class Allowance {
  readonly #perSecond: number;
  #left: number;
  #at = -Infinity;

  constructor(perSecond: number) {
    this.#perSecond = perSecond;
    this.#left = perSecond;
  }

  /** Whether anything may go out at `now`, epoch ms: however large, so that nothing waits for ever. */
  isLeft(now: number): boolean {
    const saved = ((now - this.#at) / SECOND) * this.#perSecond;
    this.#left = Math.min(this.#perSecond, this.#left + Math.max(0, saved));
    this.#at = now;
    return this.#left > 0;
  }

  spend(amount: number): void {
    this.#left -= amount;
  }
}
