/** What every command is given besides its options: the time, a way to be stopped, somebody to talk to. */

import type { Clock } from './clock.ts';

export interface Surroundings {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly log: (text: string) => void;
}
