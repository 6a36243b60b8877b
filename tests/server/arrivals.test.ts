import { describe, expect, test } from 'vitest';
import { Arrivals, REMEMBERED_MS } from '../../server/src/intake/arrivals.ts';
import { aReading, MORNING } from '../support/builders.ts';

describe('T1 readings without a time of their own', () => {
  test('two parts in one millisecond get two instants', () => {
    const arrivals = new Arrivals();
    const place = () => arrivals.place(aReading({ good: 1, kind: 'increment' })).at;
    expect([place(), place(), place()]).toEqual([MORNING, MORNING + 1, MORNING + 2]);
  });

  test('a queue flushed at once keeps every part, in order', () => {
    const arrivals = new Arrivals();
    const at = Array.from({ length: 6_000 }, (_, n) => {
      const receivedAt = MORNING + Math.floor(n / 20);
      return arrivals.place(aReading({ at: receivedAt, good: n })).at;
    });
    expect(new Set(at).size).toBe(6_000);
    expect(at).toEqual(at.toSorted((a, b) => a - b));
  });

  test('a restart in the middle of a burst does not step back', () => {
    const arrivals = new Arrivals();
    arrivals.recall([aReading({ at: MORNING + 400, receivedAt: MORNING, good: 1 })]);
    expect(arrivals.place(aReading({ at: MORNING + 100, good: 2 })).at).toBe(MORNING + 401);
  });

  test('lines do not push each other', () => {
    const arrivals = new Arrivals();
    arrivals.place(aReading({ line: 'a', good: 1 }));
    expect(arrivals.place(aReading({ line: 'b', good: 1 })).at).toBe(MORNING);
  });

  test('a clock that was set back is followed', () => {
    const arrivals = new Arrivals();
    arrivals.place(aReading({ good: 1 }));
    expect(arrivals.place(aReading({ at: MORNING - 60_000, good: 2 })).at).toBe(MORNING - 60_000);
  });

  test('a repeated sequence number with the same content gets the time of the first', () => {
    const arrivals = new Arrivals();
    const part = { good: 1, seq: 7, kind: 'increment' } as const;
    arrivals.place(aReading(part));
    const again = arrivals.place(aReading({ ...part, at: MORNING + 5_000 }));
    expect(again).toMatchObject({ at: MORNING, receivedAt: MORNING + 5_000 });
  });

  test.each([
    ['another content', { good: 2, seq: 7 }],
    ['another number', { good: 1, seq: 8 }],
    ['no number', { good: 1 }],
    ['another line', { good: 1, seq: 7, line: 'press-2' }],
  ])('%s is another reading', (_what, fields) => {
    const arrivals = new Arrivals();
    arrivals.place(aReading({ good: 1, seq: 7 }));
    expect(arrivals.place(aReading({ ...fields, at: MORNING + 5_000 })).at).toBe(MORNING + 5_000);
  });

  test('a sequence that starts again later is not taken for a repetition', () => {
    const arrivals = new Arrivals();
    arrivals.place(aReading({ good: 1, seq: 7 }));
    const later = MORNING + REMEMBERED_MS + 1;
    expect(arrivals.place(aReading({ at: later, good: 1, seq: 7 })).at).toBe(later);
  });

  test('numbers are forgotten once they are too old to tell a redelivery', () => {
    const arrivals = new Arrivals();
    const minutes = (n: number): number => MORNING + n * 60_000;
    const remembered = Array.from({ length: 60 }, (_, n) => {
      arrivals.place(aReading({ at: minutes(n), good: n, seq: n }));
      return arrivals.remembered;
    });
    const most = REMEMBERED_MS / 60_000 + 1;
    expect(remembered.slice(most)).toEqual(Array.from({ length: 60 - most }, () => most));
    expect(arrivals.place(aReading({ at: minutes(60), good: 50, seq: 50 })).at).toBe(minutes(50));
  });

  test('what was stored before a restart is recalled', () => {
    const arrivals = new Arrivals();
    arrivals.recall([aReading({ good: 1, seq: 7 })]);
    expect(arrivals.place(aReading({ at: MORNING + 900, good: 1, seq: 7 })).at).toBe(MORNING);
  });
});
