/** The shift calendar: local wall-clock rules to instants (T2). The only file that knows time zones. */

import type { Shift, Span } from '@lineside/domain/shift.ts';
import type { ShiftRule, WallSpan } from '../config/plan.ts';

const MINUTES_PER_DAY = 1440;
const HOUR = 3_600_000;
/** No shift, however the clocks change, reaches further than this from the midnight of its date. */
const REACH_MS = 52 * HOUR;
/** How far to look for a next or last shift: beyond a week every rule has had its turn. */
const HORIZON_MS = 9 * 24 * HOUR;

export class Calendar {
  readonly #timeZone: string;
  readonly #rules: readonly ShiftRule[];
  /** Shifts by local date: clock changes are dear to compute and asked for again and again. */
  readonly #byDate = new Map<string, readonly Shift[]>();

  constructor(timeZone: string, rules: readonly ShiftRule[]) {
    this.#timeZone = timeZone;
    this.#rules = rules;
  }

  /** Shifts that share time with `from <= t < to`, sorted. */
  between(from: number, to: number): Shift[] {
    if (this.#rules.length === 0) return [];
    const last = this.#dateAt(to).add({ days: 1 });
    const shifts: Shift[] = [];
    let date = this.#dateAt(from - REACH_MS);
    while (Temporal.PlainDate.compare(date, last) <= 0) {
      shifts.push(...this.#shiftsOn(date));
      date = date.add({ days: 1 });
    }
    const sorted = shifts.sort((a, b) => a.start - b.start);
    return sorted
      .map((shift, index) => endingBy(shift, sorted[index + 1]?.start ?? Infinity))
      .filter((shift) => shift.start < to && shift.end > from);
  }

  /** The shift that contains an instant, or `null`. */
  at(at: number): Shift | null {
    return this.between(at, at + 1)[0] ?? null;
  }

  /** The first shift that starts after an instant, or `null` when there are none. */
  after(at: number): Shift | null {
    return this.between(at, at + HORIZON_MS).find(({ start }) => start > at) ?? null;
  }

  /** The last shift that ended by an instant, or `null` when there are none. */
  before(at: number): Shift | null {
    return this.between(at - HORIZON_MS, at).findLast(({ end }) => end <= at) ?? null;
  }

  #dateAt(at: number): Temporal.PlainDate {
    return Temporal.Instant.fromEpochMilliseconds(at)
      .toZonedDateTimeISO(this.#timeZone)
      .toPlainDate();
  }

  #shiftsOn(date: Temporal.PlainDate): readonly Shift[] {
    const key = date.toString();
    const known = this.#byDate.get(key);
    if (known) return known;
    const shifts = this.#rules
      .filter(({ days }) => days.some((day) => day === date.dayOfWeek))
      .map((rule) => this.#resolve(rule, date))
      .filter(({ start, end }) => start < end);
    if (this.#byDate.size > 1_000) this.#byDate.clear();
    this.#byDate.set(key, shifts);
    return shifts;
  }

  #resolve(rule: ShiftRule, date: Temporal.PlainDate): Shift {
    const id = `${date.toString()}/${rule.name}`;
    const span = this.#spanOn(date, rule, rule.startMinute);
    const breaks = rule.breaks
      .map((pause) => this.#spanOn(date, pause, rule.startMinute))
      .sort((a, b) => a.start - b.start);
    return { id, name: rule.name, date: date.toString(), ...span, breaks: inside(span, breaks) };
  }

  /** A stretch of wall-clock time that starts at or after `dayStart`, by the clock, on a date. */
  #spanOn(date: Temporal.PlainDate, wall: WallSpan, dayStart: number): Span {
    const startDay = wall.startMinute < dayStart ? 1 : 0;
    const endDay = startDay + (wall.endMinute <= wall.startMinute ? 1 : 0);
    return {
      start: this.#instant(date, startDay, wall.startMinute),
      end: this.#instant(date, endDay, wall.endMinute),
    };
  }

  /** Times that a clock change skips move on by the gap; times that come twice are the first. */
  #instant(date: Temporal.PlainDate, days: number, minute: number): number {
    const time = new Temporal.PlainTime(Math.floor((minute % MINUTES_PER_DAY) / 60), minute % 60);
    return date
      .add({ days })
      .toPlainDateTime(time)
      .toZonedDateTime(this.#timeZone, { disambiguation: 'compatible' }).epochMilliseconds;
  }
}

/** A clock change may push a shift's end past the start of the next one. */
function endingBy(shift: Shift, next: number): Shift {
  if (shift.end <= next) return shift;
  const span = { start: shift.start, end: next };
  return { ...shift, ...span, breaks: inside(span, shift.breaks) };
}

/** A clock change may swallow a break, push it into the next one or over the shift's end. */
function inside(shift: Span, breaks: readonly Span[]): Span[] {
  let free = shift.start;
  return breaks.flatMap((pause) => {
    const start = Math.max(pause.start, free);
    const end = Math.min(pause.end, shift.end);
    if (start >= end) return [];
    free = end;
    return [{ start, end }];
  });
}
