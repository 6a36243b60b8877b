/** The shift book at work: what is written about hours, and what one shift hands over to the next. */

import { openParts, writtenHour, type HourEntry } from '@lineside/domain/book.ts';
import type { Shift } from '@lineside/domain/shift.ts';
import type { Calendar } from '../plan/calendar.ts';
import type { BookStore, Clock, HandoverNote, LineHour } from '../ports.ts';
import {
  BookPages,
  inBook,
  type BookPagesParts,
  type HourInBook,
  type ShiftInBook,
} from './book-pages.ts';
import { OpenGaps, type Gap } from './open-gaps.ts';
import { NO_COUNTERMEASURE, NO_SUCH_HOUR, refusalOf, type WriteRefusal } from './refusals.ts';

const DAY = 86_400_000;

export interface BookParts extends Pick<BookPagesParts, 'lines' | 'hours'> {
  readonly store: BookStore;
  readonly calendar: () => Pick<Calendar, 'at' | 'before' | 'between'>;
  readonly clock: Pick<Clock, 'now'>;
  /** Called with the line whose hour was written about, or with `null` for a handover. */
  readonly onWritten: (line: string | null) => void;
}

export interface Handover {
  readonly shift: Shift;
  readonly lines: readonly ShiftInBook[];
  readonly carried: readonly Gap[];
  readonly notes: readonly HandoverNote[];
}

export class Book {
  readonly pages: BookPages;
  readonly gaps: OpenGaps;
  readonly #parts: BookParts;
  #writing: Promise<unknown> = Promise.resolve();

  constructor(parts: BookParts) {
    this.#parts = parts;
    this.pages = new BookPages(parts);
    this.gaps = new OpenGaps({ ...parts, pages: this.pages });
  }

  start(): Promise<void> {
    return this.gaps.start();
  }

  /**
   * Writes about an hour, by its first instant. Resolves to the hour once that is on disk, or to why not.
   *
   * @param lastSeen id of the last entry that `who` has seen, `null` for none; without it, later ones are no matter
   */
  write(
    hour: LineHour,
    who: string,
    entry: HourEntry,
    lastSeen?: number | null,
  ): Promise<HourInBook | WriteRefusal> {
    return this.#inTurn(() => this.#write(hour, who, entry, lastSeen));
  }

  /** Says of an hour's countermeasure whether it is done. */
  setDone(hour: LineHour, who: string, done: boolean): Promise<HourInBook | WriteRefusal> {
    return this.#inTurn(() => this.#setDone(hour, who, done));
  }

  /** What a shift hands over: its lines, what it took over itself and is still open, its notes. */
  async handover(shift: Shift): Promise<Handover> {
    const gaps = await this.gaps.asked();
    return {
      shift,
      lines: await this.pages.all(shift),
      carried: gaps.filter(({ hour }) => hour.row.start < shift.start),
      notes: await this.#parts.store.notes(shift.id),
    };
  }

  async writeNote(shift: Shift, who: string, note: string): Promise<HandoverNote> {
    const { store, clock, onWritten } = this.#parts;
    const written = await store.note({ at: clock.now(), shift: shift.id, who, note });
    onWritten(null);
    return written;
  }

  /** A shift by its id, such as `2026-11-23/Early`. */
  shiftOf(id: string): Shift | null {
    const date = /^(\d{4}-\d{2}-\d{2})\/./.exec(id)?.[1];
    const at = Date.parse(`${date ?? ''}T12:00:00Z`);
    if (Number.isNaN(at)) return null;
    const near = this.#parts.calendar().between(at - 2 * DAY, at + 2 * DAY);
    return near.find((shift) => shift.id === id) ?? null;
  }

  /** What an entry means depends on those before it: each is written before the next is looked at. */
  #inTurn<T>(write: () => Promise<T>): Promise<T> {
    const written = this.#writing.then(write);
    this.#writing = written.catch(() => undefined);
    return written;
  }

  async #write(
    place: LineHour,
    who: string,
    entry: HourEntry,
    lastSeen?: number | null,
  ): Promise<HourInBook | WriteRefusal> {
    const { store, clock, onWritten } = this.#parts;
    const hour = await this.pages.hour(place);
    if (!hour) return NO_SUCH_HOUR;
    const at = clock.now();
    const refusal = refusalOf(hour, entry, lastSeen, at);
    if (refusal) return refusal;
    const entries = [...hour.entries, { id: Infinity, at, who, entry }];
    const leavesOpen = openParts(writtenHour(entries)).length > 0;
    const { line, hourStart } = place;
    const written = await store.write({ line, hourStart, at, who, entry, leavesOpen });
    this.gaps.written();
    onWritten(line);
    return inBook(hour, [...hour.entries, written]);
  }

  async #setDone(place: LineHour, who: string, done: boolean): Promise<HourInBook | WriteRefusal> {
    const hour = await this.pages.hour(place);
    const holds = hour?.written.reason;
    if (!holds || holds.countermeasure === '') return NO_COUNTERMEASURE;
    const { reason, countermeasure } = holds;
    const entry = { kind: 'reason', reason, countermeasure, countermeasureDone: done } as const;
    return this.#write(place, who, entry);
  }
}
