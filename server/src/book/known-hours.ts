/** What lines made in the hours of a shift; of shifts that are over it is kept, as it is asked for again and again. */

import { isShort, reasonsToChoose, wasHeard, type HourLoss } from '@lineside/domain/book.ts';
import type { LineFacts, LineInfo } from '@lineside/domain/facts.ts';
import { hoursOf, type HourRow } from '@lineside/domain/hours.ts';
import type { Reading } from '@lineside/domain/reading.ts';
import type { Shift } from '@lineside/domain/shift.ts';
import type { Clock } from '../ports.ts';

export interface KnownHour {
  readonly row: HourRow;
  /** B1 */
  readonly short: boolean;
  /** `null` before the hour begins, or without planned time in it. */
  readonly heard: boolean | null;
  /** B2 */
  readonly losses: readonly HourLoss[];
}

export interface KnownShift {
  readonly line: LineInfo;
  readonly shift: Shift;
  readonly hours: readonly KnownHour[];
}

/** Shifts kept of a line at most: a month of three a day. */
const MOST_KEPT = 100;

interface Kept {
  readonly end: number;
  readonly known: Promise<KnownShift>;
}

interface KeptOfLine {
  /** No shift that is kept ends later. */
  until: number;
  /** By their start. */
  readonly shifts: Map<number, Kept>;
}

export class KnownHours {
  readonly #factsAt: (line: string, at: number) => Promise<LineFacts>;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #kept = new Map<string, KeptOfLine>();

  /** @param factsAt the facts of a line's shift around an instant */
  constructor(
    factsAt: (line: string, at: number) => Promise<LineFacts>,
    clock: Pick<Clock, 'now'>,
  ) {
    this.#factsAt = factsAt;
    this.#clock = clock;
  }

  /** A line's hours of a shift, as known by now. */
  of(line: string, shift: Shift): Promise<KnownShift> {
    if (shift.end > this.#clock.now()) return this.#load(line, shift);
    const ofLine = this.#kept.get(line) ?? { until: -Infinity, shifts: new Map<number, Kept>() };
    this.#kept.set(line, ofLine);
    const { shifts } = ofLine;
    const kept = shifts.get(shift.start);
    if (kept?.end === shift.end) return kept.known;
    const known = this.#load(line, shift);
    if (shifts.size >= MOST_KEPT) shifts.clear();
    shifts.set(shift.start, { end: shift.end, known });
    ofLine.until = Math.max(ofLine.until, shift.end);
    // Whoever asked is told; the next one who asks tries again.
    known.catch(() => shifts.delete(shift.start));
    return known;
  }

  /** Forgets, even while they are being loaded, the shifts that a reading bears on. */
  add({ line, at }: Pick<Reading, 'line' | 'at'>): void {
    const ofLine = this.#kept.get(line);
    if (!ofLine || at > ofLine.until) return;
    for (const [start, { end }] of ofLine.shifts) if (at <= end) ofLine.shifts.delete(start);
  }

  /** Forgets everything: a first plan holds for what is over, too. */
  clear(): void {
    this.#kept.clear();
  }

  async #load(line: string, shift: Shift): Promise<KnownShift> {
    const facts = await this.#factsAt(line, shift.start);
    const now = this.#clock.now();
    const hours = hoursOf(facts, shift, now).map((row): KnownHour => {
      const losses = row.start > now ? [] : reasonsToChoose(facts, shift, row, now);
      const heard = wasHeard(facts, row, now);
      return { row, short: isShort(facts, row, now), heard, losses };
    });
    return { line: facts.line, shift, hours };
  }
}
