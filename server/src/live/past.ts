/** A line's ledger for any stretch of time, from the store: live and replay are built by the same hands. */

import type { LineFacts } from '@lineside/domain/facts.ts';
import { Ledger } from '@lineside/domain/ledger.ts';
import { byMinute, factsByMinute, joined, unpackedStretch } from '@lineside/domain/minutes.ts';
import type { Reading } from '@lineside/domain/reading.ts';
import { LOOKBACK_MS } from '@lineside/domain/view.ts';
import type { Plans, Window } from '../plan/plans.ts';
import { HistoryAway, type MinuteStore, type ReadingStore } from '../ports.ts';
import { dayOf, spanOfDay } from './days.ts';

/** Readings before a window from which its counters take up. */
const READINGS_BEFORE = 64;

export type PastStore = Pick<ReadingStore, 'read' | 'before' | 'lastOfEach'>;

/** Where the past is kept: the readings, and what is left of them by the minute. */
export interface PastStores {
  readonly readings: PastStore & Pick<ReadingStore, 'prunedBefore'>;
  readonly minutes: Pick<MinuteStore, 'days'>;
}

export interface LoadedLine {
  readonly ledger: Ledger;
  /** Every reading since this instant is in the ledger; epoch ms. */
  readonly completeFrom: number;
}

/** The first instant whose readings a window needs one by one; epoch ms. */
export const neededFrom = ({ zeroAt }: Pick<Window, 'zeroAt'>): number => zeroAt - LOOKBACK_MS;

/** A ledger with what counting takes up from before a window. */
export async function openLedger(
  store: Pick<PastStore, 'before' | 'lastOfEach'>,
  plans: Plans,
  line: string,
  window: Window,
): Promise<LoadedLine> {
  const earlier = await store.before(line, neededFrom(window), READINGS_BEFORE);
  const first = earlier[0];
  const isCut = first !== undefined && earlier.length === READINGS_BEFORE;
  const oldest = isCut ? (await store.lastOfEach(line, first.at)).map(unnumbered) : [];
  const ledger = new Ledger(plans.countingOf(line, window));
  ledger.add([...oldest, ...earlier]);
  return { ledger, completeFrom: isCut ? first.at + 1 : -Infinity };
}

export async function loadLine(
  store: PastStore,
  plans: Plans,
  line: string,
  window: Window,
): Promise<LoadedLine> {
  const loaded = await openLedger(store, plans, line, window);
  loaded.ledger.add(await store.read(line, neededFrom(window), window.until + 1));
  return loaded;
}

/** What comes next to such a reading was left out, not lost (C8). */
const unnumbered = (reading: Reading): Reading => ({ ...reading, seq: null });

/** Facts of a line over a window of the past: from its readings, or by the minute where they are gone or out of reach (H1). */
export async function pastFacts(
  { readings, minutes }: PastStores,
  plans: Plans,
  line: string,
  window: Window,
): Promise<LineFacts> {
  const isWhole = () => neededFrom(window) >= readings.prunedBefore;
  if (isWhole()) {
    try {
      const { ledger } = await loadLine(readings, plans, line, window);
      // They may have been removed while they were read.
      if (isWhole()) return plans.factsOf(line, ledger.track, window);
    } catch (error) {
      if (!(error instanceof HistoryAway)) throw error;
    }
  }
  return factsOfMinutes({ readings, minutes }, plans, line, window);
}

async function factsOfMinutes(
  { readings, minutes }: PastStores,
  plans: Plans,
  line: string,
  window: Window,
): Promise<LineFacts> {
  const from = neededFrom(window);
  const days = await minutes.days(line, dayOf(from), dayOf(window.until));
  const stretches = days.map(({ day, track }) => unpackedStretch(spanOfDay(day), track));
  // What is too young to be kept by the minute is still there, reading by reading.
  const start = Math.max(stretches.at(-1)?.end ?? from, readings.prunedBefore, from);
  const end = window.until + 1;
  if (start < end) {
    const rest = { zeroAt: start, until: window.until };
    const { ledger } = await loadLine(readings, plans, line, rest);
    const facts = plans.factsOf(line, ledger.track, rest);
    stretches.push(byMinute(facts, { start, end }, end));
  }
  const track = joined(stretches);
  return factsByMinute(plans.factsOf(line, track, window), track);
}
