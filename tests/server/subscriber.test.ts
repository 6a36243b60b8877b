import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { MOST_UNDER_WAY } from '../../server/src/subscriber/inflow.ts';
import { Subscriber } from '../../server/src/subscriber/subscriber.ts';
import { MORNING } from '../support/builders.ts';
import { FakeClock } from '../support/fakeClock.ts';
import { HeldStore } from '../support/heldStore.ts';
import { anIntake, TOPICS } from '../support/intake.ts';
import { TestLog } from '../support/log.ts';
import { seeded } from '../support/random.ts';
import { RawBroker, type Caller } from '../support/rawBroker.ts';

const OUTPUT = 'lineside/press-1/output';
const STATUS = 'lineside/press-1/status';

let store: HeldStore;
let log: TestLog;
let clock: FakeClock;
let broker: RawBroker;
let subscriber: Subscriber;
let leftOut: number;
let reconnects: number;
let sessionsLost: number;

beforeEach(async () => {
  store = new HeldStore();
  log = new TestLog();
  clock = new FakeClock(MORNING);
  broker = await RawBroker.listen();
  leftOut = 0;
  reconnects = 0;
  sessionsLost = 0;
  subscriber = new Subscriber({
    url: new URL(`mqtt://user:se%40cret@127.0.0.1:${broker.port}`),
    instance: () => Promise.resolve('0123456789ab'),
    filters: () => TOPICS.filters,
    intake: anIntake(store, clock, { events: { retainedLeftOut: () => (leftOut += 1) } }),
    events: {
      reconnected: () => (reconnects += 1),
      sessionLost: () => (sessionsLost += 1),
    },
    clock,
    log,
  });
  await subscriber.start();
});

afterEach(async () => {
  for (const commit of store.held) commit();
  await subscriber.close();
  await broker[Symbol.asyncDispose]();
});

/** Lets the subscriber's waits pass until it connects. */
async function nextCaller(): Promise<Caller> {
  const coming = broker.caller();
  for (;;) {
    const caller = await Promise.race([
      coming,
      new Promise<null>((none) => setTimeout(() => none(null), 5)),
    ]);
    if (caller) {
      await caller.until(({ connect }) => connect.length > 0);
      return caller;
    }
    clock.advance(250);
  }
}

async function nextSubscriber(hadSession = true): Promise<Caller> {
  const caller = await nextCaller();
  await caller.greet(0, hadSession);
  await caller.grant();
  return caller;
}

/** What follows from the bytes received so far has happened. */
async function untilSettled(caller: Caller): Promise<void> {
  caller.publish(60_000, OUTPUT, '{"good":1}');
  await caller.until(({ pubacks }) => pubacks.includes(60_000));
}

async function untilHeard(): Promise<void> {
  while (!subscriber.connected) await new Promise((next) => setTimeout(next, 1));
}

const numbers = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, n) => from + n);

describe('the connection', () => {
  test('is MQTT 5 with a session that is kept, a client id of its own, and bounds', async () => {
    const { connect, version } = await broker.caller().then(async (caller) => {
      await caller.greet();
      await caller.grant();
      return caller;
    });
    expect(version).toBe(5);
    const [flags = 0, keepAlive] = [connect[7], connect.readUInt16BE(8)];
    expect(flags & 2, 'clean start').toBe(0);
    expect(keepAlive).toBe(15);
    const properties = connect.subarray(11, 11 + (connect[10] ?? 0));
    expect(properties.includes(Buffer.from([0x11, 0, 9, 0x3a, 0x80])), '7 days').toBe(true);
    expect(properties.includes(Buffer.from([0x21, 0x07, 0xd0])), 'receive maximum 2,000').toBe(
      true,
    );
    expect(connect.includes('lineside-0123456789ab')).toBe(true);
    expect(connect.includes('se@cret'), 'percent-decoded').toBe(true);
  });

  test('asks for the output and status topics on every connection', async () => {
    const first = await broker.subscriber();
    expect(first.filters).toEqual(['lineside/+/output', 'lineside/+/status']);
    await untilHeard();
    first.close();
    const second = await nextSubscriber();
    expect(second.filters).toEqual(first.filters);
    await untilHeard();
    expect(reconnects).toBe(1);
  });

  test('says since when and why it is lost, and when it is back', async () => {
    expect(subscriber).toMatchObject({ connected: false, lostAt: MORNING });
    const caller = await broker.subscriber();
    await untilHeard();
    expect(subscriber).toMatchObject({ lostAt: null, trouble: null });
    clock.advance(5_000);
    caller.close();
    await nextSubscriber();
    await untilHeard();
    const said = log.warnings.map(({ message }) => message);
    expect(said).toEqual(['the connection to the broker is lost', 'the broker is heard again']);
    expect(JSON.stringify(log.warnings)).not.toMatch(/user|cret/);
  });

  test('the broker has forgotten the session: said, as messages may be lost', async () => {
    const first = await broker.subscriber();
    await untilHeard();
    first.close();
    (await nextSubscriber()).close();
    expect(sessionsLost).toBe(0);
    await nextSubscriber(false);
    expect(sessionsLost).toBe(1);
    expect(log.warnings.map(({ message }) => message).join()).toContain('turn on its persistence');
  });

  test('a broker that hangs up without a word: the port may be for the other protocol', async () => {
    const caller = await broker.caller();
    await caller.until(({ connect }) => connect.length > 0);
    caller.close();
    await nextCaller();
    expect(subscriber.trouble).toMatch(/hangs up before it answers.*mqtt:\/\/ or mqtts:\/\//);
  });

  test('is given up for a new one when the broker never answers', async () => {
    const mute = await broker.caller();
    await mute.until(({ connect }) => connect.length > 0);
    clock.advance(60_000);
    await mute.until(({ isClosed }) => isClosed);
    expect(subscriber.trouble).toContain('no answer from mqtt://127.0.0.1');
    const next = await nextSubscriber();
    next.publish(1, OUTPUT, '{"good":1}');
    await next.until(({ pubacks }) => pubacks.length === 1);
  });

  test('taken over by another Lineside with the same id, it says so', async () => {
    const caller = await broker.subscriber();
    await untilHeard();
    caller.send(Buffer.of(0xe0, 1, 0x8e));
    await caller.until(({ isClosed }) => isClosed);
    expect(subscriber.trouble).toMatch(/another client with the same id.*data folder/);
  });

  test('waits longer after each attempt in vain, up to 8 seconds', async () => {
    const waits: number[] = [];
    (await broker.caller()).close();
    for (let attempt = 0; attempt < 8; attempt++) {
      const before = clock.now();
      const caller = await nextCaller();
      waits.push(clock.now() - before);
      await caller.greet(3);
      await caller.until(({ isClosed }) => isClosed);
    }
    expect(waits[0]).toBeLessThanOrEqual(1_000);
    expect(Math.max(...waits)).toBeLessThanOrEqual(8_500);
    expect(Math.max(...waits)).toBeGreaterThan(3_000);
    expect(subscriber.trouble).toContain('takes no connection at the moment');
  });
});

describe('a broker of MQTT 3.1.1', () => {
  test('that says so is spoken to in 3.1.1 from then on', async () => {
    const newer = await broker.caller();
    await newer.until(({ connect }) => connect.length > 0);
    newer.send(Buffer.of(0x20, 2, 0, 1));
    for (let round = 0; round < 2; round++) {
      const older = await nextSubscriber();
      expect(older.version).toBe(4);
      older.publish(7, OUTPUT, '{"good":1}');
      await older.until(({ pubacks }) => pubacks.length === 1);
      older.close();
    }
  });

  test('that hangs up without a word is spoken to in 3.1.1; later MQTT 5 is tried again', async () => {
    const newer = await broker.caller();
    await newer.until(({ connect }) => connect.length > 0);
    newer.close();
    const older = await nextSubscriber();
    expect(older.version).toBe(4);
    await untilHeard();
    older.close();
    expect((await nextCaller()).version).toBe(5);
  });
});

describe('acknowledgement means stored', () => {
  test.each([4, 5])('version %d: after the commit, in the order of arrival', async (version) => {
    let caller = await broker.caller();
    if (version === 4) {
      await caller.greet(1);
      caller = await nextCaller();
    }
    await caller.greet();
    await caller.grant();
    store.isHeld = true;
    for (const id of [5, 3, 9]) caller.publish(id, OUTPUT, `{"good":${id}}`);
    await store.until(({ held }) => held.length === 3);
    store.held[2]?.();
    store.held[1]?.();
    await new Promise((next) => setTimeout(next, 20));
    expect(caller.pubacks).toEqual([]);
    store.held[0]?.();
    await caller.until(({ pubacks }) => pubacks.length === 3);
    expect(caller.pubacks).toEqual([5, 3, 9]);
  });

  test('QoS 0 is stored and not acknowledged, QoS 2 is completed once it is stored', async () => {
    const caller = await broker.subscriber();
    caller.publish(0, OUTPUT, '{"good":1}', { qos: 0 });
    caller.publish(4, OUTPUT, '{"good":2}', { qos: 2 });
    caller.send(Buffer.of(0x62, 2, 0, 4));
    await caller.until(({ pubcomps }) => pubcomps === 1);
    await untilSettled(caller);
    expect(caller.pubacks).toEqual([60_000]);
    expect(store.counts.accepted).toBe(3);
  });

  test('no more than 2,000 are under way, whatever the broker sends', async () => {
    const caller = await broker.subscriber();
    store.isHeld = true;
    for (const id of numbers(1, 2_800)) caller.publish(id, OUTPUT, `{"good":${id}}`);
    await store.until(({ held }) => held.length === MOST_UNDER_WAY);
    await new Promise((next) => setTimeout(next, 20));
    expect(store.held).toHaveLength(MOST_UNDER_WAY);
    store.isHeld = false;
    for (const commit of store.held) commit();
    await caller.until(({ pubacks }) => pubacks.length === 2_800);
    expect(caller.pubacks).toEqual(numbers(1, 2_800));
  });

  test('those under way count over connections: a broker that delivers again fills no memory', async () => {
    store.isHeld = true;
    let caller = await broker.subscriber();
    for (let round = 0; round < 3; round++) {
      for (const id of numbers(1, 1_600)) caller.publish(id, OUTPUT, `{"good":${id}}`);
      await store.until(({ held }) => held.length >= (round === 0 ? 1_600 : MOST_UNDER_WAY));
      caller.close();
      caller = await nextSubscriber();
    }
    expect(store.held).toHaveLength(MOST_UNDER_WAY);
    store.isHeld = false;
    for (const commit of store.held) commit();
    await untilSettled(caller);
    expect(caller.pubacks).toEqual([60_000]);
  });

  test('what an earlier connection brought is not acknowledged on the next one', async () => {
    const first = await broker.subscriber();
    store.isHeld = true;
    first.publish(1, OUTPUT, '{"good":1}');
    await store.until(({ held }) => held.length === 1);
    first.close();
    const second = await nextSubscriber();
    second.publish(1, OUTPUT, '{"good":2}');
    await store.until(({ held }) => held.length === 2);
    store.held[0]?.();
    await new Promise((next) => setTimeout(next, 20));
    expect(second.pubacks).toEqual([]);
    store.held[1]?.();
    await second.until(({ pubacks }) => pubacks.length === 1);
  });

  test('sent again on the same connection while it is under way, it is acknowledged once', async () => {
    const caller = await broker.subscriber();
    store.isHeld = true;
    caller.publish(1, OUTPUT, '{"good":1}');
    caller.publish(1, OUTPUT, '{"good":1}', { again: true });
    await store.until(({ held }) => held.length === 1);
    store.isHeld = false;
    store.held[0]?.();
    await untilSettled(caller);
    expect(caller.pubacks).toEqual([1, 60_000]);
  });

  test('what cannot be stored is not acknowledged: the connection ends, and it comes again', async () => {
    const first = await broker.subscriber();
    store.isHeld = true;
    for (const id of [1, 2, 3]) first.publish(id, OUTPUT, `{"good":${id},"seq":${id}}`);
    await store.until(({ held }) => held.length === 3);
    store.held[0]?.();
    await store.until(({ counts }) => counts.accepted === 1);
    store.held[1]?.(new Error('disk full'));
    await first.until(({ isClosed }) => isClosed);
    expect(first.pubacks).toEqual([1]);
    expect(subscriber.trouble).toContain('could not be stored');
    expect(log.errors.map(({ message }) => message)).toEqual(['a message could not be stored']);
    store.isHeld = false;
    store.held[2]?.();
    const second = await nextSubscriber();
    for (const id of [2, 3]) {
      second.publish(id, OUTPUT, `{"good":${id},"seq":${id}}`, { again: true });
    }
    await second.until(({ pubacks }) => pubacks.length === 2);
    expect(second.pubacks).toEqual([2, 3]);
    expect(store.counts.accepted).toBe(3);
  });

  test('on the way out what is under way is acknowledged; what comes then is left to the broker', async () => {
    const caller = await broker.subscriber();
    store.isHeld = true;
    caller.publish(1, OUTPUT, '{"good":1}');
    await store.until(({ held }) => held.length === 1);
    subscriber.stopIntake();
    caller.publish(2, OUTPUT, '{"good":2}');
    const closed = subscriber.close();
    store.held[0]?.();
    await closed;
    await caller.until(({ isClosed }) => isClosed);
    expect(caller.pubacks).toEqual([1]);
    expect(caller.hasSaidGoodbye).toBe(true);
    expect(store.held).toHaveLength(1);
  });
});

describe('a subscription that is refused', () => {
  test('is trouble, while the others are heard; it is asked for again', async () => {
    const caller = await broker.caller();
    await caller.greet();
    await caller.grant([1, 0x87]);
    await untilHeard();
    expect(subscriber.trouble).toMatch(/refuses.*lineside\/\+\/status.*right to read/);
    caller.publish(1, OUTPUT, '{"good":1}');
    await caller.until(({ pubacks }) => pubacks.length === 1);
    clock.advance(30_000);
    await caller.until(({ subscribes }) => subscribes === 2);
    expect(caller.filters).toEqual(['lineside/+/status']);
    await caller.grant([1]);
    while (subscriber.trouble !== null) await new Promise((next) => setTimeout(next, 1));
  });

  test('when all are, nothing is heard', async () => {
    const caller = await broker.caller();
    await caller.greet();
    await caller.grant([0x80, 0x80]);
    while (!subscriber.trouble?.includes('refuses the subscription')) {
      await new Promise((next) => setTimeout(next, 1));
    }
    expect(subscriber).toMatchObject({ connected: false, lostAt: MORNING });
  });
});

describe('what the broker had kept (retain)', () => {
  const retain = { retain: true };

  test('is left out without a time of its own, taken with one, and a status is taken', async () => {
    const caller = await broker.subscriber();
    caller.publish(1, OUTPUT, '{"good":1}', retain);
    caller.publish(2, OUTPUT, `{"good":2,"ts":${MORNING - 60_000}}`, retain);
    caller.publish(3, OUTPUT, `{"good":2,"ts":${MORNING - 60_000}}`, retain);
    caller.publish(4, STATUS, 'offline', retain);
    caller.publish(5, OUTPUT, '', retain);
    caller.publish(6, OUTPUT, `{"good":2,"ts":${MORNING - 30 * 86_400_000}}`, retain);
    caller.publish(7, OUTPUT, 'nonsense', retain);
    await caller.until(({ pubacks }) => pubacks.length === 7);
    expect(store.counts).toEqual({ accepted: 2, duplicates: 1, quarantined: 1 });
    expect(leftOut).toBe(3);
  });
});

describe('broken and oversized packets', () => {
  test.each([4, 5])('version %d: a message over 128 KiB is quarantined by its head', async (to) => {
    let caller = await broker.caller();
    if (to === 4) {
      await caller.greet(1);
      caller = await nextCaller();
    }
    await caller.greet();
    await caller.grant();
    caller.publish(8, OUTPUT, 'x'.repeat(1_000_000));
    caller.publish(9, OUTPUT, 'y'.repeat(70_000));
    await caller.until(({ pubacks }) => pubacks.length === 2);
    expect(store.refusals.map(({ topic, payload, reason }) => [topic, payload[0], reason])).toEqual(
      [
        [OUTPUT, 'x', 'payload of 1000000 bytes; at most 65536 (64 KiB)'],
        [OUTPUT, 'y', 'payload of 70000 bytes; at most 65536'],
      ],
    );
    await untilSettled(caller);
  });

  test('end their connection and nothing else', { timeout: 30_000 }, async () => {
    const random = seeded();
    const thrown: unknown[] = [];
    const note = (error: unknown): number => thrown.push(error);
    process.on('uncaughtException', note);
    for (let round = 0; round < 60; round++) {
      const caller = await nextSubscriber();
      for (let n = 0; n < 5; n++) caller.send(nonsense(random.below));
      await new Promise((next) => setTimeout(next, 1));
      caller.close();
      await caller.until(({ isClosed }) => isClosed);
    }
    process.off('uncaughtException', note);
    expect(thrown).toEqual([]);
    await untilSettled(await nextSubscriber());
  });
});

/** Packets that are almost right. */
function nonsense(below: (end: number) => number): Buffer {
  const body = Array.from({ length: below(40) }, () => below(below(3) === 0 ? 256 : 45));
  if (below(2) === 0) {
    const topic = Buffer.from(OUTPUT);
    const head = Buffer.concat([Buffer.of(0, topic.length), topic, Buffer.of(0, 1 + below(9))]);
    const publish = Buffer.concat([head, Buffer.from(body)]);
    return Buffer.concat([Buffer.of(0x30 | below(16), publish.length), publish]);
  }
  return Buffer.concat([Buffer.of(below(256), body.length), Buffer.from(body)]);
}
