import { connectAsync, type MqttClient } from 'mqtt';
import type { Health } from '@lineside/domain/wire.ts';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startApp, type StartedApp } from '../support/app.ts';
import { HOUR, MINUTE, MORNING } from '../support/builders.ts';
import { FakeClock } from '../support/fakeClock.ts';
import { fetched, tell, tellAnHour } from '../support/told.ts';

/** One early shift told in advance: an hour at 120 parts, then nothing for half an hour. */
const NOW = MORNING + 1.5 * HOUR;
const iso = (at: number): string => new Date(at).toISOString();

let app: StartedApp;
let publisher: MqttClient;

beforeEach(async () => {
  app = await startApp({ clock: new FakeClock(NOW) });
  publisher = await connectAsync(app.mqtt);
});

afterEach(async () => {
  await publisher.endAsync();
  await app[Symbol.asyncDispose]();
});

const publish = (line: string, payload: object | string, kind?: string): Promise<void> =>
  tell(publisher, line, payload, kind);
const raw = (path: string): ReturnType<typeof fetched> => fetched(app.http + path);

describe('GET /api/health', () => {
  test('tells what is up and how much was heard', async () => {
    await publish('press-1', { good: 1, ts: NOW });
    await publish('press-1', { good: 1, ts: NOW });
    await publish('press-1', { good: -1 });
    await publish('press-9', { good: 1 });
    const { status, body } = await app.ask('/api/health');
    expect(status).toBe(200);
    expect(body).toEqual({
      status: 'ok',
      ready: true,
      version: 'test',
      build: 'none',
      mqtt: { broker: 'embedded', connected: true, lostAt: null, trouble: null },
      store: {
        ...{ kind: 'sqlite', reachable: true, trouble: null, spooled: 0 },
        databaseTrouble: null,
      },
      readings: { accepted: 2, duplicates: 1, quarantined: 1, missed: 0 },
      lines: 2,
      discovered: ['press-9'],
    } satisfies Health);
  });
});

describe('GET /api/readings', () => {
  test('ndjson, as stored, oldest first, availability left out', async () => {
    await publish('press-2', {
      good: 2,
      seq: 3,
      ts: NOW - 1_000,
      state: 'idle',
      product: 'housing',
    });
    await publish('press-1', { reject: 1, kind: 'increment', ts: NOW - 2_000 });
    await publish('press-1', 'online', 'status');
    const { text, headers } = await raw('/api/readings');
    expect(headers.get('content-type')).toContain('ndjson');
    const receivedAt = iso(NOW);
    expect(
      text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual([
      {
        line: 'press-1',
        ts: iso(NOW - 2_000),
        receivedAt,
        good: null,
        reject: 1,
        seq: null,
        state: null,
        product: null,
        kind: 'increment',
      },
      {
        line: 'press-2',
        ts: iso(NOW - 1_000),
        receivedAt,
        good: 2,
        reject: null,
        seq: 3,
        state: 'idle',
        product: 'housing',
        kind: 'total',
      },
    ]);
  });

  test('csv, of one line, between two instants', async () => {
    await tellAnHour(publisher);
    const { text, headers } = await raw(
      `/api/readings?line=press-1&format=csv&from=${iso(MORNING + MINUTE)}&to=${iso(MORNING + 3 * MINUTE)}`,
    );
    expect(headers.get('content-type')).toContain('text/csv');
    expect(text.trim().split('\n')).toEqual([
      'line,ts,receivedAt,good,reject,seq,state,product,kind',
      `press-1,${iso(MORNING + MINUTE)},${iso(NOW)},2,0,,,,total`,
      `press-1,${iso(MORNING + 2 * MINUTE)},${iso(NOW)},4,0,,,,total`,
    ]);
  });

  test('nothing stored is an empty answer', async () => {
    expect(await raw('/api/readings')).toMatchObject({ status: 200, text: '' });
  });

  test.each(['format=xml', 'line=a%20b', 'from=x', `from=${iso(NOW)}&to=${iso(MORNING)}`])(
    '%s is 400',
    async (query) => {
      expect((await app.ask(`/api/readings?${query}`)).status).toBe(400);
    },
  );
});

describe('GET /api/quarantine and /metrics', () => {
  test('refused messages, newest first, as many as asked for', async () => {
    await publish('press-1', 'one');
    await publish('press-1', 'two');
    expect((await app.ask('/api/quarantine?limit=1')).body).toEqual([
      {
        receivedAt: iso(NOW),
        topic: 'lineside/press-1/output',
        payload: 'two',
        reason: expect.stringContaining('JSON') as string,
      },
    ]);
    expect((await app.ask('/api/quarantine')).body).toHaveLength(2);
    expect((await app.ask('/api/quarantine?limit=0')).status).toBe(400);
  });

  test('metrics are told to Prometheus', async () => {
    await publish('press-1', { good: 1 });
    const { text } = await raw('/metrics');
    expect(text).toMatch(/^lineside_readings_accepted_total 1$/m);
    expect(text).toMatch(/^lineside_mqtt_clients 1$/m);
  });
});
