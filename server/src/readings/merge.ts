/** Many lines' readings, each in pages, as one stream in order of time. */

import type { Reading } from '@lineside/domain/reading.ts';

/** One line's stream, with the reading that comes next; `order` settles which of two lines goes first. */
interface Head {
  readonly pages: AsyncIterator<readonly Reading[]>;
  readonly order: number;
  page: readonly Reading[];
  next: number;
}

const MOST_MERGED = 5_000;
const LEAST_PAGE_READINGS = 50;

/** How many readings a page of each of so many lines should have, as all of them are held at once. */
export const pageSize = (lines: number): number =>
  Math.max(LEAST_PAGE_READINGS, Math.floor(MOST_MERGED / (lines || 1)));

/**
 * @param streams each in order of time; however many they are, a reading costs the logarithm of that
 * @param limit of a page
 */
export async function* mergePages(
  streams: readonly AsyncIterable<readonly Reading[]>[],
  limit = MOST_MERGED,
): AsyncGenerator<readonly Reading[]> {
  const heap: Head[] = [];
  for (const [order, pages] of streams.entries()) {
    const head: Head = { pages: pages[Symbol.asyncIterator](), order, page: [], next: 0 };
    if (await refilled(head)) {
      heap.push(head);
      rise(heap);
    }
  }
  let merged: Reading[] = [];
  for (let head = heap[0]; head; head = heap[0]) {
    const reading = head.page[head.next++];
    if (reading) merged.push(reading);
    if (head.next >= head.page.length && !(await refilled(head))) {
      const last = heap.pop();
      if (last && last !== head) heap[0] = last;
    }
    sink(heap);
    if (merged.length >= limit) {
      yield merged;
      merged = [];
    }
  }
  if (merged.length > 0) yield merged;
}

/** Whether the stream has more. */
async function refilled(head: Head): Promise<boolean> {
  for (;;) {
    const result = await head.pages.next();
    if (result.done) return false;
    head.page = result.value;
    head.next = 0;
    if (head.page.length > 0) return true;
  }
}

function isBefore(a: Head, b: Head): boolean {
  const [one, other] = [a.page[a.next]?.at ?? Infinity, b.page[b.next]?.at ?? Infinity];
  return one < other || (one === other && a.order < b.order);
}

/** Brings the last of a heap to its place. */
function rise(heap: Head[]): void {
  for (let child = heap.length - 1; child > 0;) {
    const parent = (child - 1) >>> 1;
    if (!swapIfBefore(heap, child, parent)) return;
    child = parent;
  }
}

/** Brings the first of a heap to its place. */
function sink(heap: Head[]): void {
  for (let parent = 0; ;) {
    const left = 2 * parent + 1;
    const [one, other] = [heap[left], heap[left + 1]];
    if (!one) return;
    const child = other && isBefore(other, one) ? left + 1 : left;
    if (!swapIfBefore(heap, child, parent)) return;
    parent = child;
  }
}

function swapIfBefore(heap: Head[], child: number, parent: number): boolean {
  const [below, above] = [heap[child], heap[parent]];
  if (!below || !above || !isBefore(below, above)) return false;
  heap[parent] = below;
  heap[child] = above;
  return true;
}
