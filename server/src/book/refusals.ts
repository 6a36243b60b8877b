/** When something cannot be written about an hour, and what to do instead. */

import type { HourEntry } from '@lineside/domain/book.ts';
import type { HourInBook } from './book-pages.ts';

/** Why something cannot be written, and at which part of what was asked. */
export interface WriteRefusal {
  readonly path: 'hour' | 'entry';
  readonly message: string;
}

const refused = (path: WriteRefusal['path'], message: string): WriteRefusal => ({ path, message });

export const NO_SUCH_HOUR = refused(
  'hour',
  'no hour of a shift starts then; GET the book for its hours',
);
export const NO_COUNTERMEASURE = refused(
  'hour',
  'nobody has written a countermeasure for this hour; write one first',
);

/**
 * Why an entry cannot be written about an hour now; `null`: it can.
 *
 * @param lastSeen id of the last entry that was seen, `null` for none; without it, later ones are no matter
 * @param now epoch ms
 */
export function refusalOf(
  hour: HourInBook,
  entry: HourEntry,
  lastSeen: number | null | undefined,
  now: number,
): WriteRefusal | null {
  const { row, short, written } = hour;
  const unseen = unseenIn(hour, lastSeen);
  if (unseen) return unseen;
  if (row.start > now) {
    return refused('hour', 'this hour has not begun; write about it once it has');
  }
  if (entry.kind !== 'signOff') return null;
  if (row.end > now) return refused('entry', 'this hour is not over; sign it off once it is');
  if (short && !written.reason) {
    return refused('entry', 'this hour is short; write its reason before it is signed off');
  }
  return null;
}

/** Refuses what was written without knowing of a later entry. */
function unseenIn({ entries }: HourInBook, lastSeen?: number | null): WriteRefusal | null {
  const last = entries.at(-1);
  if (lastSeen === undefined || !last || last.id <= (lastSeen ?? -Infinity)) return null;
  const message = `${last.who} wrote about this hour meanwhile; read it, then try again`;
  return refused('entry', message);
}
