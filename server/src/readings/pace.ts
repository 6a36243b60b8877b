/** Whether to commit at once or a little later with more in it: whichever costs less without slowing senders down. */

import type { Pace } from './group-commit.ts';

/** Longest wait for more, ms. */
const GATHER_MS = 20;
/** A batch of this size is worth its commit. */
const ENOUGH = 64;
/** How long each way is tried, and how long the better one is kept, ms. */
const TRIAL_MS = 100;
const TERM_MS = 3_000;
/** Below so many messages a second, the cost of commits does not matter. */
const BUSY_PER_SECOND = 400;
/** Waiting must not cost more than this share of the throughput. */
const TOLERATED = 0.7;

type Phase = 'promptTrial' | 'gatherTrial' | 'prompt' | 'gather';

export class AdaptivePace implements Pace {
  readonly #now: () => number;
  #phase: Phase = 'prompt';
  #phaseStart = -Infinity;
  #messages = 0;
  #promptRate = 0;

  /** @param now monotonic ms */
  constructor(now: () => number) {
    this.#now = now;
  }

  waitMs(gathered: number): number {
    this.#advance(this.#now());
    const isGathering = this.#phase === 'gather' || this.#phase === 'gatherTrial';
    return isGathering && gathered < ENOUGH ? GATHER_MS : 0;
  }

  note(written: number): void {
    this.#messages += written;
  }

  /**
   * Senders that wait for each acknowledgement send less when commits wait, while others send on
   * regardless. The two are told apart by trying both in turn.
   */
  #advance(now: number): void {
    const elapsed = now - this.#phaseStart;
    const isTrial = this.#phase === 'promptTrial' || this.#phase === 'gatherTrial';
    if (elapsed < (isTrial ? TRIAL_MS : TERM_MS)) return;
    const rate = (this.#messages / elapsed) * 1000;
    if (this.#phase === 'promptTrial') {
      this.#promptRate = rate;
      this.#enter(rate > BUSY_PER_SECOND ? 'gatherTrial' : 'prompt', now);
    } else if (this.#phase === 'gatherTrial') {
      this.#enter(rate > this.#promptRate * TOLERATED ? 'gather' : 'prompt', now);
    } else {
      this.#enter('promptTrial', now);
    }
  }

  #enter(phase: Phase, now: number): void {
    this.#phase = phase;
    this.#phaseStart = now;
    this.#messages = 0;
  }
}
