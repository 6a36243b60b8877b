import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Ledger } from '@lineside/domain/ledger.ts';
import type { Reading } from '@lineside/domain/reading.ts';
import type { Delivery } from '../../simulators/gateway.ts';
import { parseRecorded, recordedDeliveries } from '../../simulators/recorded.ts';
import { aReading } from '../support/builders.ts';

const NOW = Date.UTC(2026, 10, 23, 12);

const said = (deliveries: readonly Delivery[]) =>
  deliveries.map(({ topic, payload }) => {
    const { ts, ...rest } = JSON.parse(payload) as { ts: number };
    return [topic.split('/')[2], (ts - NOW) / 1000, rest];
  });

describe('parsing', () => {
  test('rows are time, name and value; more digits than milliseconds are cut', () => {
    expect(parseRecorded('2017-08-09T09:21:38.2812500Z|Part_Count|3763\r\n\n')).toEqual([
      { at: Date.UTC(2017, 7, 9, 9, 21, 38, 281), name: 'Part_Count', value: '3763' },
    ]);
  });

  test.each(['no time|Part_Count|1', '2017-08-09T09:21:38Z|Part_Count', '2017-08-09T09:21:38Z||1'])(
    'what is no row is refused with its line: %s',
    (row) => {
      expect(() => parseRecorded(`2017-08-09T09:21:38Z|avail|AVAILABLE\n${row}`)).toThrow(
        /^Line 2 /,
      );
    },
  );
});

test('counts are totals, unavailable counts say offline, any number says online, the last is now', () => {
  const rows = [
    '00|Part_Count|UNAVAILABLE',
    '00|Feed_Rate|UNAVAILABLE',
    '10|Part_Count|5',
    '10|Feed_Rate|0',
    '12|Feed_Rate|-2.5',
    '13|Program_Name| ',
    '14|Program_Status|READY',
    '20|Feed_Rate|UNAVAILABLE',
  ].map((row) => `2017-08-09T09:00:${row.replace('|', 'Z|')}`);
  expect(said(recordedDeliveries(parseRecorded(rows.join('\n')), 'mill', NOW))).toEqual([
    ['status', -20, { status: 'offline' }],
    ['status', -10, { status: 'online' }],
    ['output', -10, { good: 5 }],
    ['status', -8, { status: 'online' }],
  ]);
});

test('a recording without counts is refused', () => {
  const rows = parseRecorded('2017-08-09T09:21:38Z|Feed_Rate|1');
  expect(() => recordedDeliveries(rows, 'mill', NOW)).toThrow(/no Part_Count/);
});

function asReading({ topic, payload }: Delivery): Reading {
  const { ts, good, status } = JSON.parse(payload) as {
    ts: number;
    good?: number;
    status?: string;
  };
  return topic.endsWith('/output')
    ? aReading({ at: ts, good: good ?? null })
    : aReading({ at: ts, online: status === 'online' });
}

test.each([
  ['Hurco01-20170809-20170810.txt', { good: 4, unseen: 3, implausible: 1 }],
  ['Hurco02-20170124-20170125.txt', { good: 3, unseen: 3, implausible: 0 }],
])('C2-C6: %s gives the known counts', (file, expected) => {
  const text = readFileSync(new URL(`../fixtures/real/${file}`, import.meta.url), 'utf8');
  const deliveries = recordedDeliveries(parseRecorded(text), 'mill', NOW);
  const ledger = new Ledger({
    idealCycleSeconds: () => 60,
    rollover: null,
    correction: 0,
    staleAfterSeconds: null,
  });
  ledger.add(deliveries.map(asReading));
  expect(ledger.track.totalsAt(Infinity)).toMatchObject(expected);
  expect(deliveries.at(-1)?.publishAt).toBeLessThanOrEqual(NOW);
});
