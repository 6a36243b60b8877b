/** The words of the shift book. */

import type { HourLossKind, OpenPart } from '@lineside/domain/book.ts';
import type { BookHour, LossTold } from '@lineside/domain/book-wire.ts';
import { minutesLong, type Formats } from '../formats.ts';
import type { Refusal } from '../http.ts';

const LOSS_WORDS: Readonly<Record<HourLossKind, string>> = {
  stopped: 'Stopped',
  changeover: 'Changeover',
  noData: 'Not heard from',
};

const OPEN_WORDS: Readonly<Record<OpenPart, string>> = {
  reason: 'no reason yet',
  countermeasure: 'countermeasure not done',
  signOff: 'not signed off',
};

/** `Stopped 07:10–07:41 (31 min)` */
export function lossReason(
  { kind, start, end, plannedMinutes }: LossTold,
  formats: Formats,
): string {
  const span = formats.span(Date.parse(start), Date.parse(end));
  return `${LOSS_WORDS[kind]} ${span} (${minutesLong(plannedMinutes)})`;
}

/** `52 parts` */
export function lossCost({ parts }: LossTold, formats: Formats): string {
  const whole = Math.round(parts);
  return whole === 1 ? '1 part' : `${formats.number(whole)} parts`;
}

/** What is missing, in words. */
export function openWords(open: readonly OpenPart[]): string {
  return open.map((part) => OPEN_WORDS[part]).join(', ');
}

/** `36 short of 100` */
export function shortWords({ variance, plan }: BookHour, formats: Formats): string {
  if (variance === null || plan === null) return 'no target';
  const gap = formats.number(Math.abs(variance));
  return `${gap} ${variance < 0 ? 'short of' : 'over'} ${formats.number(plan)}`;
}

/** @param isMarked whether the fields say what is wrong with them */
export function unsavedWords({ mayBeWritten, message }: Refusal, isMarked: boolean): string {
  if (mayBeWritten) return `${message} What you typed is kept.`;
  return `Not saved; what you typed is kept. ${isMarked ? 'See the marked fields.' : message}`;
}

/** A reason that is saved, and its sign-off that is not, as far as is known. */
export function unsignedWords({ mayBeWritten, message }: Refusal): string {
  return `${mayBeWritten ? 'Saved, but perhaps not signed off.' : 'Saved, but not signed off.'} ${message}`;
}

/** `Ada, 14:02` on the day of an instant, `Ada, Mon 23 Nov 14:02` on others. */
export function byWords(
  { who, at }: { readonly who: string; readonly at: string },
  near: number,
  formats: Formats,
): string {
  const written = Date.parse(at);
  const day = formats.day(written);
  return `${who}, ${day === formats.day(near) ? '' : `${day} `}${formats.time(written)}`;
}
