/** Short hours that nobody has closed, over all lines (B4, B5). */

import type { LineInfo } from '@lineside/domain/facts.ts';
import type { Shift } from '@lineside/domain/shift.ts';
import type { Calendar } from '../plan/calendar.ts';
import type { BookStore, Clock } from '../ports.ts';
import type { BookPages, HourInBook } from './book-pages.ts';

/** For how long an hour that nobody wrote about is asked for (B5). */
const ASKED_FOR_MS = 7 * 86_400_000;

export interface OpenGapsParts {
  readonly store: Pick<BookStore, 'open' | 'leftOpen'>;
  readonly calendar: () => Pick<Calendar, 'before' | 'between'>;
  readonly pages: Pick<BookPages, 'all' | 'planned'>;
  readonly clock: Pick<Clock, 'now'>;
}

export interface Gap {
  readonly line: LineInfo;
  readonly shift: Shift;
  readonly hour: HourInBook;
}

export class OpenGaps {
  readonly #parts: OpenGapsParts;
  #openedAt = 0;
  /** The list that is being put together: every screen asks for it when something was written. */
  #listing: Promise<Gap[]> | null = null;

  constructor(parts: OpenGapsParts) {
    this.#parts = parts;
  }

  async start(): Promise<void> {
    this.#openedAt = await this.#parts.store.open(this.#parts.clock.now());
  }

  /** From when on hours are asked for that nobody wrote about, epoch ms (B5). */
  askedFrom(): number {
    const { calendar, clock } = this.#parts;
    const begun = calendar().before(this.#openedAt)?.start ?? this.#openedAt;
    return Math.max(begun, clock.now() - ASKED_FOR_MS);
  }

  /** Those that are asked for, oldest first. */
  asked(): Promise<Gap[]> {
    if (this.#listing) return this.#listing;
    const listing = this.since(this.askedFrom()).finally(() => {
      if (this.#listing === listing) this.#listing = null;
    });
    this.#listing = listing;
    return listing;
  }

  /** Something was written: a list that is being put together may not know of it. */
  written(): void {
    this.#listing = null;
  }

  /** Those from an instant on, and older ones that somebody wrote about; oldest first. */
  async since(from: number): Promise<Gap[]> {
    const { store, calendar, pages, clock } = this.#parts;
    const now = clock.now();
    const gaps: Gap[] = [];
    for (const place of await store.leftOpen(from)) {
      const book = await pages.planned(place);
      const hour = book?.hours.find(({ row }) => row.start === place.hourStart && row.start < from);
      if (book && hour) gaps.push({ line: book.line, shift: book.shift, hour });
    }
    for (const shift of calendar().between(from, now)) {
      for (const { line, hours } of await pages.all(shift)) {
        for (const hour of hours) if (hour.row.start >= from) gaps.push({ line, shift, hour });
      }
    }
    return gaps
      .filter(({ hour }) => hour.open.length > 0)
      .sort((a, b) => a.hour.row.start - b.hour.row.start);
  }
}
