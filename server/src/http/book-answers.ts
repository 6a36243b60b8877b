/** The shift book as the API tells it: instants as ISO 8601 UTC. */

import type { BookEntry } from '@lineside/domain/book.ts';
import type {
  BookHour,
  EntryTold,
  HandoverLine,
  NoteTold,
  OpenGap,
} from '@lineside/domain/book-wire.ts';
import type { HourInBook, ShiftInBook } from '../book/book-pages.ts';
import type { Gap } from '../book/open-gaps.ts';
import type { HandoverNote } from '../ports.ts';
import { iso, shiftAnswer } from './answers.ts';

export function bookHourAnswer(hour: HourInBook): BookHour {
  const { row, short, losses, written, open, entries } = hour;
  const { reason, signOff } = written;
  return {
    start: iso(row.start),
    end: iso(row.end),
    ...{ plan: row.plan, good: row.good, variance: row.variance, short },
    losses: losses.map((loss) => ({ ...loss, start: iso(loss.start), end: iso(loss.end) })),
    reason: reason && { ...reason, at: iso(reason.at) },
    signOff: signOff && { ...signOff, at: iso(signOff.at) },
    open,
    history: entries.map(entryAnswer),
  };
}

function entryAnswer({ id, at, who, entry }: BookEntry): EntryTold {
  return { id, at: iso(at), who, ...entry };
}

export function gapAnswer({ line, shift, hour }: Gap): OpenGap {
  return { line, shift: shiftAnswer(shift), hour: bookHourAnswer(hour) };
}

export function handoverLineAnswer({ line, hours }: ShiftInBook): HandoverLine {
  const last = hours.at(-1)?.row.cumulative;
  return {
    line,
    good: last?.good ?? 0,
    target: last?.target ?? null,
    variance: last?.variance ?? null,
    unheard: unheardIn(hours),
    hours: hours
      .filter(({ short, entries }) => short || entries.length > 0)
      .map((hour) => bookHourAnswer(hour)),
  };
}

function unheardIn(hours: readonly HourInBook[]): HandoverLine['unheard'] {
  const begun = hours.filter(({ heard }) => heard !== null);
  if (begun.every(({ heard }) => heard === true)) return null;
  return begun.some(({ heard }) => heard === true) ? 'hours' : 'throughout';
}

export function noteAnswer({ id, at, who, note }: HandoverNote): NoteTold {
  return { id, at: iso(at), who, note };
}
