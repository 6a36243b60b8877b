/** The last word on everything that stays true until told anew. */

import type { Reading } from '@lineside/domain/reading.ts';

/** Of some readings in their order the last with a state, a product, an availability, good and reject each. */
export function lastTold(readings: readonly Reading[]): Reading[] {
  return [
    readings.findLast(({ state }) => state !== null),
    readings.findLast(({ product }) => product !== null),
    readings.findLast(({ online }) => online !== null),
    readings.findLast(({ good }) => good !== null),
    readings.findLast(({ reject }) => reject !== null),
  ]
    .filter((reading) => reading !== undefined)
    .sort((a, b) => a.at - b.at);
}
