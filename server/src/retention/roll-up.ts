/** One line's day from its readings to what is kept of it for good (H1). */

import { byMinute, packedStretch } from '@lineside/domain/minutes.ts';
import { spanOfDay } from '../live/days.ts';
import { neededFrom, openLedger } from '../live/past.ts';
import type { Plans } from '../plan/plans.ts';
import type { MinuteDay, ReadingStore } from '../ports.ts';

/** A line is heard from for so long after a message at most, unless its plan says more (R2), ms. */
const LONGEST_PATIENCE_MS = 120_000;

export type DayStore = Pick<ReadingStore, 'before' | 'lastOfEach' | 'pages'>;

/** Reads a page at a time, so that whoever else needs the thread waits for one page at most. */
export async function rollUp(
  store: DayStore,
  plans: Plans,
  line: string,
  day: number,
): Promise<MinuteDay> {
  const span = spanOfDay(day);
  const window = { zeroAt: span.start, until: span.end };
  const { ledger } = await openLedger(store, plans, line, window);
  const { staleAfterSeconds } = plans.countingOf(line, window);
  // Whether the day's last message began a silence shows only after it.
  const patienceMs = Math.max(LONGEST_PATIENCE_MS, (staleAfterSeconds ?? 0) * 1000);
  const knownUntil = span.end + patienceMs + 1;
  for await (const page of store.pages({ line, from: neededFrom(window), to: knownUntil })) {
    ledger.add(page);
  }
  const facts = plans.factsOf(line, ledger.track, window);
  return { day, track: packedStretch(facts, byMinute(facts, span, knownUntil)) };
}
