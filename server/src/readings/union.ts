/** The same line's readings from two places as one: in order, and each once. */

import { compareReadings, type Reading } from '@lineside/domain/reading.ts';
import { mergePages } from './merge.ts';

/** @param one both in their order */
export function union(one: readonly Reading[], other: readonly Reading[]): Reading[] {
  if (one.length === 0) return [...other];
  if (other.length === 0) return [...one];
  const found: Reading[] = [];
  for (let [a, b] = [0, 0]; ;) {
    const [left, right] = [one[a], other[b]];
    if (!left && !right) return found;
    const order = !left ? 1 : !right ? -1 : compareReadings(left, right);
    if (left && order <= 0) found.push(left);
    else if (right) found.push(right);
    if (order <= 0) a += 1;
    if (order >= 0) b += 1;
  }
}

/**
 * @param one both in order of time
 * @param limit of a page, about
 */
export async function* unionPages(
  one: AsyncIterable<readonly Reading[]>,
  other: AsyncIterable<readonly Reading[]>,
  limit?: number,
): AsyncGenerator<readonly Reading[]> {
  /** Those of the last millisecond so far. */
  let instant: Reading[] = [];
  for await (const page of mergePages([one, other], limit)) {
    const found: Reading[] = [];
    for (const reading of page) {
      if (instant[0]?.at !== reading.at) {
        found.push(...instant.sort(compareReadings));
        instant = [];
      }
      if (!instant.some((known) => compareReadings(known, reading) === 0)) instant.push(reading);
    }
    if (found.length > 0) yield found;
  }
  if (instant.length > 0) yield instant.sort(compareReadings);
}
