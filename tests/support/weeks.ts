/** A line's history as plants have it: nothing is regular in it. */

import type { Reading } from '@lineside/domain/reading.ts';
import { DAY_MS } from '../../server/src/live/days.ts';
import { aReading, HOUR, MINUTE, MORNING } from './builders.ts';
import { seeded } from './random.ts';

/** Days of a line up to an instant (epoch ms): parts a minute, stops, silences, states, resets, lost messages. */
export function someWeeks(line: string, days: number, random = seeded(), end = MORNING): Reading[] {
  const readings: Reading[] = [];
  let [good, reject, seq, standsUntil] = [40, 0, 1, 0];
  const first = end - days * DAY_MS;
  for (let at = first; at <= end; at += 20_000 + random.below(25_000)) {
    const chance = random.below(2_000);
    if (chance === 0) at += random.below(3 * HOUR);
    if (chance < 10) standsUntil = at + random.below(30) * MINUTE;
    if (chance === 10) good = 0;
    if (at >= standsUntil) good += random.below(3);
    reject += Number(random.below(50) === 0);
    seq += random.below(200) === 0 ? 4 : 1;
    const state = chance < 20 && chance > 14 ? 'changeover' : chance < 30 ? 'running' : null;
    readings.push(aReading({ line, at, good, reject, seq, state }));
  }
  return readings;
}
