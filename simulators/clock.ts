/** Time as the simulators see it, so that tests can tell them what time it is. */

import { setTimeout as sleep } from 'node:timers/promises';

export interface Clock {
  /** Epoch ms. */
  now(): number;
  /** Ends early, without an error, when the signal aborts. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  wait: async (ms, signal) => {
    if (signal.aborted) return;
    await sleep(ms, undefined, { signal }).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
  },
};

/** After a laptop's sleep timers are late: look at the clock again at least this often. */
const LONGEST_NAP_MS = 5_000;

/** Waits until an instant of the wall clock. */
export async function waitUntil(at: number, clock: Clock, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && clock.now() < at) {
    await clock.wait(Math.min(at - clock.now(), LONGEST_NAP_MS), signal);
  }
}
