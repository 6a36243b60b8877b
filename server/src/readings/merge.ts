/** Many lines' readings, each in pages, as one stream in order of time. */

import type { Reading } from '@lineside/domain/reading.ts';

interface Buffered {
  readonly pages: AsyncIterator<readonly Reading[]>;
  page: readonly Reading[];
  next: number;
  ended: boolean;
}

/** @param streams each in order of time */
export async function* mergePages(
  streams: readonly AsyncIterable<readonly Reading[]>[],
): AsyncGenerator<readonly Reading[]> {
  const lines = streams.map((pages): Buffered => ({
    pages: pages[Symbol.asyncIterator](),
    page: [],
    next: 0,
    ended: false,
  }));
  for (;;) {
    for (const line of lines) {
      if (!line.ended && line.next >= line.page.length) await refill(line);
    }
    const open = lines.filter(({ ended }) => !ended);
    if (open.length === 0) return;
    // Up to here every line is known; beyond it, one of them may still bring something earlier.
    const known = Math.min(...open.map(({ page }) => page.at(-1)?.at ?? Infinity));
    const readings = open.flatMap((line) => takeUpTo(line, known));
    yield readings.sort((a, b) => a.at - b.at);
  }
}

async function refill(line: Buffered): Promise<void> {
  const result = await line.pages.next();
  line.ended = result.done === true;
  line.page = result.done ? [] : result.value;
  line.next = 0;
}

function takeUpTo(line: Buffered, at: number): readonly Reading[] {
  const from = line.next;
  while (line.next < line.page.length && (line.page[line.next]?.at ?? Infinity) <= at) line.next++;
  return line.page.slice(from, line.next);
}
