/** Asking again: a server that is still starting, or restarts, is no reason to give up. */

import type { Surroundings } from './surroundings.ts';

/** Asks up to `tries` times, at growing distances of up to 10 seconds; throws the last error. */
export async function patiently<T>(
  question: () => Promise<T>,
  tries: number,
  { clock, signal }: Surroundings,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await question();
    } catch (error) {
      if (attempt >= tries || signal.aborted) throw error;
      await clock.wait(Math.min(attempt, 10) * 1000, signal);
    }
  }
}
