/** The facts of any line at any time for the API: from the floor where it has them, else from the store. */

import type { LineFacts } from '@lineside/domain/facts.ts';
import type { Gap } from '@lineside/domain/sequence.ts';
import type { Discovered } from '../live/discovered.ts';
import type { Floor } from '../live/floor.ts';
import { loadLine, neededFrom, pastFacts } from '../live/past.ts';
import { pastWindow } from '../live/windows.ts';
import type { Plans, Window } from '../plan/plans.ts';
import type { MinuteStore, ReadingStore } from '../ports.ts';
import { unknownLine } from './errors.ts';

export interface LineFactsParts {
  readonly store: ReadingStore;
  readonly minutes: Pick<MinuteStore, 'days'>;
  readonly plans: Plans;
  readonly floor: Pick<Floor, 'factsAt'> & { readonly discovered: Pick<Discovered, 'has'> };
}

export class LineFactsSource {
  readonly #parts: LineFactsParts;

  constructor(parts: LineFactsParts) {
    this.#parts = parts;
  }

  /** Whether a line has no plan in a window. */
  isDiscovered(id: string, window: Window): boolean {
    return !this.#parts.plans.linesIn(window).some((line) => line.id === id);
  }

  /** Throws for a line that was never planned and is not discovered. */
  check(id: string): void {
    const { plans, floor } = this.#parts;
    if (!plans.knows(id) && !floor.discovered.has(id)) throw unknownLine(id);
  }

  /** The facts of a line's shift around an instant. */
  async at(id: string, at: number): Promise<LineFacts> {
    this.check(id);
    const { plans, floor } = this.#parts;
    return floor.factsAt(id, at) ?? this.over(id, pastWindow(plans.calendar, at));
  }

  /** The facts of a line over a view's window: those of the floor where it has that window in view. */
  async within(id: string, window: Window): Promise<LineFacts> {
    this.check(id);
    return this.#parts.floor.factsAt(id, window.zeroAt) ?? this.over(id, window);
  }

  /** Whether facts by the minute stand in for readings that are out of reach for a while. */
  standsIn({ resolution }: LineFacts, window: Window): boolean {
    return resolution === 'minute' && neededFrom(window) >= this.#parts.store.prunedBefore;
  }

  /** The facts of a line over a stretch of time. */
  async over(id: string, window: Window): Promise<LineFacts> {
    this.check(id);
    const { store: readings, minutes, plans } = this.#parts;
    return pastFacts({ readings, minutes }, plans, id, window);
  }

  /** The gaps in a line's numbers that readings of a stretch of time showed, as far as they are kept (C8, H3). */
  async gaps(id: string, { zeroAt, until }: Window): Promise<Gap[]> {
    this.check(id);
    const { store, plans } = this.#parts;
    const from = Math.max(zeroAt, store.prunedBefore);
    if (from >= until) return [];
    const { ledger } = await loadLine(store, plans, id, { zeroAt: from, until });
    return ledger.gaps().filter(({ end }) => end >= from && end < until);
  }
}
