/** A line's ledger for any stretch of time, from the store: live and replay are built by the same hands. */

import type { LineFacts } from '@lineside/domain/facts.ts';
import { Ledger } from '@lineside/domain/ledger.ts';
import type { Reading } from '@lineside/domain/reading.ts';
import { LOOKBACK_MS } from '@lineside/domain/view.ts';
import type { Plans, Window } from '../plan/plans.ts';
import type { ReadingStore } from '../ports.ts';

/** Readings before a window from which its counters take up. */
const READINGS_BEFORE = 64;

type PastStore = Pick<ReadingStore, 'read' | 'before' | 'lastOfEach'>;

export interface LoadedLine {
  readonly ledger: Ledger;
  /** Every reading since this instant is in the ledger; epoch ms. */
  readonly completeFrom: number;
}

export async function loadLine(
  store: PastStore,
  plans: Plans,
  line: string,
  { zeroAt, until }: Window,
): Promise<LoadedLine> {
  const from = zeroAt - LOOKBACK_MS;
  const earlier = await store.before(line, from, READINGS_BEFORE);
  const first = earlier[0];
  const isCut = first !== undefined && earlier.length === READINGS_BEFORE;
  const oldest = isCut ? (await store.lastOfEach(line, first.at)).map(unnumbered) : [];
  const readings = await store.read(line, from, until + 1);
  const ledger = new Ledger(plans.countingOf(line, zeroAt));
  ledger.add([...oldest, ...earlier, ...readings]);
  return { ledger, completeFrom: isCut ? first.at + 1 : -Infinity };
}

/** What comes next to such a reading was left out, not lost (C8). */
const unnumbered = (reading: Reading): Reading => ({ ...reading, seq: null });

/** Facts of a line over a window of the past. */
export async function pastFacts(
  store: PastStore,
  plans: Plans,
  line: string,
  window: Window,
): Promise<LineFacts> {
  const { ledger } = await loadLine(store, plans, line, window);
  return plans.factsOf(line, ledger.track, window);
}
