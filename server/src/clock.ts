/** The machine's clock behind the port that tests replace. */

import type { Clock } from './ports.ts';

export const systemClock: Clock = {
  now: () => Date.now(),
  every(intervalMs, run) {
    const timer = setInterval(run, intervalMs);
    return { cancel: () => clearInterval(timer) };
  },
};
