/** Numbers, times and spans as a person at the plant reads them: the browser's language, the plant's zone. */

const MINUS = '\u2212';

export interface Formats {
  /** The zone all times are in, to be named once on a screen. */
  readonly zone: string;
  /** Whole parts. */
  readonly number: (value: number) => string;
  /** Whole parts with their sign: `+6`, `−35`, `0`. */
  readonly signed: (value: number) => string;
  /** `94.2 %` of a share given in percent. */
  readonly percent: (value: number) => string;
  /** `09:46` */
  readonly time: (at: number) => string;
  /** `09:46:12` */
  readonly timeToSecond: (at: number) => string;
  /** `Mon 23 Nov` */
  readonly day: (at: number) => string;
  /** `06:00–14:00` */
  readonly span: (start: number, end: number) => string;
}

export function formatsFor(timeZone: string, locale?: string): Formats {
  const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
  const tenths = new Intl.NumberFormat(locale, {
    minimumFractionDigits: 1,
    maximumFractionDigits: 1,
  });
  const clock = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone } as const;
  const minute = new Intl.DateTimeFormat(locale, clock);
  const second = new Intl.DateTimeFormat(locale, { ...clock, second: '2-digit' });
  const date = { weekday: 'short', day: 'numeric', month: 'short', timeZone } as const;
  const day = new Intl.DateTimeFormat(locale, date);
  const number = (value: number): string => whole.format(rounded(value)).replace('-', MINUS);
  return {
    zone: timeZone,
    number,
    signed(value) {
      const near = rounded(value);
      return near > 0 ? `+${number(near)}` : number(near);
    },
    percent: (value) => `${tenths.format(value).replace('-', MINUS)}\u00a0%`,
    time: (at) => minute.format(at),
    timeToSecond: (at) => second.format(at),
    day: (at) => day.format(at).replaceAll(',', ''),
    span: (start, end) => `${minute.format(start)}–${minute.format(end)}`,
  };
}

/** Halves go away from zero, so that a gap of −34.5 reads as the 35 parts that are missing. */
export function rounded(value: number): number {
  return value < 0 ? 0 - Math.round(-value) : Math.round(value);
}

/** How long something lasted, so that nobody takes it for a time of day: `40 s`, `12 min 40 s`, `2 h 05 min`. */
export function duration(ms: number): string {
  const { hours, minutes, seconds } = partsOf(ms);
  if (hours > 0) return `${hours} h ${twoDigits(minutes)} min`;
  return minutes > 0 ? `${minutes} min ${twoDigits(seconds)} s` : `${seconds} s`;
}

/** The same where room is scarce: `40 s`, `12 min`, `2 h 05`. */
export function briefDuration(ms: number): string {
  const { hours, minutes, seconds } = partsOf(ms);
  if (hours > 0) return `${hours} h ${twoDigits(minutes)}`;
  return minutes > 0 ? `${minutes} min` : `${seconds} s`;
}

function partsOf(ms: number): { hours: number; minutes: number; seconds: number } {
  const total = Math.max(0, Math.floor(ms / 1000));
  const minutes = Math.floor(total / 60);
  return { hours: Math.floor(minutes / 60), minutes: minutes % 60, seconds: total % 60 };
}

/** `46 min` below an hour, `3 h 01` from there on; minutes are rounded. */
export function minutesLong(minutes: number): string {
  const whole = Math.round(minutes);
  if (whole < 60) return `${whole} min`;
  return `${Math.floor(whole / 60)} h ${twoDigits(whole % 60)}`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
