import { describe, expect, test } from 'vitest';
import { decode } from '../../server/src/intake/decode.ts';
import { TopicMap } from '../../server/src/intake/topics.ts';

const NOW = Date.UTC(2026, 10, 23, 9, 30);
const topics = new TopicMap(['lineside/{line}/output', 'works/hall-2/{line}/count']);

function decoded(payload: string | Uint8Array, topic = 'lineside/press-1/output') {
  const bytes = typeof payload === 'string' ? Buffer.from(payload) : payload;
  return decode({ topic, payload: bytes, receivedAt: NOW }, topics);
}

function reading(payload: string, topic?: string) {
  const result = decoded(payload, topic);
  if (!result.ok) throw new Error(result.reason);
  return result;
}

describe('output messages', () => {
  test('totals with the time of arrival (T1)', () => {
    expect(reading('{"good":12,"reject":1}')).toEqual({
      ok: true,
      timed: false,
      reading: {
        line: 'press-1',
        at: NOW,
        receivedAt: NOW,
        kind: 'total',
        good: 12,
        reject: 1,
        seq: null,
        state: null,
        product: null,
        online: null,
      },
    });
  });

  test('a bare number is a running total of good parts (C1)', () => {
    expect(reading(' 17 ').reading).toMatchObject({ kind: 'total', good: 17, reject: null });
  });

  test('everything that a message may say', () => {
    const said =
      '{"good":1,"kind":"increment","seq":7,"state":"changeover","product":"housing","ts":1795426200123,"x":[]}';
    expect(reading(said)).toMatchObject({
      timed: true,
      reading: {
        kind: 'increment',
        good: 1,
        seq: 7,
        state: 'changeover',
        product: 'housing',
        at: 1795426200123,
        receivedAt: NOW,
      },
    });
  });

  test('C7: total and reject give good', () => {
    expect(reading('{"total":40,"reject":3}').reading).toMatchObject({ good: 37, reject: 3 });
    expect(reading('{"total":40,"reject":3,"good":36}').reading).toMatchObject({
      good: 36,
      reject: 3,
    });
  });

  test('null says nothing', () => {
    expect(reading('{"good":4,"reject":null,"state":null,"ts":null}').reading).toMatchObject({
      good: 4,
      reject: null,
    });
  });

  test('a source of its own topic', () => {
    expect(reading('5', 'works/hall-2/weld-1/count').reading).toMatchObject({
      line: 'weld-1',
      good: 5,
    });
  });

  test('a name like __proto__ is a name like any other', () => {
    expect(reading('{"good":1,"__proto__":{"good":9},"constructor":1}').reading).toMatchObject({
      good: 1,
    });
    expect(reading('1', 'lineside/__proto__/output').reading.line).toBe('__proto__');
    expect(reading('1', 'lineside/constructor/output').reading.line).toBe('constructor');
  });

  test('zero has one spelling', () => {
    expect(Object.is(reading('{"good":-0}').reading.good, 0)).toBe(true);
  });

  test('the largest count that is exact', () => {
    expect(reading('{"good":9007199254740991}').reading.good).toBe(Number.MAX_SAFE_INTEGER);
  });
});

describe('T1 times', () => {
  test.each([
    ['"2026-11-23T09:29:00Z"', NOW - 60_000],
    ['"2026-11-23T10:29:00.5+01:00"', NOW - 59_500],
    ['"2026-11-23T10:29:00+0100"', NOW - 60_000],
    ['"2026-11-23T09:29:00.123456Z"', NOW - 59_877],
    [`${NOW - 10}.75`, NOW - 10],
    [String(NOW + 300_000), NOW + 300_000],
    [String(NOW - 7 * 86_400_000), NOW - 7 * 86_400_000],
  ])('ts %s', (ts, at) => {
    expect(reading(`{"good":1,"ts":${ts}}`)).toMatchObject({ timed: true, reading: { at } });
  });

  test.each([
    [String(NOW / 1000), /seconds; send milliseconds/],
    [String(NOW * 1000), /microseconds; send milliseconds/],
    [String(NOW * 1_000_000), /nanoseconds; send milliseconds/],
    [String(NOW + 300_001), /ahead of its arrival/],
    [String(NOW - 7 * 86_400_000 - 1), /before its arrival/],
    ['"2026-11-23T09:29:00"', /offset/],
    ['"2026-02-30T09:29:00Z"', /offset/],
    ['"yesterday"', /offset/],
    ['true', /offset/],
    ['1e999', /offset/],
    ['{}', /offset/],
  ])('ts %s is refused', (ts, reason) => {
    const result = decoded(`{"good":1,"ts":${ts}}`);
    expect(result).toMatchObject({
      ok: false,
      name: 'time',
      reason: expect.stringMatching(reason) as string,
    });
  });
});

describe('refusals have a name and a reason', () => {
  test.each([
    ['', 'empty'],
    ['  ', 'empty'],
    ['{}', 'empty'],
    ['{"seq":1}', 'empty'],
    ['{"good":1', 'json'],
    ['NaN', 'json'],
    ['[1]', 'json'],
    ['"12"', 'json'],
    ['null', 'json'],
    ['true', 'json'],
    ['-1', 'count'],
    ['1.5', 'count'],
    ['{"good":-1}', 'count'],
    ['{"good":1.5}', 'count'],
    ['{"good":"12"}', 'count'],
    ['{"good":9007199254740992}', 'count'],
    ['{"good":1e999}', 'count'],
    ['{"reject":true}', 'count'],
    ['{"total":5}', 'count'],
    ['{"total":5,"reject":6}', 'count'],
    ['{"good":1,"kind":"delta"}', 'kind'],
    ['{"good":1,"seq":-1}', 'sequence'],
    ['{"good":1,"seq":"7"}', 'sequence'],
    ['{"good":1,"state":"broken"}', 'state'],
    ['{"good":1,"state":"Running"}', 'state'],
    ['{"good":1,"product":"a b"}', 'product'],
    ['{"good":1,"product":7}', 'product'],
  ])('%s', (payload, name) => {
    const result = decoded(payload);
    expect(result).toMatchObject({ ok: false, name });
    expect(!result.ok && result.reason.length).toBeGreaterThan(10);
  });

  test.each([
    ['lineside/press 1/output', 'line'],
    [`lineside/${'x'.repeat(65)}/output`, 'line'],
    ['lineside//output', 'line'],
    ['lineside/press-1/speed', 'topic'],
    ['lineside/press-1/output/x', 'topic'],
    ['Lineside/press-1/output', 'topic'],
    ['other', 'topic'],
  ])('topic %s', (topic, name) => {
    expect(decoded('1', topic)).toMatchObject({ ok: false, name });
  });

  test('bytes that are no text', () => {
    expect(decoded(Buffer.from([0x22, 0xff, 0x22]))).toMatchObject({ ok: false, name: 'text' });
  });

  test('65,536 bytes are read, one more is too many', () => {
    const fill = (length: number): string => `{"good":1,"x":"${'x'.repeat(length - 17)}"}`;
    expect(decoded(fill(65_536))).toMatchObject({ ok: true });
    expect(decoded(fill(65_537))).toMatchObject({ ok: false, name: 'size' });
  });
});

describe('status messages', () => {
  const status = (payload: string) => decoded(payload, 'lineside/press-1/status');

  test.each([
    ['online', true],
    ['OFFLINE', false],
    [' Online\n', true],
    ['"offline"', false],
    ['{"status":"Offline"}', false],
    ['{"state":"online"}', true],
  ])('%s', (payload, online) => {
    expect(status(payload)).toMatchObject({
      ok: true,
      timed: false,
      reading: { online, good: null, at: NOW },
    });
  });

  test('may carry its own time', () => {
    expect(status(`{"status":"offline","ts":${NOW - 5}}`)).toMatchObject({
      timed: true,
      reading: { at: NOW - 5 },
    });
  });

  test.each(['', 'away', '1', '{"status":1}', '[]'])('%s is refused', (payload) => {
    expect(status(payload)).toMatchObject({ ok: false });
  });
});
