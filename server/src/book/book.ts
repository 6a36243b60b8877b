/** The shift book at work: hours with what is written about them, what is open, and what one shift hands over to the next. */

import {
  openParts,
  writtenHour,
  type BookEntry,
  type HourEntry,
  type OpenPart,
  type WrittenHour,
} from '@lineside/domain/book.ts';
import type { LineInfo } from '@lineside/domain/facts.ts';
import type { Shift } from '@lineside/domain/shift.ts';
import type { Calendar } from '../plan/calendar.ts';
import type { Window } from '../plan/plans.ts';
import type { BookStore, Clock, HandoverNote, LineHour, PlacedEntry } from '../ports.ts';
import type { KnownHour, KnownHours } from './known-hours.ts';

const DAY = 86_400_000;
/** For how long an hour that nobody wrote about is asked for (B5). */
const ASKED_FOR_MS = 7 * DAY;

export interface BookParts {
  readonly store: BookStore;
  /** Ids of the lines that were planned in a window, in their order. */
  readonly lines: (window: Window) => readonly string[];
  readonly calendar: () => Pick<Calendar, 'at' | 'before' | 'after' | 'between'>;
  readonly hours: KnownHours;
  readonly clock: Pick<Clock, 'now'>;
  /** Called with the line whose hour was written about, or with `null` for a handover. */
  readonly onWritten: (line: string | null) => void;
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

export interface Gap {
  readonly line: LineInfo;
  readonly shift: Shift;
  readonly hour: HourInBook;
}

export interface Handover {
  readonly shift: Shift;
  readonly lines: readonly ShiftInBook[];
  readonly carried: readonly Gap[];
  readonly notes: readonly HandoverNote[];
}

/** Why something cannot be written, and at which part of what was asked. */
export interface WriteRefusal {
  readonly path: 'hour' | 'entry';
  readonly message: string;
}

export class Book {
  readonly #parts: BookParts;
  #openedAt = 0;
  /** The list of open gaps that is being put together: every screen asks for it when something was written. */
  #listing: Promise<Gap[]> | null = null;
  #writing: Promise<unknown> = Promise.resolve();

  constructor(parts: BookParts) {
    this.#parts = parts;
  }

  async start(): Promise<void> {
    this.#openedAt = await this.#parts.store.open(this.#parts.clock.now());
  }

  /** A line's shift around an instant with all that is written about it; `null` outside shifts. */
  async shiftAround(line: string, at: number): Promise<ShiftInBook | null> {
    const shift = this.#parts.calendar().at(at);
    return shift && this.#shiftOf(line, shift);
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

  /** What an entry means depends on those before it: each is written before the next is looked at. */
  #inTurn<T>(write: () => Promise<T>): Promise<T> {
    const written = this.#writing.then(write);
    this.#writing = written.catch(() => undefined);
    return written;
  }

  async #write(
    { line, hourStart }: LineHour,
    who: string,
    entry: HourEntry,
    lastSeen?: number | null,
  ): Promise<HourInBook | WriteRefusal> {
    const { store, clock, onWritten } = this.#parts;
    const found = await this.#hour(line, hourStart);
    if (!found) {
      return {
        path: 'hour',
        message: 'no hour of a shift starts then; GET the book for its hours',
      };
    }
    const refusal = unseenIn(found, lastSeen) ?? refusalOf(found, entry, clock.now());
    if (refusal) return refusal;
    const at = clock.now();
    const entries = [...found.entries, { id: Infinity, at, who, entry }];
    const leavesOpen = openParts(writtenHour(entries)).length > 0;
    const written = await store.write({ line, hourStart, at, who, entry, leavesOpen });
    this.#listing = null;
    onWritten(line);
    return inBook(found, [...found.entries, written]);
  }

  async #setDone(hour: LineHour, who: string, done: boolean): Promise<HourInBook | WriteRefusal> {
    const found = await this.#hour(hour.line, hour.hourStart);
    const reason = found?.written.reason;
    if (!reason || reason.countermeasure === '') {
      const message = 'nobody has written a countermeasure for this hour; write one first';
      return { path: 'hour', message };
    }
    const { reason: why, countermeasure } = reason;
    const entry = {
      kind: 'reason',
      reason: why,
      countermeasure,
      countermeasureDone: done,
    } as const;
    return this.#write(hour, who, entry);
  }

  /** From when on hours are asked for that nobody wrote about, epoch ms (B5). */
  askedFrom(): number {
    const begun = this.#parts.calendar().before(this.#openedAt)?.start ?? this.#openedAt;
    return Math.max(begun, this.#parts.clock.now() - ASKED_FOR_MS);
  }

  /** Short hours that are asked for and not closed, oldest first (B4, B5). */
  openGaps(): Promise<Gap[]> {
    if (this.#listing) return this.#listing;
    const listing = this.gaps(this.askedFrom()).finally(() => {
      if (this.#listing === listing) this.#listing = null;
    });
    this.#listing = listing;
    return listing;
  }

  /** Short hours that are not closed, oldest first: those from an instant on, and older ones that somebody wrote about (B4, B5). */
  async gaps(from: number): Promise<Gap[]> {
    const { store, calendar, clock } = this.#parts;
    const now = clock.now();
    const gaps: Gap[] = [];
    for (const { line, hourStart } of await store.leftOpen(from)) {
      const shift = calendar().at(hourStart);
      const isPlanned = shift !== null && this.#linesIn(shift).includes(line);
      const book = isPlanned ? await this.#shiftOf(line, shift) : null;
      const hour = book?.hours.find(({ row }) => row.start === hourStart && row.start < from);
      if (book && hour) gaps.push({ line: book.line, shift: book.shift, hour });
    }
    for (const shift of calendar().between(from, now)) {
      // One after the other, so that the live stream has its turn in between.
      for (const { line, hours } of await this.#linesOf(shift)) {
        for (const hour of hours) if (hour.row.start >= from) gaps.push({ line, shift, hour });
      }
    }
    return gaps
      .filter(({ hour }) => hour.open.length > 0)
      .sort((a, b) => a.hour.row.start - b.hour.row.start);
  }

  /** What a shift hands over: its lines, what it took over itself and is still open, its notes. */
  async handover(shift: Shift): Promise<Handover> {
    const gaps = await this.openGaps();
    return {
      shift,
      lines: await this.#linesOf(shift),
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

  async #hour(line: string, hourStart: number): Promise<HourInBook | null> {
    const book = await this.shiftAround(line, hourStart);
    return book?.hours.find(({ row }) => row.start === hourStart) ?? null;
  }

  /** A line that is gone by now stays in the book for the shifts that it was planned in. */
  #linesIn({ start, end }: Shift): readonly string[] {
    return this.#parts.lines({ zeroAt: start, until: end });
  }

  async #linesOf(shift: Shift): Promise<ShiftInBook[]> {
    const { store, hours } = this.#parts;
    const entries = await store.entries(null, shift.start, shift.end);
    const books: ShiftInBook[] = [];
    for (const line of this.#linesIn(shift)) {
      const own = entries.filter((entry) => entry.line === line);
      books.push(withEntries(await hours.of(line, shift), own));
    }
    return books;
  }

  async #shiftOf(line: string, shift: Shift): Promise<ShiftInBook> {
    const { store, hours } = this.#parts;
    const entries = await store.entries(line, shift.start, shift.end);
    return withEntries(await hours.of(line, shift), entries);
  }
}

/** Entries stand with the hour that their own begins in: hours may have been cut otherwise when they were written. */
function withEntries(
  { line, shift, hours }: Awaited<ReturnType<KnownHours['of']>>,
  entries: readonly PlacedEntry[],
): ShiftInBook {
  const within = ({ row }: KnownHour): BookEntry[] =>
    entries
      .filter(({ hourStart }) => row.start <= hourStart && hourStart < row.end)
      .map(({ id, at, who, entry }) => ({ id, at, who, entry }));
  return { line, shift, hours: hours.map((hour) => inBook(hour, within(hour))) };
}

function inBook({ row, short, losses }: KnownHour, entries: readonly BookEntry[]): HourInBook {
  const written = writtenHour(entries);
  return { row, short, losses, entries, written, open: short ? openParts(written) : [] };
}

/** Refuses what was written without knowing of a later entry. */
function unseenIn({ entries }: HourInBook, lastSeen?: number | null): WriteRefusal | null {
  const last = entries.at(-1);
  if (lastSeen === undefined || !last || last.id <= (lastSeen ?? -Infinity)) return null;
  const message = `${last.who} wrote about this hour meanwhile; read it, then try again`;
  return refused('entry', message);
}

function refusalOf({ row, short, written }: HourInBook, entry: HourEntry, now: number) {
  if (row.start > now)
    return refused('hour', 'this hour has not begun; write about it once it has');
  if (entry.kind !== 'signOff') return null;
  if (row.end > now) return refused('entry', 'this hour is not over; sign it off once it is');
  if (short && !written.reason) {
    return refused('entry', 'this hour is short; write its reason before it is signed off');
  }
  return null;
}

const refused = (path: WriteRefusal['path'], message: string): WriteRefusal => ({ path, message });
