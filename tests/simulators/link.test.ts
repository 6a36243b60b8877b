import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../simulators/clock.ts';
import { output, status } from '../../simulators/gateway.ts';
import { connect, connectAll } from '../../simulators/link.ts';
import { loadMessage, runLoad } from '../../simulators/load.ts';
import { publishAll } from '../../simulators/publish.ts';
import { replayRecorded } from '../../simulators/replay-recorded.ts';
import { TestBroker } from './broker.ts';

let broker: TestBroker;
beforeEach(async () => {
  broker = await new TestBroker().open();
});
afterEach(() => broker.cut());

const signal = new AbortController().signal;
const quiet = { clock: systemClock, signal, log: () => undefined };
const pace = { clock: systemClock, signal, mostInFlight: 50 };

const counting = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) =>
    output({
      line: 'press-1',
      at: 1000,
      good: from + index,
      reject: 0,
      state: null,
      product: null,
    }),
  );
const goodOf = (payload: string): number => (JSON.parse(payload) as { good: number }).good;
const outputs = () => broker.arrivals.filter(({ topic }) => topic.endsWith('/output'));

test('what is published arrives, in order, as it was', async () => {
  const link = await connect({ url: broker.url });
  const deliveries = [...counting(0, 300), status('press-1', false, 1000)];
  expect(await publishAll(deliveries, (one) => link.publish(one), pace)).toBe(301);
  await link.close();
  expect(broker.arrivals).toEqual(
    deliveries.map(({ topic, payload, retain }) => ({ topic, payload, retain })),
  );
});

test('a lost broker is waited for, and every message gets there', async () => {
  const said: string[] = [];
  const link = await connect({ url: broker.url, log: (text) => said.push(text) });
  const before = publishAll(counting(0, 100), (one) => link.publish(one), pace);
  await broker.until((arrivals) => arrivals.length >= 10);
  await broker.cut();
  const during = publishAll(counting(100, 200), (one) => link.publish(one), pace);
  await broker.open();
  expect(await before).toBe(100);
  expect(await during).toBe(100);
  await link.close();
  expect(new Set(outputs().map(({ payload }) => goodOf(payload))).size).toBe(200);
  expect(said).toEqual(['broker: connection lost, trying again', 'broker: connected again']);
});

describe('availability', () => {
  const said = () => broker.arrivals.map(({ payload, retain }) => [payload, retain]);

  test('a connection answers for its line from its beginning to its end', async () => {
    const link = await connect({ url: broker.url, line: 'press-1' });
    await link.close();
    expect(said()).toEqual([
      ['online', true],
      ['offline', true],
    ]);
    expect(broker.arrivals[0]?.topic).toBe('lineside/press-1/status');
  });

  test('lost, its last will says so, and it says itself when it is back', async () => {
    const link = await connect({ url: broker.url, line: 'press-1' });
    await broker.until((arrivals) => arrivals.length === 1);
    broker.drop();
    await broker.until((arrivals) => arrivals.length === 3);
    expect(said()).toEqual([
      ['online', true],
      ['offline', true],
      ['online', true],
    ]);
    await link.close();
  });
});

test('no broker: the error says where none is and what to do', async () => {
  const { url } = broker;
  await broker.cut();
  const connecting = connect({ url, patienceMs: 200 });
  await expect(connecting).rejects.toThrow(/No MQTT broker at mqtt:.*ECONNREFUSED.*--mqtt/);
});

test('stopped while there is no broker, nobody waits for one', async () => {
  const { url } = broker;
  await broker.cut();
  const stop = new AbortController();
  const connecting = connect({ url, signal: stop.signal });
  stop.abort();
  await expect(connecting).rejects.toThrow('stopped');
  await expect(connect({ url, signal: stop.signal })).rejects.toThrow('stopped');
});

test('all connections or none: where one fails, the others say goodbye', async () => {
  const { url } = broker;
  const nowhere = { url: 'mqtt://127.0.0.1:1', patienceMs: 200 };
  await expect(connectAll([{ url, line: 'press-1' }, nowhere])).rejects.toThrow('No MQTT broker');
  expect(broker.arrivals.map(({ payload }) => payload)).toEqual(['online', 'offline']);
});

test('closed in the moment in which the broker goes, a connection does not hang', async () => {
  const link = await connect({ url: broker.url, line: 'press-1' });
  await broker.until((arrivals) => arrivals.length === 1);
  const cutting = broker.cut();
  await link.close();
  await cutting;
  await broker.open();
  expect(broker.arrivals.filter(({ payload }) => payload === 'online')).toHaveLength(1);
});

test('load: numbered readings of every line, all acknowledged, as JSON', async () => {
  const options = {
    mqtt: broker.url,
    perSecond: 5000,
    lines: 3,
    count: 100,
    connections: 2,
    prefix: 'load-',
  };
  const reports: object[] = [];
  await runLoad(options, quiet, (report) => reports.push(report));
  expect(reports.at(-1)).toMatchObject({ done: true, sent: 100, acknowledged: 100, failures: {} });
  for (const line of [1, 2, 3]) {
    const seqs = broker.arrivals
      .filter(({ topic }) => topic === `lineside/load-${line}/output`)
      .map(({ payload }) => (JSON.parse(payload) as { seq: number }).seq);
    expect(seqs).toEqual(Array.from({ length: line === 1 ? 34 : 33 }, (_, index) => index + 1));
  }
  expect(JSON.parse(loadMessage(7, options, 5).payload)).toEqual({
    good: 3,
    reject: 0,
    ts: 5,
    seq: 3,
  });
});

test('replay of a recording: arrives in the order in which it was recorded', async () => {
  const file = new URL('../fixtures/real/Hurco02-20170124-20170125.txt', import.meta.url).pathname;
  await replayRecorded({ file, line: 'mill', mqtt: broker.url }, quiet);
  expect(outputs().map(({ payload }) => goodOf(payload))).toEqual([1887, 1890, 1890, 1890]);
  const times = broker.arrivals.map(({ payload }) => (JSON.parse(payload) as { ts: number }).ts);
  expect(times).toEqual(times.toSorted((a, b) => a - b));
  expect(broker.arrivals.at(-1)?.payload).toContain('"offline"');
});
