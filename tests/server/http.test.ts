import { connectAsync, type MqttClient } from 'mqtt';
import type { LossesAnswer, ShiftEntry, ViewsAnswer } from '@lineside/domain/wire.ts';
import { boardAt } from '@lineside/domain/board.ts';
import { factsOf } from '@lineside/domain/view.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApp, type StartedApp } from '../support/app.ts';
import { HOUR, MINUTE, MORNING } from '../support/builders.ts';
import { FakeClock } from '../support/fakeClock.ts';
import { fetched, tell, tellAnHour } from '../support/told.ts';

/** One early shift told in advance: an hour at 120 parts, then nothing for half an hour. */
const NOW = MORNING + 1.5 * HOUR;
const iso = (at: number): string => new Date(at).toISOString();

let app: StartedApp;
let publisher: MqttClient;

beforeAll(async () => {
  app = await startApp({ clock: new FakeClock(NOW) });
  publisher = await connectAsync(app.mqtt);
  await tellAnHour(publisher);
  await publish('press-9', { good: 1, ts: NOW - MINUTE });
  await publish('press-9', { good: 4, ts: NOW });
});

afterAll(async () => {
  await publisher.endAsync();
  await app[Symbol.asyncDispose]();
});

const publish = (line: string, payload: object | string, kind?: string): Promise<void> =>
  tell(publisher, line, payload, kind);
const raw = (path: string): ReturnType<typeof fetched> => fetched(app.http + path);

describe('GET /api/lines', () => {
  test('planned lines first, then those that nobody planned', async () => {
    expect((await app.ask('/api/lines')).body).toEqual([
      ...['press-1', 'press-2'].map((id) => ({
        id,
        name: `Line ${id}`,
        area: 'Hall',
        product: { id: 'housing', name: 'Housing', idealCycleSeconds: 30 },
        target: { perHour: 100 },
        discovered: false,
      })),
      { id: 'press-9', name: 'press-9', area: null, product: null, target: null, discovered: true },
    ]);
  });
});

describe('GET /api/lines/:id/board', () => {
  test('S3 to S8: what the contract promises, rounded as it says', async () => {
    const { body } = await app.ask('/api/lines/press-1/board');
    expect(body).toMatchObject({
      line: { id: 'press-1', name: 'Line press-1', area: 'Hall' },
      at: iso(NOW),
      shift: {
        id: '2026-11-23/Early',
        name: 'Early',
        start: iso(MORNING),
        end: iso(MORNING + 8 * HOUR),
        plannedMinutes: 480,
        elapsedPlannedMinutes: 90,
      },
      product: { id: 'housing', name: 'Housing', idealCycleSeconds: 30 },
      count: { good: 120, reject: 1, total: 121 },
      target: { now: 150, shift: 800, perHour: 100 },
      variance: { units: -30, minutes: -18, percent: -20 },
      pace: { idealPerHour: 120, recoverable: true, unrecoverableSince: null },
      lastReadingAt: iso(MORNING + HOUR),
    });
  });

  test('at any instant, as it was then', async () => {
    const { body } = await app.ask(`/api/lines/press-1/board?at=${iso(MORNING + 30 * MINUTE)}`);
    expect(body).toMatchObject({
      count: { good: 60, reject: 0 },
      variance: { units: 10, percent: 20 },
      status: 'ahead',
    });
  });

  test('percent has one decimal, the forecast is whole', async () => {
    const { body } = await app.ask(`/api/lines/press-1/board?at=${iso(MORNING + 47 * MINUTE)}`);
    const { variance, forecast, target } = body as {
      variance: { percent: number };
      forecast: { good: number; variance: number };
      target: { shift: number };
    };
    expect(Math.round(variance.percent * 10) / 10).toBe(variance.percent);
    expect(Number.isInteger(forecast.good)).toBe(true);
    expect(forecast.variance).toBe(forecast.good - target.shift);
  });

  test('a discovered line has one too, without a target', async () => {
    expect((await app.ask('/api/lines/press-9/board')).body).toMatchObject({
      line: { id: 'press-9' },
      product: null,
      target: null,
      variance: null,
      count: { good: 3 },
    });
  });

  test('an unknown line is 404', async () => {
    expect(await app.ask('/api/lines/nix/board')).toEqual({
      status: 404,
      body: { error: { code: 'unknownLine', message: expect.stringContaining('"nix"') as string } },
    });
  });

  test.each(['yesterday', '2026-11-23T09:30:00', '2026-11-23', '1e99', '99999999999999999', '-1'])(
    'at=%s is 400 and says what to write',
    async (at) => {
      expect(await app.ask(`/api/lines/press-1/board?at=${at}`)).toMatchObject({
        status: 400,
        body: {
          error: {
            code: 'badRequest',
            message: expect.stringContaining('2026-11-23T09:30:00Z') as string,
          },
        },
      });
    },
  );

  test('an offset is understood, its plus sign escaped or not, and epoch milliseconds', async () => {
    const asked = [
      '2026-11-23T08:00:00%2B01:00',
      '2026-11-23T08:00:00+01:00',
      String(MORNING + HOUR),
    ];
    for (const at of asked) {
      expect((await app.ask(`/api/lines/press-1/board?at=${at}`)).body).toMatchObject({
        at: iso(MORNING + HOUR),
      });
    }
  });
});

describe('GET /api/lines/:id/hours', () => {
  test('the rows of the shift that contains at', async () => {
    const { body } = await app.ask('/api/lines/press-1/hours');
    expect(body).toHaveLength(8);
    expect(body).toMatchObject([
      {
        start: iso(MORNING),
        end: iso(MORNING + HOUR),
        plannedMinutes: 60,
        target: 100,
        good: 118,
        reject: 0,
        variance: 18,
      },
      { target: 50, good: 2, cumulative: { target: 150, good: 120, variance: -30 } },
      {},
      {},
      {},
      {},
      {},
      {},
    ]);
  });
});

describe('what is to come', () => {
  const evening = MORNING + 9 * HOUR;

  test('hours of a coming shift have their plan, and owe nothing yet', async () => {
    const { body } = await app.ask(`/api/lines/press-1/hours?at=${iso(evening)}`);
    const idle = { plan: 100, target: 0, good: 0, variance: 0 };
    const none = { target: 0, good: 0, variance: 0 };
    expect(body).toMatchObject(Array<object>(8).fill({ ...idle, cumulative: none }));
  });

  test('a later instant of the running shift asks for the same hours as now', async () => {
    const [now, later] = await Promise.all([
      app.ask('/api/lines/press-1/hours'),
      app.ask(`/api/lines/press-1/hours?at=${iso(MORNING + 7 * HOUR)}`),
    ]);
    expect(later).toEqual(now);
  });

  test('no loss of it is told', async () => {
    const path = '/api/lines/press-1/losses';
    expect((await app.ask(`${path}?at=${iso(evening)}`)).body).toBeNull();
    const now = await app.ask(path);
    expect(await app.ask(`${path}?at=${iso(MORNING + 7 * HOUR)}`)).toEqual(now);
  });
});

describe('GET /api/lines/:id/losses', () => {
  test('a span over several shifts is refused with the spans to ask for', async () => {
    const path = '/api/lines/press-1/losses';
    const [from, to] = [MORNING + 6 * HOUR, MORNING + 10 * HOUR];
    const { status, body } = await app.ask(`${path}?from=${iso(from)}&to=${iso(to)}`);
    expect(status).toBe(400);
    const { message } = (body as { error: { message: string } }).error;
    const change = iso(MORNING + 8 * HOUR);
    const parts = [`from=${iso(from)}&to=${change}`, `from=${change}&to=${iso(to)}`];
    expect(message).toContain(`touches 2 shifts, and a bridge is of one`);
    expect(message).toContain(parts.join(', '));
    for (const part of parts) expect((await app.ask(`${path}?${part}`)).status).toBe(200);
    const whole = `from=${iso(MORNING)}&to=${change}`;
    expect(await app.ask(`${path}?${whole}`)).toEqual(await app.ask(path));
    expect((await app.ask(`${path}?to=${iso(to)}`)).status).toBe(400);
  });

  test('L1 L3: the shift so far in whole parts that add up to the gap', async () => {
    const { body } = await app.ask('/api/lines/press-1/losses');
    expect(body).toMatchObject({ start: iso(MORNING), end: iso(NOW), target: 150, good: 120 });
    expect(body).toMatchObject({ reject: 1, gap: -30, achievable: 180, isIdeal: true });
    const { pieces } = body as LossesAnswer;
    expect(pieces.reduce((sum, { parts }) => sum + parts, 0)).toBe(-30);
    const parts = Object.fromEntries(pieces.map(({ kind, parts }) => [kind, parts]));
    expect(parts).toMatchObject({ planRoom: 30, noData: -60, slow: 1, rejects: -1 });
  });

  test('as known at an instant, and for one hour', async () => {
    const path = '/api/lines/press-1/losses';
    const half = await app.ask(`${path}?at=${iso(MORNING + 30 * MINUTE)}`);
    expect(half.body).toMatchObject({ end: iso(MORNING + 30 * MINUTE), good: 60, gap: 10 });
    const span = `from=${iso(MORNING + HOUR)}&to=${iso(MORNING + 2 * HOUR)}`;
    const hour = await app.ask(`${path}?${span}`);
    expect(hour.body).toMatchObject({ start: iso(MORNING + HOUR), end: iso(NOW), target: 50 });
    const known = await app.ask(`${path}?${span}&at=${iso(MORNING + HOUR + MINUTE)}`);
    expect(known.body).toMatchObject({ end: iso(MORNING + HOUR + MINUTE) });
  });

  test('nothing without a target; a span has its ends in order', async () => {
    expect((await app.ask('/api/lines/press-9/losses')).body).toBeNull();
    const upside = `from=${iso(MORNING + HOUR)}&to=${iso(MORNING)}`;
    expect((await app.ask(`/api/lines/press-1/losses?${upside}`)).status).toBe(400);
    expect((await app.ask('/api/lines/nix/losses')).status).toBe(404);
  });
});

describe('GET /api/lines/:id/stops and count', () => {
  test('a silence is noData, never a stop (R2)', async () => {
    const { body } = await app.ask(`/api/lines/press-1/stops?from=${iso(MORNING)}&to=${iso(NOW)}`);
    expect(body).toEqual([
      { start: iso(MORNING + HOUR), end: iso(NOW), minutes: 30, kind: 'noData' },
    ]);
  });

  test('counts between two instants, the end not included', async () => {
    const path = '/api/lines/press-1/count';
    expect((await app.ask(path)).body).toEqual({
      good: 120,
      reject: 1,
      total: 121,
      unseen: 0,
      implausible: 0,
      missedMessages: 0,
    });
    const part = `${path}?from=${iso(MORNING + 10 * MINUTE)}&to=${iso(MORNING + 20 * MINUTE)}`;
    expect((await app.ask(part)).body).toMatchObject({ good: 20 });
  });

  test.each(['stops', 'count'])('%s: a span that is none is 400', async (what) => {
    const path = `/api/lines/press-1/${what}`;
    expect((await app.ask(`${path}?from=${iso(NOW)}&to=${iso(MORNING)}`)).status).toBe(400);
    expect((await app.ask(`${path}?from=2020-01-01T00:00:00Z`)).status).toBe(400);
  });
});

describe('C8: GET /api/lines/:id/gaps', () => {
  const path = '/api/lines/press-2/gaps';
  const second = (n: number): number => MORNING + 10 * MINUTE + n * 1000;

  beforeAll(async () => {
    for (const seq of [1, 2, 3, 10, 11, 15]) {
      await publish('press-2', { good: seq, seq, ts: second(seq) });
    }
    await publish('press-9', { good: 1, seq: 1, ts: second(1) });
  });

  test('says between which readings how many messages are missing', async () => {
    expect((await app.ask(path)).body).toEqual([
      { start: iso(second(3)), end: iso(second(10)), missing: 6 },
      { start: iso(second(11)), end: iso(second(15)), missing: 3 },
    ]);
    const part = await app.ask(`${path}?from=${iso(second(10))}&to=${iso(second(15))}`);
    expect(part.body).toMatchObject([{ missing: 6 }]);
    expect((await app.ask('/api/lines/press-1/gaps')).body).toEqual([]);
  });

  test('the same is in boards, counts, views, health and metrics', async () => {
    const missing = async (call: string): Promise<unknown> => (await app.ask(call)).body;
    expect(await missing('/api/lines/press-2/board')).toMatchObject({
      count: { missedMessages: 9 },
      lastGapAt: iso(second(15)),
    });
    expect(await missing(`/api/lines/press-2/board?at=${iso(second(11))}`)).toMatchObject({
      count: { missedMessages: 6 },
      lastGapAt: iso(second(10)),
    });
    expect(await missing('/api/lines/press-2/count')).toMatchObject({ missedMessages: 9 });
    expect(await missing('/api/health')).toMatchObject({ readings: { missed: 9 } });
    expect((await raw('/metrics')).text).toContain('lineside_messages_missing 9\n');
    const { lines } = (await missing('/api/views?lines=press-2')) as ViewsAnswer;
    const boards = lines.map((view) => boardAt(factsOf(view), NOW));
    expect(boards).toMatchObject([{ count: { missedMessages: 9 }, lastGapAt: second(15) }]);
  });

  test('a late message fills its gap everywhere', async () => {
    await publish('press-2', { good: 13, seq: 13, ts: second(13) });
    expect((await app.ask(path)).body).toEqual([
      { start: iso(second(3)), end: iso(second(10)), missing: 6 },
      { start: iso(second(11)), end: iso(second(13)), missing: 1 },
      { start: iso(second(13)), end: iso(second(15)), missing: 1 },
    ]);
    expect((await app.ask('/api/health')).body).toMatchObject({ readings: { missed: 8 } });
  });

  test('an unknown line is 404, a span that is none 400', async () => {
    expect((await app.ask('/api/lines/nix/gaps')).status).toBe(404);
    expect((await app.ask(`${path}?from=${iso(NOW)}&to=${iso(MORNING)}`)).status).toBe(400);
  });
});

describe('GET /api/shifts and /api/plant', () => {
  test('shifts as instants', async () => {
    const { body } = await app.ask(
      `/api/shifts?from=${iso(MORNING)}&to=${iso(MORNING + 9 * HOUR)}`,
    );
    const start = iso(MORNING);
    expect((body as ShiftEntry[]).map(({ name }) => name)).toEqual(['Early', 'Late']);
    expect((body as ShiftEntry[])[0]).toEqual({
      id: '2026-11-23/Early',
      name: 'Early',
      date: '2026-11-23',
      start,
      end: iso(MORNING + 8 * HOUR),
      breaks: [],
      plannedMinutes: 480,
    });
  });

  test('the plant', async () => {
    expect((await app.ask('/api/plant')).body).toEqual({
      name: 'Test plant',
      timeZone: 'UTC',
      demo: false,
      mqttPort: expect.any(Number) as number,
      retentionDays: 400,
    });
  });
});

describe('GET /api/views', () => {
  test('a whole shift of the past, with the same boards as the API tells', async () => {
    const at = MORNING + 40 * MINUTE;
    const { body } = await app.ask(`/api/views?at=${iso(at)}&lines=press-1`);
    const { lines } = body as ViewsAnswer;
    expect(lines.map(({ line, zeroAt }) => [line.id, zeroAt])).toEqual([['press-1', MORNING]]);
    const boards = lines.map((view) => boardAt(factsOf(view), at));
    const told = (await app.ask(`/api/lines/press-1/board?at=${iso(at)}`)).body as {
      count: object;
      variance: object;
    };
    expect(boards[0]?.count).toEqual(told.count);
    expect(boards[0]?.count).toMatchObject({ good: 80 });
  });

  test('all lines when none is named; an unknown one is 404', async () => {
    expect((await app.ask('/api/views')).body).toMatchObject({ lines: [{}, {}, {}] });
    expect((await app.ask('/api/views?lines=press-1,nix')).status).toBe(404);
  });
});

describe('everything else', () => {
  test.each(['/api/nix', '/api', '/nix', '/api/lines/%ff/board'])(
    '%s is an error in the same shape',
    async (path) => {
      const { status, body } = await app.ask(path);
      expect([400, 404]).toContain(status);
      expect(body).toEqual({
        error: { code: expect.any(String) as string, message: expect.any(String) as string },
      });
    },
  );

  test('headers let pages work over plain HTTP', async () => {
    const { headers } = await raw('/api/plant');
    expect(headers.get('content-security-policy')).not.toContain('upgrade-insecure-requests');
    expect(headers.get('strict-transport-security')).toBeNull();
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  });
});
