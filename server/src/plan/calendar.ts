/** The shift calendar: local wall-clock rules to instants (T2). The only file that knows time zones. */

import type { Shift, Span } from '@lineside/domain/shift.ts';
import type { ExtraShift, ShiftPlan, ShiftRule, WallSpan } from '../config/plan.ts';
import { usualOn } from '../config/usual-shifts.ts';

const MINUTES_PER_DAY = 1440;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** No shift, however the clocks change, lasts longer or starts further from the midnight of its date. */
const REACH_MS = 52 * HOUR;
/** How far to look for a next or last shift: a usual day first, then a week, a summer, a year. */
const HORIZONS_MS = [2 * DAY, 9 * DAY, 60 * DAY, 400 * DAY];
const MOST_REMEMBERED_DATES = 1_000;

/** The shift rules of one stretch of time: of the shifts that start in it. */
export interface ShiftPlanInForce {
  /** Epoch ms; the first one holds for all the time before it, too. */
  readonly from: number;
  readonly plan: ShiftPlan;
}

/** A shift as its plan has it, before others cut it. */
interface Planned {
  readonly shift: Shift;
  /** Which of the plans has it. */
  readonly rank: number;
}

/**
 * Shifts over changing plans. Each has the window that the plan in force at its start gives it; a
 * plan that comes later leaves a running shift as it is, and its own shifts begin after that.
 */
export class Calendar {
  #stretches: readonly Stretch[] = [];

  /** @param plans in the order in which they come into force */
  constructor(plans: readonly ShiftPlanInForce[] = []) {
    this.use(plans);
  }

  /** Takes other plans in place of those it had. */
  use(plans: readonly ShiftPlanInForce[]): void {
    this.#stretches = plans.map(({ from, plan }, rank) => {
      const until = plans[rank + 1]?.from ?? Infinity;
      return new Stretch({ start: rank === 0 ? -Infinity : from, end: until }, plan, rank);
    });
  }

  /** Shifts that share time with `from <= t < to`, sorted. The same ones, whatever span is asked for. */
  between(from: number, to: number): Shift[] {
    // Far enough for what cuts a shift, and for another one of its date and name and what cuts that.
    const span = { start: from - 3 * REACH_MS, end: to + REACH_MS };
    const planned = this.#stretches
      .flatMap((stretch) => stretch.startingIn(span))
      .sort((a, b) => a.shift.start - b.shift.start || a.rank - b.rank);
    return apart(planned).filter(({ start, end }) => start < to && end > from);
  }

  /** The shift that contains an instant, or `null`. */
  at(at: number): Shift | null {
    return this.between(at, at + 1)[0] ?? null;
  }

  /** The first shift that starts after an instant, or `null` when there are none for a year. */
  after(at: number): Shift | null {
    return this.#search((reach) => this.between(at, at + reach).find(({ start }) => start > at));
  }

  /** The last shift that ended by an instant, or `null` when there were none for a year. */
  before(at: number): Shift | null {
    return this.#search((reach) => this.between(at - reach, at).findLast(({ end }) => end <= at));
  }

  #search(find: (reachMs: number) => Shift | undefined): Shift | null {
    if (this.#stretches.every((stretch) => stretch.isEmpty)) return null;
    for (const reach of HORIZONS_MS) {
      const found = find(reach);
      if (found) return found;
    }
    return null;
  }
}

/** The shifts of one plan while it is in force. */
class Stretch {
  readonly #span: Span;
  readonly #plan: ShiftPlan;
  readonly #rank: number;
  readonly #extras: ReadonlyMap<string, readonly ExtraShift[]>;
  readonly #holidays: ReadonlyMap<string, ShiftPlan['holidays'][number]>;
  /** Shifts by local date: clock changes are dear to compute and asked for again and again. */
  readonly #byDate = new Map<string, readonly Planned[]>();

  constructor(span: Span, plan: ShiftPlan, rank: number) {
    this.#span = span;
    this.#plan = plan;
    this.#rank = rank;
    this.#extras = Map.groupBy(plan.extraShifts, ({ date }) => date);
    this.#holidays = new Map(plan.holidays.map((holiday) => [holiday.date, holiday]));
  }

  get isEmpty(): boolean {
    return this.#plan.shifts.length === 0 && this.#plan.extraShifts.length === 0;
  }

  startingIn(span: Span): Planned[] {
    const from = Math.max(span.start, this.#span.start);
    const to = Math.min(span.end, this.#span.end);
    if (this.isEmpty || from >= to) return [];
    const last = this.#dateAt(to).add({ days: 1 });
    const planned: Planned[] = [];
    let date = this.#dateAt(from).subtract({ days: 1 });
    while (Temporal.PlainDate.compare(date, last) <= 0) {
      planned.push(...this.#startingOn(date));
      date = date.add({ days: 1 });
    }
    return planned;
  }

  #dateAt(at: number): Temporal.PlainDate {
    return Temporal.Instant.fromEpochMilliseconds(at)
      .toZonedDateTimeISO(this.#plan.timeZone)
      .toPlainDate();
  }

  #startingOn(date: Temporal.PlainDate): readonly Planned[] {
    const key = date.toString();
    const known = this.#byDate.get(key);
    if (known) return known;
    const rank = this.#rank;
    const planned = this.#rulesOn(date)
      .map((rule) => ({ shift: this.#resolve(rule, date), rank }))
      .filter(({ shift }) => shift.start < shift.end && contains(this.#span, shift.start));
    if (this.#byDate.size >= MOST_REMEMBERED_DATES) this.#byDate.clear();
    this.#byDate.set(key, planned);
    return planned;
  }

  /** What is worked on a date: extra shifts, and the usual ones that neither they nor a holiday take away. */
  #rulesOn(date: Temporal.PlainDate): readonly (ShiftRule | ExtraShift)[] {
    // Where the calendar skips a day, nothing starts on it.
    const zone = this.#plan.timeZone;
    if (!date.toZonedDateTime(zone).toPlainDate().equals(date)) return [];
    const extras = this.#extras.get(date.toString()) ?? [];
    const holiday = this.#holidays.get(date.toString());
    const usual = usualOn(date, this.#plan.shifts, holiday ? [holiday] : [], extras);
    return [...usual, ...extras];
  }

  #resolve(rule: ShiftRule | ExtraShift, date: Temporal.PlainDate): Shift {
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
      .toZonedDateTime(this.#plan.timeZone, { disambiguation: 'compatible' }).epochMilliseconds;
  }
}

const contains = ({ start, end }: Span, at: number): boolean => start <= at && at < end;

/**
 * Shifts that do not overlap. A clock change may push a shift's end past the start of the next one of
 * its plan: it ends there. A shift that a later plan starts while one of an earlier plan runs begins
 * when that is over.
 *
 * @param planned sorted by start
 */
function apart(planned: readonly Planned[]): Shift[] {
  const ends = endsWithinPlan(planned);
  const shifts: Shift[] = [];
  const ids = new Map<string, number>();
  let running = -Infinity;
  for (const [index, { shift }] of planned.entries()) {
    const span = { start: Math.max(shift.start, running), end: ends[index] ?? shift.end };
    if (span.start >= span.end) continue;
    running = span.end;
    const count = (ids.get(shift.id) ?? 0) + 1;
    ids.set(shift.id, count);
    // Of one date and name a changed plan may start another one: it is told apart by its number.
    const id = count === 1 ? shift.id : `${shift.id}/${count}`;
    shifts.push({ ...shift, ...span, id, breaks: inside(span, shift.breaks) });
  }
  return shifts;
}

/** When each shift ends as far as the others of its own plan have a say. */
function endsWithinPlan(planned: readonly Planned[]): number[] {
  const nextStart = new Map<number, number>();
  return planned
    .toReversed()
    .map(({ shift, rank }) => {
      const end = Math.min(shift.end, nextStart.get(rank) ?? Infinity);
      nextStart.set(rank, shift.start);
      return end;
    })
    .reverse();
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
