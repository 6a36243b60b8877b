/** Times of day as people type them, and how long what lies between them lasts. */

export const MINUTES_PER_DAY = 1440;

interface Span {
  readonly start: string;
  readonly end: string;
}

/** `HH:MM` of `6`, `600`, `6:00`, `06.00`; `null` for what is no time of day. */
export function timeFrom(text: string): string | null {
  const plain = text.trim();
  const [, hours, minutes = '00'] =
    /^(\d{1,2})(?:[:.h](\d{2}))?$/.exec(plain) ?? /^(\d{1,2})(\d{2})$/.exec(plain) ?? [];
  if (hours === undefined || Number(minutes) > 59) return null;
  const total = Number(hours) * 60 + Number(minutes);
  return total <= MINUTES_PER_DAY ? `${hours.padStart(2, '0')}:${minutes}` : null;
}

/** Minutes since midnight; `null` for what is no time of day. */
export function minuteOf(text: string): number | null {
  const [hours, minutes] = timeFrom(text)?.split(':').map(Number) ?? [];
  return hours === undefined || minutes === undefined ? null : hours * 60 + minutes;
}

/** `HH:MM`, of any minute before or after midnight. */
export function timeAt(minute: number): string {
  const inDay = ((minute % MINUTES_PER_DAY) + MINUTES_PER_DAY) % MINUTES_PER_DAY;
  const [hours, minutes] = [Math.floor(inDay / 60), inDay % 60];
  return `${String(hours).padStart(2, '0')}:${String(minutes).padStart(2, '0')}`;
}

/** Length in minutes; a span that ends where it starts is a whole day; `null` while a time is missing. */
export function minutesIn({ start, end }: Span): number | null {
  const [from, until] = [minuteOf(start), minuteOf(end)];
  if (from === null || until === null) return null;
  return (until - from + MINUTES_PER_DAY) % MINUTES_PER_DAY || MINUTES_PER_DAY;
}

/** A shift's minutes less its breaks (T3), by the clock on the wall; `null` while a time is missing. */
export function plannedMinutes(shift: Span & { readonly breaks: readonly Span[] }): number | null {
  const length = minutesIn(shift);
  if (length === null) return null;
  const breaks = shift.breaks.map((pause) => (isEmpty(pause) ? 0 : (minutesIn(pause) ?? 0)));
  return Math.max(0, length - breaks.reduce((sum, minutes) => sum + minutes, 0));
}

/** A break that ends when it starts is none. */
export function isEmpty({ start, end }: Span): boolean {
  return minuteOf(start) !== null && minuteOf(start) === minuteOf(end);
}
