import { describe, expect, test } from 'vitest';
import { boardAt, type Board } from '@lineside/domain/board.ts';
import { isUnjudged, needsDecision, sumOf, unheard, worstFirst } from '../../client/src/boards.ts';
import {
  briefDuration,
  duration,
  formatsFor,
  minutesLong,
  rounded,
} from '../../client/src/formats.ts';
import {
  byMinuteWords,
  countRemarks,
  dataAge,
  lostWords,
  minutesWords,
  statusWords,
} from '../../client/src/words.ts';
import { hasRange, outlookWords, verdictOf } from '../../client/src/verdict.ts';
import { verdictLines } from '../../client/src/wall/headline.ts';
import { HOUR, MINUTE, MORNING } from '../support/builders.ts';
import { someFacts } from './hands.ts';

const formats = formatsFor('Europe/Berlin', 'en-GB');
const at = MORNING + HOUR;

function aBoard(fields: Partial<Board> = {}): Board {
  return { ...boardAt(someFacts(60), at), ...fields };
}

function said(board: Board, now = board.at): string {
  const { word, value } = statusWords(board, formats, now);
  return [word, value].filter(Boolean).join(' ');
}

describe('status', () => {
  const variance = { units: -34.5, minutes: -21, percent: -9.2 };
  const running = { name: 'running', since: MORNING } as const;

  test('behind and ahead say by how many whole parts', () => {
    expect(said(aBoard({ status: 'behind', variance }))).toBe('BEHIND 35');
    expect(said(aBoard({ status: 'critical', variance }))).toBe('BEHIND 35');
    const ahead = { ...variance, units: 6.2 };
    expect(said(aBoard({ status: 'ahead', variance: ahead }))).toBe('AHEAD 6');
    expect(said(aBoard({ status: 'onTarget', state: running }))).toBe('ON TARGET');
  });

  test('a stop comes before the gap, and says how long', () => {
    const state = { name: 'stopped', since: at - 12 * MINUTE - 40_000 } as const;
    expect(said(aBoard({ status: 'behind', state }))).toBe('STOPPED 12 min 40 s');
    expect(statusWords(aBoard({ status: 'behind', state }), formats).brief).toBe('12 min');
  });

  test('silence comes before everything, and its clock runs on while the server is silent', () => {
    const board = aBoard({ status: 'noData', lastReadingAt: at - 130_000 });
    expect(said(board)).toBe('NO DATA 2 min 10 s');
    expect(said(board, at + 10_000)).toBe('NO DATA 2 min 20 s');
    expect(said({ ...board, lastReadingAt: null })).toBe('NO DATA');
  });

  test('every status has a shape of its own tone, and silence has none', () => {
    const shapeOf = (board: Board): string => statusWords(board, formats).shape;
    expect(shapeOf(aBoard({ status: 'behind', state: running }))).toBe('down');
    expect(shapeOf(aBoard({ status: 'ahead', state: running }))).toBe('up');
    expect(shapeOf(aBoard({ status: 'onTarget', state: running }))).toBe('disc');
    expect(shapeOf(aBoard({ state: { name: 'stopped', since: at } }))).toBe('square');
    expect(shapeOf(aBoard({ status: 'noData' }))).toBe('none');
  });
});

const recoverable = { recoverable: true, unrecoverableSince: null };
const beyond = { recoverable: false, unrecoverableSince: MORNING + 20 * MINUTE };

describe('verdict', () => {
  const pace = { perHour: 92, requiredPerHour: 110, idealPerHour: 120, ...recoverable };

  test('S7: a recoverable line is told what it takes', () => {
    const forecast = { good: 687, variance: -38, low: 649.5, high: 705.4 };
    expect(verdictOf(aBoard({ status: 'behind', pace, forecast }), formats)).toEqual({
      ...{ tone: 'open', pace: 'needs 110/h, best 120/h' },
      ...{ outlook: 'recoverable', since: '', end: '', range: 'likely\u00a0650–705' },
      lacks: '',
    });
  });

  test('S6 S7 S10: a line that cannot recover is told since when, and by how much it will be short', () => {
    const lost = { ...pace, requiredPerHour: 128.2, ...beyond };
    const forecast = { good: 687, variance: -38, low: 650, high: 705.4 };
    const words = verdictOf(aBoard({ status: 'critical', pace: lost, forecast }), formats);
    expect(words.tone).toBe('lost');
    expect(words.pace).toBe('needs 129/h, best 120/h');
    expect(outlookWords(words).replaceAll('\u00a0', ' ')).toBe(
      'cannot recover alone since 07:20: 38 short at this pace',
    );
    expect(verdictLines(words).map((line) => line.replaceAll('\u00a0', ' '))).toEqual([
      'needs 129/h, best 120/h',
      'unrecoverable since 07:20',
      '38 short at this pace',
    ]);
  });

  test('a healthy line is told where it will end, a silent one when it was last heard', () => {
    const target = { now: 100, shift: 475, perHour: 100 };
    const healthy = aBoard({
      status: 'onTarget',
      target,
      forecast: { good: 476.2, variance: 1.2, low: 470, high: 482 },
    });
    expect(verdictLines(verdictOf(healthy, formats))).toEqual([
      'ends near 476 of 475',
      'likely\u00a0470–482',
    ]);
    const silent = aBoard({ status: 'noData', lastReadingAt: MORNING });
    expect(verdictOf(silent, formats)).toEqual({
      ...{ tone: 'quiet', pace: '', outlook: 'last heard 07:00' },
      ...{ since: '', end: '', range: '', lacks: '' },
    });
  });

  test('S9: a range that is wider than what the shift owes is not told', () => {
    const target = { now: 10, shift: 750, perHour: 100 };
    const ranged = (high: number): Board =>
      aBoard({ status: 'onTarget', target, forecast: { good: 760, variance: 10, low: 525, high } });
    expect(verdictOf(ranged(525 + 750), formats).range).toBe('likely\u00a0525–1,275');
    expect(verdictLines(verdictOf(ranged(57_336), formats))).toEqual(['ends near 760 of 750']);
    expect(hasRange(ranged(57_336))).toBe(true);
  });

  test('S7: a product without an ideal cycle leaves no verdict, and it is said what to do about that', () => {
    const nobodyKnows = { idealPerHour: null, recoverable: null, unrecoverableSince: null };
    const product = { id: 'xyz', name: 'xyz', idealCycleSeconds: null };
    const board = aBoard({ status: 'behind', product, pace: { ...pace, ...nobodyKnows } });
    const words = verdictOf(board, formats);
    expect(words).toMatchObject({ tone: 'open', outlook: '', lacks: 'no ideal cycle for xyz' });
    expect(verdictLines(words)).toEqual([
      ...['needs 110/h', 'no ideal cycle for xyz', 'add it on the plan page'],
    ]);
    const long = { ...board, product: { ...product, name: 'x'.repeat(64) } };
    expect(verdictLines(verdictOf(long, formats))[1]).toBe('no ideal cycle');
    expect(verdictOf({ ...board, status: 'onTarget' }, formats)).toMatchObject({
      ...{ tone: 'quiet', lacks: 'no ideal cycle for xyz' },
    });
    expect(verdictOf({ ...board, product: null }, formats).lacks).toBe('');
  });
});

test('C5 C6: what came about oddly is said in words', () => {
  const parts = { good: 60, reject: 0, total: 60 };
  const count = { ...parts, unseen: 3, implausible: 1, missedMessages: 0 };
  const [unseen, implausible] = countRemarks(aBoard({ count }), formats);
  expect(unseen).toContain('3 parts were made unseen');
  expect(implausible).toContain('1 implausible jump');
  expect(countRemarks(aBoard(), formats)).toEqual([]);
});

test('C8: lost messages are told by number and by when the last gap showed', () => {
  const parts = { good: 60, reject: 0, total: 60, unseen: 0, implausible: 0 };
  const board = aBoard({
    count: { ...parts, missedMessages: 1037 },
    lastGapAt: MORNING + 5 * MINUTE,
  });
  expect(lostWords(board, formats)).toBe('1,037 messages lost');
  expect(countRemarks(board, formats)).toEqual([
    '1,037 messages lost on the way (gap in the sequence numbers, last noticed at 07:05). Running totals make up for them, increments do not.',
  ]);
  expect(lostWords(aBoard({ count: { ...parts, missedMessages: 1 } }), formats)).toBe(
    '1 message lost',
  );
  expect(lostWords(aBoard(), formats)).toBe('');
});

test('S4: the gap in minutes of work', () => {
  const variance = { units: -35, minutes: -21.2, percent: -9 };
  expect(minutesWords(aBoard({ variance }))).toBe('21 min behind');
  expect(minutesWords(aBoard({ variance: { ...variance, minutes: 64 } }))).toBe('1 h 04 ahead');
  expect(minutesWords(aBoard({ variance: { ...variance, minutes: 0.2 } }))).toBe('');
});

test('when the server is silent, every board becomes one of last known numbers', () => {
  const board = aBoard();
  const lost = unheard(board);
  expect(lost.status).toBe('noData');
  expect(lost.state).toEqual({ name: 'noData', since: board.lastReadingAt });
  expect(lost.count).toEqual(board.count);
  expect(unheard({ ...board, status: 'offShift' }).status).toBe('offShift');
});

describe('together', () => {
  const named = (name: string, fields: Partial<Board>): Board =>
    aBoard({ line: { id: name, name, area: '' }, ...fields });
  const variance = (minutes: number) => ({ units: minutes, minutes, percent: minutes });
  const boards = [
    named('on target', { status: 'onTarget', variance: variance(1) }),
    named('silent', { status: 'noData', variance: variance(-90) }),
    named('behind', { status: 'behind', variance: variance(-12) }),
    named('critical', { status: 'critical', variance: variance(-40) }),
    named('stopped', { status: 'onTarget', state: { name: 'stopped', since: at } }),
    named('more behind', { status: 'behind', variance: variance(-20) }),
  ];

  test('the worst come first', () => {
    expect(boards.toSorted(worstFirst).map(({ line }) => line.name)).toEqual([
      'critical',
      'stopped',
      'more behind',
      'behind',
      'silent',
      'on target',
    ]);
  });

  test('a line that is not heard from is left out of the plant, and counted as such', () => {
    const sum = sumOf(boards.filter(({ line }) => line.name !== 'stopped'));
    expect(sum).toMatchObject({ heard: 4, unheard: 1, units: 1 - 12 - 40 - 20 });
  });

  test('a decision is needed where no pace is fast enough', () => {
    const pace = { perHour: 90, requiredPerHour: 130, idealPerHour: 120, ...beyond };
    expect(needsDecision(aBoard({ pace }))).toBe(true);
    expect(needsDecision(aBoard({ pace: { ...pace, recoverable: null } }))).toBe(false);
    expect(needsDecision(aBoard({ pace, status: 'noData' }))).toBe(false);
    expect(needsDecision(aBoard({ state: { name: 'stopped', since: 0 } }))).toBe(true);
    expect(needsDecision(aBoard())).toBe(false);
    const unjudged = { pace: { ...pace, recoverable: null } };
    expect(isUnjudged(aBoard({ ...unjudged, status: 'behind' }))).toBe(true);
    expect(isUnjudged(aBoard({ ...unjudged, status: 'onTarget' }))).toBe(false);
    expect(isUnjudged(aBoard({ pace, status: 'behind' }))).toBe(false);
  });
});

describe('formats', () => {
  test('times are the plant’s, on a 24-hour clock, whatever the language', () => {
    expect(formats.time(MORNING)).toBe('07:00');
    expect(formatsFor('Europe/Berlin', 'en-US').time(MORNING - 7 * HOUR)).toBe('00:00');
    expect(formats.span(MORNING, MORNING + 8 * HOUR)).toBe('07:00–15:00');
    expect(formatsFor('America/New_York', 'en-GB').day(MORNING - 2 * HOUR)).toBe('Sun 22 Nov');
  });

  test('a gap has its sign, a real minus, and no negative zero', () => {
    expect(formats.signed(-34.5)).toBe('−35');
    expect(formats.signed(6.4)).toBe('+6');
    expect(formats.signed(-0.2)).toBe('0');
    expect(formatsFor('UTC', 'de-DE').number(1551)).toBe('1.551');
    expect(rounded(-34.5)).toBe(-35);
  });

  test('durations', () => {
    expect([-5, 40_000, 760_000, 3_900_000].map(duration)).toEqual([
      ...['0 s', '40 s', '12 min 40 s', '1 h 05 min'],
    ]);
    expect([-5, 4_900, 760_000, 3_900_000].map(briefDuration)).toEqual([
      ...['0 s', '4 s', '12 min', '1 h 05'],
    ]);
    expect(minutesLong(46.4)).toBe('46 min');
    expect(minutesLong(181)).toBe('3 h 01');
    expect(dataAge(aBoard({ lastReadingAt: null }))).toBe('–');
  });
});

test('a shift by the minute says how long single readings are kept', () => {
  expect(byMinuteWords(400)).toBe('Shown by the minute: single readings are kept for 400 days.');
  expect(byMinuteWords(null)).toBe('Shown by the minute.');
});
