/** What the shift book says of a shift: the hours of its lines with what is written about them. */

import {
  openParts,
  writtenHour,
  type BookEntry,
  type OpenPart,
  type WrittenHour,
} from '@lineside/domain/book.ts';
import type { LineInfo } from '@lineside/domain/facts.ts';
import type { Shift } from '@lineside/domain/shift.ts';
import type { Calendar } from '../plan/calendar.ts';
import type { Window } from '../plan/plans.ts';
import type { BookStore, LineHour, PlacedEntry } from '../ports.ts';
import type { KnownHour, KnownHours, KnownShift } from './known-hours.ts';

export interface BookPagesParts {
  readonly store: Pick<BookStore, 'entries'>;
  /** Ids of the lines that were planned in a window, in their order. */
  readonly lines: (window: Window) => readonly string[];
  readonly calendar: () => Pick<Calendar, 'at'>;
  readonly hours: KnownHours;
}

export interface HourInBook extends KnownHour {
  /** Oldest first. */
  readonly entries: readonly BookEntry[];
  readonly written: WrittenHour;
  /** B4; nothing for an hour that is not short. */
  readonly open: readonly OpenPart[];
}

export interface ShiftInBook {
  readonly line: LineInfo;
  readonly shift: Shift;
  readonly hours: readonly HourInBook[];
}

export class BookPages {
  readonly #parts: BookPagesParts;

  constructor(parts: BookPagesParts) {
    this.#parts = parts;
  }

  /** A line's shift around an instant with all that is written about it; `null` outside shifts. */
  async around(line: string, at: number): Promise<ShiftInBook | null> {
    const shift = this.#parts.calendar().at(at);
    return shift && this.#of(line, shift);
  }

  /** As `around`, for a line that was planned then. */
  async planned({ line, hourStart }: LineHour): Promise<ShiftInBook | null> {
    const shift = this.#parts.calendar().at(hourStart);
    return shift && this.#linesIn(shift).includes(line) ? this.#of(line, shift) : null;
  }

  /** An hour by its first instant; `null`: none starts then. */
  async hour({ line, hourStart }: LineHour): Promise<HourInBook | null> {
    const book = await this.around(line, hourStart);
    return book?.hours.find(({ row }) => row.start === hourStart) ?? null;
  }

  /** A shift of all its lines. */
  async all(shift: Shift): Promise<ShiftInBook[]> {
    const { store, hours } = this.#parts;
    const entries = await store.entries(null, shift.start, shift.end);
    const books: ShiftInBook[] = [];
    // One after the other, so that the live stream has its turn in between.
    for (const line of this.#linesIn(shift)) {
      const own = entries.filter((entry) => entry.line === line);
      books.push(withEntries(await hours.of(line, shift), own));
    }
    return books;
  }

  /** A line that is gone by now stays in the book for the shifts that it was planned in. */
  #linesIn({ start, end }: Shift): readonly string[] {
    return this.#parts.lines({ zeroAt: start, until: end });
  }

  async #of(line: string, shift: Shift): Promise<ShiftInBook> {
    const { store, hours } = this.#parts;
    const entries = await store.entries(line, shift.start, shift.end);
    return withEntries(await hours.of(line, shift), entries);
  }
}

/** Entries stand with the hour that their own begins in: hours may have been cut otherwise when they were written. */
function withEntries(
  { line, shift, hours }: KnownShift,
  entries: readonly PlacedEntry[],
): ShiftInBook {
  const within = ({ row }: KnownHour): BookEntry[] =>
    entries
      .filter(({ hourStart }) => row.start <= hourStart && hourStart < row.end)
      .map(({ id, at, who, entry }) => ({ id, at, who, entry }));
  return { line, shift, hours: hours.map((hour) => inBook(hour, within(hour))) };
}

/** An hour with what is written about it. */
export function inBook(hour: KnownHour, entries: readonly BookEntry[]): HourInBook {
  const { row, short, heard, losses } = hour;
  const written = writtenHour(entries);
  return { row, short, heard, losses, entries, written, open: short ? openParts(written) : [] };
}
