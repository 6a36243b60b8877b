/** The shift book: which hours ask for an explanation, what was written about them, and what is still open (B1-B4). */

import type { LineFacts } from './facts.ts';
import { hoursOf, type HourRow } from './hours.ts';
import { targetsOf } from './product-target.ts';
import { plannedBetween, type Shift, type Span } from './shift.ts';
import { spansBetween, timelineFor, type StateName } from './stops.ts';
import { expectedAt, targetCurve } from './target.ts';

/** What somebody writes about an hour. */
export type HourEntry =
  | {
      readonly kind: 'reason';
      readonly reason: string;
      /** What is done about it; empty: nothing is needed. */
      readonly countermeasure: string;
      readonly countermeasureDone: boolean;
    }
  /** A leader has seen the hour and what is written about it. */
  | { readonly kind: 'signOff' };

/** An entry as it stands in the book, where nothing is ever taken out. */
export interface BookEntry {
  readonly id: number;
  /** When it was written, epoch ms. */
  readonly at: number;
  readonly who: string;
  readonly entry: HourEntry;
}

/** Told to screens when something was written. */
export interface BookNews {
  /** The line whose hour was written about; `null`: a handover. */
  readonly line: string | null;
}

interface Written {
  readonly who: string;
  readonly at: number;
}

export interface HourReason extends Written {
  readonly reason: string;
  readonly countermeasure: string;
  readonly countermeasureDone: boolean;
}

/** What holds of all that was written about one hour (B3). */
export interface WrittenHour {
  readonly reason: HourReason | null;
  readonly signOff: Written | null;
}

/** What is still missing of a short hour, in the order in which it is to be done (B4). */
export type OpenPart = 'reason' | 'countermeasure' | 'signOff';

export type HourLossKind = 'stopped' | 'changeover' | 'noData';

/** A stop, a changeover or a silence within an hour, and what it cost: a reason to choose (B2). */
export interface HourLoss extends Span {
  readonly kind: HourLossKind;
  readonly plannedMinutes: number;
  /** Good parts due in that time, at the rate in force. */
  readonly parts: number;
}

const KINDS: ReadonlySet<string> = new Set<HourLossKind>(['stopped', 'changeover', 'noData']);
/** Nobody was there to see what the line did. */
const UNSEEN: ReadonlySet<StateName> = new Set<StateName>(['noData', 'break', 'offShift']);
const MINUTE = 60_000;
/** Less what sums of fractions may lose. */
const ONE_PART = 1 - 1e-6;

/**
 * Whether an hour asks for a reason and a countermeasure, as known at an instant (B1): it is over, at
 * least one whole part short, beyond the line's behind threshold, and the line was heard from in it.
 */
export function isShort(facts: LineFacts, row: HourRow, at: number): boolean {
  const { plan, variance } = row;
  if (row.end > at || plan === null || variance === null || variance > -ONE_PART) return false;
  if (plan > 0 && (variance / plan) * 100 > -facts.rules.thresholds.behindPercent) return false;
  return wasHeard(facts, row, at) === true;
}

/** Whether a line was heard from in an hour so far; `null` before the hour begins, or without planned time in it. */
export function wasHeard(facts: LineFacts, hour: HourRow, at: number): boolean | null {
  if (hour.start >= at || hour.plannedMinutes === 0) return null;
  const until = Math.min(hour.end, at);
  return spansBetween(facts, hour.start, until).some(({ state }) => !UNSEEN.has(state));
}

/** The hours of a shift that ask for an explanation, as known at an instant (B1). */
export function shortHours(facts: LineFacts, shift: Shift, at: number): HourRow[] {
  return hoursOf(facts, shift, at).filter((row) => isShort(facts, row, at));
}

/**
 * Stops, changeovers and silences of an hour as known at an instant, the most planned time first;
 * minutes and parts within the hour (B2).
 */
export function reasonsToChoose(
  facts: LineFacts,
  shift: Shift,
  hour: Span,
  at: number,
): HourLoss[] {
  const curve = targetCurve(shift, targetsOf(facts));
  const due = (from: number, to: number): number =>
    curve ? expectedAt(curve, to) - expectedAt(curve, from) : 0;
  // What a line did late in an hour may be known only after it.
  return timelineFor(facts)
    .between(hour.start, Math.min(at, shift.end))
    .flatMap(({ activity, start, ...segment }): HourLoss[] => {
      const end = Math.min(segment.end, hour.end);
      const plannedMinutes = plannedBetween(shift, start, end) / MINUTE;
      if (!KINDS.has(activity) || plannedMinutes === 0) return [];
      const kind = activity as HourLossKind;
      return [{ kind, start, end, plannedMinutes, parts: due(start, end) }];
    })
    .sort((a, b) => b.plannedMinutes - a.plannedMinutes || a.start - b.start);
}

/**
 * What holds of an hour's entries: the last reason, and the last sign-off unless its reason or
 * countermeasure was put in other words afterwards (B3).
 *
 * @param entries oldest first
 */
export function writtenHour(entries: readonly BookEntry[]): WrittenHour {
  return entries.reduce<WrittenHour>(withEntry, { reason: null, signOff: null });
}

function withEntry({ reason, signOff }: WrittenHour, { who, at, entry }: BookEntry): WrittenHour {
  if (entry.kind === 'signOff') return { reason, signOff: { who, at } };
  const { reason: why, countermeasure, countermeasureDone } = entry;
  const isSame = reason?.reason === why && reason.countermeasure === countermeasure;
  // Whoever says that a countermeasure is done has not written the reason.
  if (isSame) return { reason: { ...reason, countermeasureDone }, signOff };
  return { reason: { reason: why, countermeasure, countermeasureDone, who, at }, signOff: null };
}

/** What a short hour still needs; nothing: it is closed (B4). */
export function openParts({ reason, signOff }: WrittenHour): OpenPart[] {
  const open: OpenPart[] = [];
  if (!reason) open.push('reason');
  else if (reason.countermeasure !== '' && !reason.countermeasureDone) open.push('countermeasure');
  if (!signOff) open.push('signOff');
  return open;
}
