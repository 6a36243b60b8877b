/** What screens say while the server does not hear from its broker. */

import type { Stage } from './stage.svelte.ts';

export interface OutageWords {
  readonly what: string;
  /** What the numbers are worth meanwhile, and what becomes of those under way. */
  readonly meaning: string;
}

/** `null` while there is nothing to say. An outage that began on another day is told with that day. */
export function brokerLostWords({
  brokerLostAt,
  clock,
  formats,
}: Pick<Stage, 'brokerLostAt' | 'clock' | 'formats'>): OutageWords | null {
  if (brokerLostAt === null || clock.now === null) return null;
  const day = formats.day(brokerLostAt);
  const since =
    day === formats.day(clock.now)
      ? formats.timeToSecond(brokerLostAt)
      : `${day} ${formats.time(brokerLostAt)}`.replaceAll(' ', '\u00a0');
  return {
    what: `Not hearing from the broker since ${since}.`,
    meaning:
      'Lines turn to NO DATA; numbers are the last known. ' +
      'Readings that wait at the broker appear when it is back.',
  };
}
