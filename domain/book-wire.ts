/** The shift book over HTTP: what is asked, what is answered, typed once for both sides. Times are ISO 8601 UTC. */

import type { HourEntry, HourReason, HourLossKind, OpenPart } from './book.ts';
import type { LineInfo } from './facts.ts';
import type { ShiftEntry } from './wire.ts';

/** Longest texts that the book takes, characters. */
export const MOST_WHO = 80;
export const MOST_TEXT = 500;
export const MOST_NOTE = 4_000;

interface Written {
  readonly who: string;
  readonly at: string;
}

/** One thing that was written about an hour. */
export type EntryTold = Written & HourEntry & { readonly id: number };

export interface LossTold {
  readonly kind: HourLossKind;
  readonly start: string;
  readonly end: string;
  readonly plannedMinutes: number;
  readonly parts: number;
}

/** An hour of a shift with what is written about it. */
export interface BookHour {
  readonly start: string;
  readonly end: string;
  readonly plan: number | null;
  readonly good: number;
  readonly variance: number | null;
  /** It asks for a reason and a countermeasure (B1). */
  readonly short: boolean;
  /** Reasons to choose from (B2). */
  readonly losses: readonly LossTold[];
  /** What holds (B3). */
  readonly reason: (Omit<HourReason, 'at'> & Written) | null;
  readonly signOff: Written | null;
  /** What is still missing (B4); nothing for an hour that is not short. */
  readonly open: readonly OpenPart[];
  /** All that was ever written, oldest first. */
  readonly history: readonly EntryTold[];
}

/** Answer of `GET /api/lines/:id/book?at=`. */
export interface BookAnswer {
  readonly shift: ShiftEntry | null;
  readonly hours: readonly BookHour[];
}

/** Body of `POST /api/lines/:id/book`; the answer is the BookHour as it stands then. */
export interface BookWrite {
  /** The hour's first instant. */
  readonly hour: string;
  readonly who: string;
  readonly entry: HourEntry;
  /** Id of the last entry of this hour that was seen, `null` for none; with it, nothing is written over later ones. */
  readonly lastSeen?: number | null | undefined;
}

/** A short hour that is not closed (B4). */
export interface OpenGap {
  readonly line: LineInfo;
  readonly shift: ShiftEntry;
  readonly hour: BookHour;
}

/** Answer of `GET /api/book/open?from=`. */
export interface OpenAnswer {
  /** Hours before this instant are listed only once somebody wrote about them (B5). */
  readonly from: string;
  /** Oldest first. */
  readonly gaps: readonly OpenGap[];
}

export interface NoteTold extends Written {
  readonly id: number;
  readonly note: string;
}

/** One line's part of a handover. */
export interface HandoverLine {
  readonly line: LineInfo;
  readonly good: number;
  /** Due by the shift's end, or by now while it runs; `null` without a target. */
  readonly target: number | null;
  readonly variance: number | null;
  /** Whether nobody heard from it in all the shift so far, or in single hours of it; `null`: in none. */
  readonly unheard: 'throughout' | 'hours' | null;
  /** Hours that are short, or that somebody wrote about. */
  readonly hours: readonly BookHour[];
}

/** Answer of `GET /api/handover?shift=`. */
export interface HandoverAnswer {
  /** `null`: no shift has ended yet. */
  readonly shift: ShiftEntry | null;
  readonly isRunning: boolean;
  /** The shift that runs now. */
  readonly running: ShiftEntry | null;
  readonly previous: ShiftEntry | null;
  readonly next: ShiftEntry | null;
  readonly lines: readonly HandoverLine[];
  /** Gaps of earlier shifts that are open now (B5). */
  readonly carried: readonly OpenGap[];
  readonly notes: readonly NoteTold[];
}

/** Body of `POST /api/handover`. */
export type HandoverWrite =
  | {
      readonly kind: 'note';
      readonly shift: string;
      readonly who: string;
      readonly note: string;
    }
  | {
      readonly kind: 'countermeasure';
      readonly line: string;
      /** The hour's first instant. */
      readonly hour: string;
      readonly who: string;
      readonly done: boolean;
    };
