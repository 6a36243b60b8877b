/** One stream out of many, by time of delivery: all lines move on together. */

import type { Delivery } from './gateway.ts';

/** Each source must be sorted; of equals the earlier source goes first. */
export function* merged(sources: readonly Iterable<Delivery>[]): Generator<Delivery> {
  const heads = sources.flatMap((source) => {
    const rest = source[Symbol.iterator]();
    const first = rest.next();
    return first.done ? [] : [{ next: first.value, rest }];
  });
  while (heads.length > 0) {
    let [earliest] = heads;
    for (const head of heads) {
      if (earliest && head.next.publishAt < earliest.next.publishAt) earliest = head;
    }
    if (!earliest) return;
    yield earliest.next;
    const following = earliest.rest.next();
    if (following.done) heads.splice(heads.indexOf(earliest), 1);
    else earliest.next = following.value;
  }
}
