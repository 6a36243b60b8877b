import { describe, expect, test } from 'vitest';
import {
  isShort,
  reasonsToChoose,
  openParts,
  shortHours,
  writtenHour,
  type BookEntry,
  type HourEntry,
} from '@lineside/domain/book.ts';
import { hoursOf } from '@lineside/domain/hours.ts';
import type { Reading } from '@lineside/domain/reading.ts';
import { aReading, aShift, factsWith, HOUR, MINUTE, MORNING } from '../support/builders.ts';

/** A reading every minute, with the good parts of each hour spread over it. */
function hourly(made: readonly number[]): Reading[] {
  let good = 0;
  return made.flatMap((parts, hour) => {
    const before = good;
    good += parts;
    return Array.from({ length: 60 }, (_, minute) => {
      const sofar = before + Math.round((parts * (minute + 1)) / 60);
      return aReading({ at: MORNING + hour * HOUR + (minute + 1) * MINUTE - 1, good: sofar });
    });
  });
}
const since = (readings: Reading[]): Reading[] => [aReading({ at: MORNING, good: 0 }), ...readings];
const shortStarts = (made: readonly number[], at: number): number[] =>
  shortHours(factsWith(since(hourly(made))), aShift(), at).map(
    ({ start }) => (start - MORNING) / HOUR,
  );

describe('B1: which hours ask for an explanation', () => {
  test('those that are over and short beyond the behind threshold', () => {
    expect(shortStarts([100, 96, 95, 94, 110], MORNING + 5 * HOUR)).toEqual([2, 3]);
  });

  test('none before it is over', () => {
    expect(shortStarts([100, 50], MORNING + 2 * HOUR - 1)).toEqual([]);
    expect(shortStarts([100, 50], MORNING + 2 * HOUR)).toEqual([1]);
  });

  test('none for less than one whole part', () => {
    const targets = [{ at: 0, target: { perHour: 4 } }];
    const facts = factsWith(since(hourly([3])), { targets });
    expect(shortHours(facts, aShift(), MORNING + HOUR)).toHaveLength(1);
    const slow = factsWith(since(hourly([3])), { targets: [{ at: 0, target: { perHour: 3.9 } }] });
    expect(shortHours(slow, aShift(), MORNING + HOUR)).toEqual([]);
  });

  test("the line's own threshold holds", () => {
    const rules = { stopAfterSeconds: 300, staleAfterSeconds: null };
    const thresholds = { behindPercent: 10, criticalPercent: 20, aheadPercent: 5 };
    const facts = factsWith(since(hourly([92, 90])), { rules: { ...rules, thresholds } });
    const short = shortHours(facts, aShift(), MORNING + 2 * HOUR);
    expect(short.map(({ start }) => start)).toEqual([MORNING + HOUR]);
  });

  test('none while nobody heard the line, none without a target, none in a break', () => {
    const heard = since(hourly([100]));
    const again = Array.from({ length: 10 }, (_, minute) =>
      aReading({ at: MORNING + 3.5 * HOUR + minute * MINUTE, good: 101 + minute }),
    );
    const silent = factsWith([...heard, ...again]);
    const short = shortHours(silent, aShift(), MORNING + 5 * HOUR);
    expect(short.map(({ start }) => (start - MORNING) / HOUR)).toEqual([3]);
    const untold = factsWith(since(hourly([50])), { targets: [] });
    expect(shortHours(untold, aShift(), MORNING + HOUR)).toEqual([]);
    const shift = aShift({ breaks: [{ start: MORNING, end: MORNING + HOUR }] });
    const paused = factsWith(since(hourly([0])), { shifts: [shift] });
    expect(shortHours(paused, shift, MORNING + HOUR)).toEqual([]);
  });

  test('a row of another instant is judged by that instant', () => {
    const facts = factsWith(since(hourly([50])));
    const [row] = hoursOf(facts, aShift(), MORNING + HOUR);
    if (!row) throw new Error('no row');
    expect(isShort(facts, row, MORNING + HOUR)).toBe(true);
    expect(isShort(facts, row, MORNING + HOUR - 1)).toBe(false);
  });
});

describe('B2: reasons to choose from', () => {
  test('R1 R2: stops, changeovers and silences within the hour, longest first, with parts at the rate', () => {
    const readings: Reading[] = [];
    let good = 0;
    for (let minute = 0; minute <= 120; minute++) {
      if (minute > 50 && minute < 70) continue;
      const stands = minute > 10 && minute <= 35;
      if (!stands) good += 1;
      const state = minute === 40 ? 'changeover' : minute === 46 ? 'running' : null;
      readings.push(aReading({ at: MORNING + minute * MINUTE, good, state }));
    }
    const facts = factsWith(readings);
    const hour = { start: MORNING, end: MORNING + HOUR };
    const losses = reasonsToChoose(facts, aShift(), hour, MORNING + 2 * HOUR);
    expect(
      losses.map(({ kind, plannedMinutes, parts }) => [kind, plannedMinutes, Math.round(parts)]),
    ).toEqual([
      ['stopped', 26, 43],
      ['noData', 10, 17],
      ['changeover', 6, 10],
    ]);
  });

  test('R1: a stop that was known as one only after the hour counts from its begin', () => {
    const readings = Array.from({ length: 121 }, (_, minute) => {
      const made = Math.min(minute, 57) + Math.max(0, minute - 75);
      return aReading({ at: MORNING + minute * MINUTE, good: made });
    });
    const first = { start: MORNING, end: MORNING + HOUR };
    const losses = reasonsToChoose(factsWith(readings), aShift(), first, MORNING + 2 * HOUR);
    expect(losses).toMatchObject([
      { kind: 'stopped', start: MORNING + 57 * MINUTE, end: MORNING + HOUR, plannedMinutes: 3 },
    ]);
    expect(losses[0]?.parts).toBeCloseTo(5, 9);
  });

  test('T3: what lies in a break costs nothing', () => {
    const shift = aShift({
      breaks: [{ start: MORNING + 10 * MINUTE, end: MORNING + 30 * MINUTE }],
    });
    const readings = Array.from({ length: 61 }, (_, minute) =>
      aReading({ at: MORNING + minute * MINUTE, good: Math.min(minute, 5) }),
    );
    const facts = factsWith(readings, { shifts: [shift] });
    const [stop] = reasonsToChoose(
      facts,
      shift,
      { start: MORNING, end: MORNING + HOUR },
      MORNING + HOUR,
    );
    expect(stop).toMatchObject({ kind: 'stopped', plannedMinutes: 35 });
    expect(stop?.parts).toBeCloseTo((35 / 60) * 100, 9);
  });
});

describe('B3 B4: what is written and what is open', () => {
  let id = 0;
  const wrote = (who: string, entry: HourEntry): BookEntry => {
    id += 1;
    return { id, at: MORNING + id * MINUTE, who, entry };
  };
  const reason = (text: string, countermeasure = '', countermeasureDone = false): HourEntry => {
    return { kind: 'reason', reason: text, countermeasure, countermeasureDone };
  };
  const openAfter = (...entries: readonly BookEntry[]) => openParts(writtenHour(entries));

  test('nothing written: reason and sign-off are missing', () => {
    expect(openAfter()).toEqual(['reason', 'signOff']);
  });

  test('the last reason holds', () => {
    const written = writtenHour([wrote('Ada', reason('jam')), wrote('Bo', reason('tool broke'))]);
    expect(written.reason).toMatchObject({ reason: 'tool broke', who: 'Bo' });
  });

  test('whoever says that a countermeasure is done has not written the reason', () => {
    const jam = wrote('Ada', reason('jam', 'new guide rail'));
    const { reason: holds } = writtenHour([
      jam,
      wrote('Cy', reason('jam', 'new guide rail', true)),
    ]);
    expect(holds).toMatchObject({ who: 'Ada', at: jam.at, countermeasureDone: true });
  });

  test('a countermeasure is open until it is done; where none is needed, none is missing', () => {
    const jam = wrote('Ada', reason('jam', 'new guide rail'));
    expect(openAfter(jam)).toEqual(['countermeasure', 'signOff']);
    expect(openAfter(jam, wrote('Bo', { kind: 'signOff' }))).toEqual(['countermeasure']);
    expect(openAfter(wrote('Ada', reason('fire drill')), wrote('Bo', { kind: 'signOff' }))).toEqual(
      [],
    );
  });

  test('a sign-off outlives the countermeasure being done, but not another reason', () => {
    const jam = wrote('Ada', reason('jam', 'new guide rail'));
    const signed = wrote('Bo', { kind: 'signOff' });
    const done = wrote('Ada', reason('jam', 'new guide rail', true));
    expect(openAfter(jam, signed, done)).toEqual([]);
    expect(openAfter(jam, signed, done, wrote('Cy', reason('no, the sensor', '')))).toEqual([
      'signOff',
    ]);
  });
});
