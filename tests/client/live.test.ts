import { describe, expect, test, vi } from 'vitest';
import type {
  LineView,
  PointsFrame,
  SubscribeAnswer,
  SubscribeRequest,
  Tick,
} from '@lineside/domain/wire.ts';
import { LiveClock } from '../../client/src/clock.svelte.ts';
import { Floor } from '../../client/src/floor.svelte.ts';
import { brokerLostWords } from '../../client/src/outage.ts';
import { LiveSource, type LiveSocket } from '../../client/src/sources/live.svelte.ts';
import { Stage } from '../../client/src/stage.svelte.ts';
import { HOUR, MINUTE, MORNING } from '../support/builders.ts';
import { aView, Hands, PLANT } from './hands.ts';

class FakeSocket implements LiveSocket {
  connect = (): void => undefined;
  disconnect = (): void => undefined;
  points: (frame: PointsFrame) => void = () => undefined;
  line: (view: LineView) => void = () => undefined;
  tick: (tick: Tick) => void = () => undefined;
  plan = (): void => undefined;
  readonly requests: SubscribeRequest[] = [];
  readonly answers: ((answer: SubscribeAnswer) => void)[] = [];
  opened = 0;
  closed = 0;

  onConnect(run: () => void): void {
    this.connect = run;
  }
  onDisconnect(run: () => void): void {
    this.disconnect = run;
  }
  onPoints(run: (frame: PointsFrame) => void): void {
    this.points = run;
  }
  onLine(run: (view: LineView) => void): void {
    this.line = run;
  }
  onTick(run: (tick: Tick) => void): void {
    this.tick = run;
  }
  onPlan(run: () => void): void {
    this.plan = run;
  }
  subscribe(request: SubscribeRequest, answer: (answer: SubscribeAnswer) => void): void {
    this.requests.push(request);
    this.answers.push(answer);
  }
  open(): void {
    this.opened += 1;
  }
  close(): void {
    this.closed += 1;
    this.disconnect();
  }
  answer(fields: Partial<Extract<SubscribeAnswer, { ok: true }>> = {}): void {
    const { build = 'a', cursor = '1', brokerLostAt = null, lines = [aView()] } = fields;
    this.answers.at(-1)?.({
      ...{ ok: true, serverTime: MORNING + 30 * MINUTE, build, cursor, brokerLostAt },
      ...{ plant: PLANT, lines },
    });
  }
}

function aSource() {
  const hands = new Hands();
  const socket = new FakeSocket();
  const floor = new Floor();
  const clock = new LiveClock(hands, () => {
    floor.publish();
  });
  const onNewBuild = vi.fn();
  const source = new LiveSource({
    socket,
    floor,
    clock,
    timer: hands,
    random: () => 0.5,
    onNewBuild,
  });
  clock.start();
  const stop = source.start();
  return { hands, socket, floor, clock, source, onNewBuild, stop };
}

function frame(previous: string, cursor: string, minute: number, good: number): PointsFrame {
  const at = MORNING + minute * MINUTE;
  return { serverTime: at, previous, cursor, lines: [{ id: 'press-1', points: [[at, good, 0]] }] };
}

const goodOf = (floor: Floor): number | undefined => {
  const track = floor.line('press-1')?.facts.track;
  return track?.goodOf(track.length - 1);
};

test('a connection subscribes to all lines, and the answer is on the floor at once', () => {
  const { socket, floor, source, clock } = aSource();
  expect(socket.opened).toBe(1);
  socket.connect();
  expect(socket.requests).toEqual([{ lines: 'all' }]);
  expect(source.state.name).toBe('waiting');
  socket.answer();
  expect(source.state.name).toBe('open');
  expect(goodOf(floor)).toBe(30);
  expect(clock.at).toBe(MORNING + 30 * MINUTE);
});

test('frames that follow on each other are appended', () => {
  const { socket, floor } = aSource();
  socket.connect();
  socket.answer();
  socket.points(frame('1', '2', 31, 31));
  socket.points(frame('2', '3', 32, 33));
  expect(goodOf(floor)).toBe(33);
  expect(socket.requests).toHaveLength(1);
});

test('a dropped frame is asked for again, from the last frame seen', () => {
  const { hands, socket, floor } = aSource();
  socket.connect();
  socket.answer();
  socket.points(frame('2', '3', 32, 33));
  expect(goodOf(floor)).toBe(30);
  hands.turn(2_000);
  expect(socket.requests).toEqual([{ lines: 'all' }, { lines: 'all', after: '1' }]);
  socket.answer({ cursor: '3', lines: [aView(33)] });
  socket.points(frame('3', '4', 34, 34));
  expect(goodOf(floor)).toBe(34);
});

test('a dropped frame is noticed by the next tick, when no other frame follows', () => {
  const { hands, socket, floor } = aSource();
  socket.connect();
  socket.answer();
  socket.tick({ serverTime: MORNING, build: 'a', cursor: '1', brokerLostAt: null });
  hands.turn(3_000);
  expect(socket.requests).toHaveLength(1);
  socket.tick({ serverTime: MORNING, build: 'a', cursor: '2', brokerLostAt: null });
  hands.turn(3_000);
  expect(socket.requests).toEqual([{ lines: 'all' }, { lines: 'all', after: '1' }]);
  socket.answer({ cursor: '2', lines: [aView(33)] });
  expect(goodOf(floor)).toBe(33);
});

test('a reconnect asks for what came since, and keeps the lines that are left out', () => {
  const { socket, floor, source } = aSource();
  socket.connect();
  socket.answer();
  socket.disconnect();
  expect(source.state.name).toBe('waiting');
  expect(goodOf(floor)).toBe(30);
  socket.connect();
  expect(socket.requests.at(-1)).toEqual({ lines: 'all', after: '1' });
  socket.answer({ cursor: '2', lines: [] });
  expect(goodOf(floor)).toBe(30);
});

test('a refusal is told, and asked again from the start', () => {
  const { hands, socket, source } = aSource();
  socket.connect();
  socket.answers.at(-1)?.({ ok: false, error: { code: 'notReady', message: 'Still starting.' } });
  expect(source.state).toEqual({ name: 'failed', reason: 'Still starting.' });
  hands.turn(2_000);
  expect(socket.requests).toEqual([{ lines: 'all' }, { lines: 'all' }]);
});

test('a request that nobody answers is asked again, and its late answer is dropped', () => {
  const { hands, socket, floor } = aSource();
  socket.connect();
  hands.turn(10_000);
  expect(socket.requests).toHaveLength(2);
  socket.answers[0]?.({ ok: false, error: { code: 'late', message: 'Late.' } });
  socket.answer();
  expect(goodOf(floor)).toBe(30);
});

test('another build on the server is reported, the one we came from is not', () => {
  const { socket, onNewBuild } = aSource();
  socket.connect();
  socket.answer({ build: 'a' });
  socket.tick({ serverTime: MORNING, build: 'a', cursor: '1', brokerLostAt: null });
  expect(onNewBuild).not.toHaveBeenCalled();
  socket.tick({ serverTime: MORNING, build: 'b', cursor: '1', brokerLostAt: null });
  expect(onNewBuild).toHaveBeenCalledOnce();
});

test('a connection that is open but silent is opened anew', () => {
  const { hands, socket } = aSource();
  socket.connect();
  socket.answer();
  hands.turn(41_000);
  expect(socket.closed).toBe(1);
  expect(socket.opened).toBeGreaterThan(1);
});

test('a server that hangs up is called again, with some jitter', () => {
  const { hands, socket } = aSource();
  socket.connect();
  socket.answer();
  socket.disconnect();
  hands.turn(1_999);
  expect(socket.opened).toBe(1);
  hands.turn(1);
  expect(socket.opened).toBe(2);
});

test('a server that stays away is called again and again', () => {
  const { hands, socket } = aSource();
  hands.turn(60_500);
  expect(socket.opened).toBeGreaterThan(2);
});

test('a whole line replaces what was known of it', () => {
  const { hands, socket, floor } = aSource();
  socket.connect();
  socket.answer();
  socket.line(aView(10));
  hands.turn(1_000);
  expect(goodOf(floor)).toBe(10);
});

describe('a server that hears nothing from its broker', () => {
  const now = MORNING + 30 * MINUTE;
  const tick = { build: 'a', cursor: '1' };

  function aStage() {
    const parts = aSource();
    const { clock, floor, source, socket } = parts;
    socket.connect();
    return { ...parts, stage: new Stage(clock, floor, source, 'en-GB') };
  }

  test('is told of by the answer, and by the tick that ends it', () => {
    const { hands, socket, stage } = aStage();
    socket.answer({ brokerLostAt: now - MINUTE });
    expect(stage.brokerLostAt).toBe(now - MINUTE);
    socket.tick({ ...tick, serverTime: now + 1_000, brokerLostAt: null });
    hands.turn(1_000);
    expect(stage.brokerLostAt).toBeNull();
  });

  test("is told of after five seconds by the server's clock, so that a blink is not", () => {
    const { hands, socket, stage } = aStage();
    socket.answer();
    for (const second of [1, 2, 3, 4]) {
      socket.tick({ ...tick, serverTime: now + second * 1_000, brokerLostAt: now });
      hands.turn(250);
      expect(stage.brokerLostAt).toBeNull();
    }
    socket.tick({ ...tick, serverTime: now + 5_000, brokerLostAt: now });
    hands.turn(250);
    expect(stage.brokerLostAt).toBe(now);
  });

  test('has nothing to say of it while it is silent itself, and is believed again once it is back', () => {
    const { hands, socket, stage } = aStage();
    socket.answer({ brokerLostAt: now - MINUTE });
    hands.turn(4_000);
    expect(stage.brokerLostAt).toBe(now - MINUTE);
    hands.turn(2_000);
    expect(stage.cutOff).toBe(true);
    expect(stage.brokerLostAt).toBeNull();
    socket.tick({ ...tick, serverTime: now + 7_000, brokerLostAt: now - MINUTE });
    hands.turn(1_000);
    expect(stage.brokerLostAt).toBe(now - MINUTE);
  });

  test("is put in words with the plant's own time, and with the day when that is another one", () => {
    const { socket, stage } = aStage();
    expect(brokerLostWords(stage)).toBeNull();
    socket.answer({ brokerLostAt: now - MINUTE });
    expect(brokerLostWords(stage)?.what).toBe('Not hearing from the broker since 07:29:00.');
    socket.tick({ ...tick, serverTime: now, brokerLostAt: now - 50 * HOUR });
    expect(brokerLostWords(stage)?.what.replaceAll('\u00a0', ' ')).toBe(
      'Not hearing from the broker since Sat 21 Nov 05:30.',
    );
  });
});

test('a stopped source leaves no timer but the clock behind', () => {
  const { hands, socket, stop } = aSource();
  socket.connect();
  stop();
  expect(hands.jobs).toBe(1);
  expect(socket.closed).toBe(1);
});

test('a changed plan has everything asked for anew: lines may be gone, and the plant renamed', () => {
  const { hands, socket, floor } = aSource();
  socket.connect();
  socket.answer();
  socket.plan();
  socket.points(frame('1', '2', 31, 31));
  expect(goodOf(floor)).toBe(31);
  hands.turn(1_000);
  expect(socket.requests).toEqual([{ lines: 'all' }, { lines: 'all' }]);
  socket.answer({ cursor: '2', lines: [] });
  expect(floor.line('press-1')).toBeNull();
  socket.plan();
  socket.plan();
  hands.turn(1_000);
  expect(socket.requests).toHaveLength(3);
});
