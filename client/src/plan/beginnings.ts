/** What a new entry begins with, so that most of it need not be typed. */

import type {
  DemandDraft,
  Draft,
  ExtraShiftDraft,
  HolidayDraft,
  LineDraft,
  Per,
  ProductDraft,
  ShiftDraft,
  SpanDraft,
} from './draft.ts';
import { newUid, WORKDAYS } from './draft.ts';
import { MINUTES_PER_DAY, minuteOf, minutesIn, timeAt } from './times.ts';

const USUAL_NAMES = ['Early', 'Late', 'Night'];
const USUAL_START = 6 * 60;
const USUAL_LENGTH = 8 * 60;
const USUAL_BREAK = 30;

/** A further shift: from where the last one ends, as long as it. */
export function nextShift({ shifts }: Draft): ShiftDraft {
  const last = shifts.at(-1);
  const length = last ? (minutesIn(last) ?? USUAL_LENGTH) : USUAL_LENGTH;
  const start = (last && minuteOf(last.end)) ?? USUAL_START;
  const taken = new Set(shifts.map(({ name }) => name.trim()));
  return {
    uid: newUid(),
    name: USUAL_NAMES.find((name) => !taken.has(name)) ?? `Shift ${shifts.length + 1}`,
    start: timeAt(start),
    end: timeAt(start + length),
    days: [...(last?.days ?? WORKDAYS)],
    breaks: [],
  };
}

/** Early, Late and Night around the clock on workdays, each with a break of half an hour in its middle. */
export function threeShifts(): ShiftDraft[] {
  return USUAL_NAMES.map((name, index) => {
    const start = USUAL_START + index * USUAL_LENGTH;
    const span = { uid: newUid(), start: timeAt(start), end: timeAt(start + USUAL_LENGTH) };
    return { ...span, name, days: [...WORKDAYS], breaks: [nextBreak({ ...span, breaks: [] })] };
  });
}

/** Half an hour in the middle of the shift, or of what is left of it after its last break. */
export function nextBreak(
  shift: Omit<SpanDraft, 'uid'> & { breaks: readonly SpanDraft[] },
): SpanDraft {
  const end = minuteOf(shift.end);
  const from = minuteOf(shift.breaks.at(-1)?.end ?? shift.start);
  if (from === null || end === null) return { uid: newUid(), start: '', end: '' };
  const left = (end - from + MINUTES_PER_DAY) % MINUTES_PER_DAY || MINUTES_PER_DAY;
  const start = from + Math.floor(left / 2 / 15) * 15;
  return {
    uid: newUid(),
    start: timeAt(start),
    end: timeAt(start + Math.min(USUAL_BREAK, left / 2)),
  };
}

/** A line like the last one: same area, product and, if it is counted as most are, target. */
export function nextLine({ lines, products }: Draft): LineDraft {
  const last = lines.at(-1);
  const per = usualPer(lines);
  return {
    ...{ uid: newUid(), id: '', name: '', isIdOwn: false, isSaved: false },
    area: last?.area ?? '',
    product: last?.product ?? products[0]?.id ?? '',
    amount: last?.per === per ? last.amount : '',
    per,
    ...{ rollover: '', correction: '', stopAfterSeconds: '', staleAfterSeconds: '' },
    ...{ behindPercent: '', criticalPercent: '', aheadPercent: '' },
  };
}

/** What most targets are counted in, so that one line's own way does not catch on unnoticed. */
function usualPer(lines: readonly LineDraft[]): Per {
  const targets = lines.filter(({ amount }) => amount.trim() !== '');
  const perShift = targets.filter(({ per }) => per === 'shift').length;
  return perShift > targets.length / 2 ? 'shift' : 'hour';
}

/** A line that sends readings already keeps the id it sends by. */
export function adoptedLine(draft: Draft, id: string): LineDraft {
  const words = id.split(/[-_]+/).filter(Boolean);
  const name = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join(' ');
  return { ...nextLine(draft), id, name: name || id, isIdOwn: true };
}

export function nextProduct(): ProductDraft {
  const named = { id: '', name: '', isIdOwn: false, isSaved: false };
  return { uid: newUid(), ...named, idealCycleSeconds: '', targetPerHour: '' };
}

/** @param today local date, `YYYY-MM-DD` */
export function nextHoliday(today: string): HolidayDraft {
  return { uid: newUid(), date: today, name: '', shifts: [] };
}

/** @param today local date, `YYYY-MM-DD` */
export function nextExtraShift({ shifts }: Draft, today: string): ExtraShiftDraft {
  const like = shifts[0];
  const [start, end] = [like?.start ?? '06:00', like?.end ?? '14:00'];
  return { uid: newUid(), date: today, name: 'Extra', start, end, breaks: [] };
}

/** @param today local date, `YYYY-MM-DD` */
export function nextDemand({ demand, lines, shifts }: Draft, today: string): DemandDraft {
  const last = demand.at(-1);
  return {
    uid: newUid(),
    date: last?.date ?? today,
    shift: last?.shift ?? shifts[0]?.name ?? '',
    line: last?.line ?? lines[0]?.id ?? '',
    ...{ product: '', amount: '', per: last?.per ?? 'shift', crew: last?.crew ?? '' },
  };
}
