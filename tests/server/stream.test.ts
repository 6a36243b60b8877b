import { boardAt } from '@lineside/domain/board.ts';
import { addPoints, factsOf } from '@lineside/domain/view.ts';
import type {
  ClientEvents,
  LineView,
  PointsFrame,
  ServerEvents,
  SubscribeAnswer,
} from '@lineside/domain/wire.ts';
import { connectAsync, type MqttClient } from 'mqtt';
import { io, type Socket } from 'socket.io-client';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startApp, type StartedApp } from '../support/app.ts';
import { HOUR, MINUTE, MORNING } from '../support/builders.ts';
import { happened } from '../support/happened.ts';
import { FakeClock } from '../support/fakeClock.ts';

type Screen = Socket<ServerEvents, ClientEvents>;
type Snapshot = Extract<SubscribeAnswer, { ok: true }>;

const NOW = MORNING + HOUR;

let app: StartedApp;
let publisher: MqttClient;
let screens: Screen[];

beforeEach(async () => {
  screens = [];
  app = await startApp({ clock: new FakeClock(NOW) });
  publisher = await connectAsync(app.mqtt);
});

afterEach(async () => {
  for (const screen of screens) screen.close();
  await publisher.endAsync();
  await app[Symbol.asyncDispose]();
});

function aScreen(headers: Record<string, string> = {}): Screen {
  const screen: Screen = io(app.http, {
    transports: ['websocket'],
    reconnection: false,
    forceNew: true,
    extraHeaders: headers,
  });
  screens.push(screen);
  return screen;
}

async function subscribed(
  screen: Screen,
  request: Parameters<ClientEvents['subscribe']>[0],
): Promise<Snapshot> {
  const answer = await screen.emitWithAck('subscribe', request);
  if (!answer.ok) throw new Error(answer.error.message);
  return answer;
}

async function next<Payload>(screen: Screen, event: keyof ServerEvents): Promise<Payload> {
  const [payload] = await happened(screen, event);
  return payload as Payload;
}
const nextFrame = (screen: Screen) => next<PointsFrame>(screen, 'points');
const nextView = (screen: Screen) => next<LineView>(screen, 'line');

const publish = (line: string, good: number, at: number): Promise<unknown> =>
  publisher.publishAsync(`lineside/${line}/output`, JSON.stringify({ good, ts: at }), { qos: 1 });

describe('subscribe', () => {
  test('is answered with a snapshot; nothing is sent to who does not ask', async () => {
    const screen = aScreen();
    const heard: string[] = [];
    screen.onAny((event: string) => heard.push(event));
    const answer = await subscribed(screen, { lines: 'all' });
    expect(heard).toEqual([]);
    expect(answer).toMatchObject({
      serverTime: NOW,
      build: 'none',
      plant: {
        name: 'Test plant',
        timeZone: 'UTC',
        demo: false,
        mqttPort: expect.any(Number) as number,
        retentionDays: 400,
      },
      lines: [{ line: { id: 'press-1' }, zeroAt: MORNING }, { line: { id: 'press-2' } }],
    });
    expect(answer.cursor).toMatch(/^[0-9a-f]+:\d+$/);
  });

  test('of some lines brings these; names that nobody knows are left out', async () => {
    const { lines } = await subscribed(aScreen(), { lines: ['press-2', 'nix'] });
    expect(lines.map(({ line }) => line.id)).toEqual(['press-2']);
  });

  test.each([
    ['nothing', undefined],
    ['no lines', {}],
    ['a wrong id', { lines: ['a b'] }],
    ['a wrong cursor', { lines: 'all', after: 7 }],
  ])('with %s is refused with a reason', async (_what, request) => {
    const answer = await aScreen().emitWithAck('subscribe', request as never);
    expect(answer).toMatchObject({
      ok: false,
      error: { code: 'badRequest', message: expect.any(String) as string },
    });
  });

  test('after a cursor brings only what changed since, and everything after a restart of the server', async () => {
    const screen = aScreen();
    const first = await subscribed(screen, { lines: 'all' });
    const again = await subscribed(screen, { lines: 'all', after: first.cursor });
    expect(again.lines).toEqual([]);
    const framed = nextFrame(screen);
    await publish('press-2', 1, NOW);
    app.clock.advance(250);
    await framed;
    const changed = await subscribed(screen, { lines: 'all', after: first.cursor });
    expect(changed.lines.map(({ line }) => line.id)).toEqual(['press-2']);
    const other = await subscribed(screen, { lines: 'all', after: 'otherrun:99' });
    expect(other.lines).toHaveLength(2);
  });
});

describe('points', () => {
  test('come at most 4 times a second, all new ones of all lines together, as totals', async () => {
    const screen = aScreen();
    const { cursor } = await subscribed(screen, { lines: 'all' });
    const frames: PointsFrame[] = [];
    screen.on('points', (frame) => frames.push(frame));
    for (const [good, at] of [
      [10, NOW],
      [13, NOW + 1],
      [14, NOW + 2],
    ] as const)
      await publish('press-1', good, at);
    await publish('press-2', 7, NOW);
    const framed = nextFrame(screen);
    app.clock.advance(250);
    await framed;
    expect(frames).toHaveLength(1);
    expect(frames[0]).toMatchObject({
      serverTime: NOW + 250,
      previous: cursor,
      lines: [
        {
          id: 'press-1',
          points: [
            [NOW, 0, 0],
            [NOW + 1, 3, 0],
            [NOW + 2, 4, 0],
          ],
        },
        { id: 'press-2', points: [[NOW, 0, 0]] },
      ],
    });
  });

  test('a screen of one line gets its own points, and the cursor of every frame', async () => {
    const [all, one] = [aScreen(), aScreen()];
    await subscribed(all, { lines: 'all' });
    const { cursor } = await subscribed(one, { lines: ['press-2'] });
    const frames: PointsFrame[] = [];
    one.on('points', (frame) => frames.push(frame));
    for (const line of ['press-1', 'press-2']) {
      const framed = nextFrame(one);
      await publish(line, 5, NOW);
      app.clock.advance(250);
      await framed;
    }
    expect(frames.map(({ lines }) => lines.map(({ id }) => id))).toEqual([[], ['press-2']]);
    expect(frames[0]?.previous).toBe(cursor);
    expect(frames[1]?.previous).toBe(frames[0]?.cursor);
  });

  test('a snapshot and the frames after it give the boards of the server', async () => {
    const screen = aScreen();
    await publish('press-1', 10, NOW - 40 * MINUTE);
    app.clock.advance(250);
    const { lines } = await subscribed(screen, { lines: ['press-1'] });
    const facts = lines.map(factsOf)[0];
    if (!facts) throw new Error('no line');
    screen.on('points', (frame) => {
      for (const points of frame.lines) addPoints(facts.track, points);
    });
    for (let step = 1; step <= 5; step++) {
      const framed = nextFrame(screen);
      await publish('press-1', 10 + step * 3, NOW - 30 * MINUTE + step * MINUTE);
      app.clock.advance(250);
      await framed;
    }
    const { body } = await app.ask(`/api/lines/press-1/board?at=${NOW}`);
    expect(boardAt(facts, NOW).count).toEqual((body as { count: unknown }).count);
    expect(boardAt(facts, NOW).count).toMatchObject({ good: 15 });
  });

  test('a subscription between two frames gets each point once', async () => {
    const screen = aScreen();
    await happened(screen, 'connect');
    await publish('press-1', 1, NOW);
    const asked = subscribed(screen, { lines: 'all' });
    const other = aScreen();
    // Once another screen is through, the first request has reached the server.
    await happened(other, 'connect');
    app.clock.advance(250);
    const { lines, cursor } = await asked;
    expect(lines[0]?.track.at).toEqual([NOW]);
    const framed = nextFrame(screen);
    await publish('press-1', 2, NOW + 1);
    app.clock.advance(250);
    expect(await framed).toMatchObject({
      previous: cursor,
      lines: [{ points: [[NOW + 1, 1, 0]] }],
    });
  });
});

describe('line', () => {
  test('a late reading brings the whole view', async () => {
    const screen = aScreen();
    await publish('press-1', 10, NOW - 30 * MINUTE);
    await publish('press-1', 20, NOW);
    app.clock.advance(250);
    await subscribed(screen, { lines: ['press-1'] });
    const viewed = nextView(screen);
    await publish('press-1', 12, NOW - 20 * MINUTE);
    app.clock.advance(250);
    const view = await viewed;
    expect(factsOf(view).track.length).toBe(3);
  });

  test('a change of shift brings every view', async () => {
    const screen = aScreen();
    await publish('press-1', 10, NOW);
    app.clock.advance(250);
    await subscribed(screen, { lines: 'all' });
    const viewed = nextView(screen);
    app.clock.advance(7 * HOUR);
    // The lines are loaded from the store: frames go on until they are.
    const frames = setInterval(() => app.clock.advance(250), 5);
    const view = await viewed;
    clearInterval(frames);
    expect(view.zeroAt).toBe(MORNING + 8 * HOUR);
  });

  test('a line that nobody planned is told to those who watch all', async () => {
    const screen = aScreen();
    await subscribed(screen, { lines: 'all' });
    const viewed = nextView(screen);
    await publish('press-9', 1, NOW);
    app.clock.advance(250);
    expect(await viewed).toMatchObject({ discovered: true, line: { id: 'press-9' } });
  });
});

describe('tick', () => {
  test("comes every second, with the server's time", async () => {
    const screen = aScreen();
    await subscribed(screen, { lines: [] });
    const ticked = next(screen, 'tick');
    app.clock.advance(1_000);
    expect(await ticked).toEqual({
      serverTime: NOW + 1_000,
      build: 'none',
      brokerLostAt: null,
      cursor: expect.stringMatching(/:0$/) as string,
    });
  });
});

describe('who may connect', () => {
  test('a page of another origin may not', async () => {
    const screen = aScreen({ origin: 'http://evil.example' });
    await happened(screen, 'connect_error');
    expect(screen.connected).toBe(false);
  });

  test('a page of this server may', async () => {
    const screen = aScreen({ origin: app.http });
    await happened(screen, 'connect');
  });

  test('only WebSockets are spoken', async () => {
    const response = await fetch(`${app.http}/socket.io/?EIO=4&transport=polling`);
    expect(response.status).toBe(400);
  });
});
