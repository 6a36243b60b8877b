import type { AedesPublishPacket } from 'aedes';
import { beforeEach, describe, expect, test } from 'vitest';
import {
  MOST_FILTERS_PER_CLIENT,
  MOST_QUEUED_BYTES,
  MOST_QUEUED_MESSAGES,
  MOST_RETAINED_BYTES,
  MOST_RETAINED_TOPICS,
  MOST_SESSIONS,
  SESSION_KEPT_MS,
} from '../../server/src/broker/bounds.ts';
import { RetainedMessages } from '../../server/src/broker/retained.ts';
import { Sessions, type Client } from '../../server/src/broker/sessions.ts';
import { FilterTree, matches, type QoS } from '../../server/src/broker/topic-filter.ts';
import { MORNING } from '../support/builders.ts';
import { seeded } from '../support/random.ts';

let now: number;
let dropped: string[];
let sessions: Sessions;
let counter: number;

beforeEach(() => {
  now = MORNING;
  counter = 0;
  dropped = [];
  sessions = new Sessions({ now: () => now, dropped: (what) => dropped.push(what) });
});

const aClient = (id: string, clean = false): Client => ({ id, clean, closed: false });

/** A durable client that subscribed and went. */
function absent(id: string, filter = 'a'): Client {
  const client = aClient(id);
  sessions.open(client);
  sessions.connected(client);
  sessions.subscribe(client, filter, 1);
  sessions.disconnected(client);
  return client;
}

const aPacket = (topic: string, payload = 'x', qos: QoS = 1): AedesPublishPacket => ({
  ...{ cmd: 'publish', brokerId: 'broker', brokerCounter: ++counter, dup: false, retain: false },
  ...{ topic, payload: Buffer.from(payload), qos },
});

const waiting = (client: Client): string[] =>
  [...(sessions.outboxOf(client)?.again() ?? [])].map((owed) =>
    owed.cmd === 'publish' ? owed.payload.toString() : 'release',
  );

describe('topic filters', () => {
  test.each([
    ['a/b', 'a/b', true],
    ['a/b', 'a/c', false],
    ['a/+', 'a/b', true],
    ['a/+', 'a', false],
    ['a/+', 'a/', true],
    ['a/+', 'a/b/c', false],
    ['+/b', '/b', true],
    ['+', '/a', false],
    ['/+', '/a', true],
    ['#', 'a/b/c', true],
    ['a/#', 'a', true],
    ['a/#', 'a/b/c', true],
    ['a/#', 'ab', false],
    ['+/+/#', 'a', false],
    ['#', '$a/b', false],
    ['+/b', '$a/b', false],
    ['$a/#', '$a/b', true],
    ['$a/+', '$a/b', true],
    ['a/+', 'a/$b', true],
  ] as const)('%s and %s: %s', (filter, topic, isMatch) => {
    expect(matches(filter, topic)).toBe(isMatch);
    const tree = new FilterTree();
    tree.set(filter, 'someone', 1);
    expect(tree.match(topic).has('someone')).toBe(isMatch);
  });

  test('a tree finds whom a look at each filter finds, whatever came and went', () => {
    const random = seeded();
    const pick = (from: readonly string[]): string => from[random.below(from.length)] ?? '';
    const some = (levels: readonly string[]): string =>
      Array.from({ length: 1 + random.below(3) }, () => pick(levels)).join('/');
    const tree = new FilterTree();
    const held = new Map<string, Map<string, QoS>>();
    for (let turn = 0; turn < 5_000; turn++) {
      const name = pick(['one', 'two', 'three', '__proto__']);
      const filters = held.get(name) ?? new Map<string, QoS>();
      held.set(name, filters);
      const filter = some(['a', 'b', '+', '$x', '']) + pick(['', '', '/#']);
      const qos = random.below(3) as QoS;
      if (random.below(2) > 0) {
        tree.set(filter, name, qos);
        filters.set(filter, qos);
      } else {
        tree.delete(filter, name);
        filters.delete(filter);
      }
      const topic = some(['a', 'b', '$x', '']);
      const expected = new Map<string, number>();
      for (const [who, own] of held) {
        const found = [...own].filter(([each]) => matches(each, topic)).map(([, each]) => each);
        if (found.length > 0) expected.set(who, Math.max(...found));
      }
      expect(tree.match(topic)).toEqual(expected);
    }
  });
});

describe('what waits for absent sessions', () => {
  test('the oldest messages are kept, further ones dropped and counted', () => {
    const client = absent('press');
    for (let n = 0; n < MOST_QUEUED_MESSAGES + 7; n++) sessions.enqueue(aPacket('a', String(n)));
    const kept = waiting(client);
    expect([kept.length, kept[0], kept.at(-1)]).toEqual([1_000, '0', '999']);
    expect(dropped).toEqual(Array<string>(7).fill('queued'));
  });

  test('all queues together have a bound in bytes, which forgetting gives back', () => {
    for (let n = 0; n < 20; n++) absent(`press-${n}`);
    const payload = 'x'.repeat(60_000);
    while (dropped.length === 0) sessions.enqueue(aPacket('a', payload));
    expect(sessions.bytes).toBeLessThanOrEqual(MOST_QUEUED_BYTES);
    expect(sessions.bytes).toBeGreaterThan(MOST_QUEUED_BYTES - 20 * 61_000);
    for (let n = 0; n < 20; n++) sessions.forget(`press-${n}`);
    expect(sessions.bytes).toBe(0);
  });

  test('what was acknowledged waits no longer, and gives its bytes back', () => {
    const client = absent('press');
    const packet = aPacket('a');
    sessions.enqueue(packet);
    const outbox = sessions.outboxOf(client);
    outbox?.sending({ ...packet, messageId: 7 });
    outbox?.released(7);
    expect(waiting(client)).toEqual(['release']);
    outbox?.done(7);
    expect(waiting(client)).toEqual([]);
    expect(sessions.bytes).toBe(0);
  });

  test('two messages never share a packet identifier', () => {
    const client = absent('press');
    const packets = [aPacket('a'), aPacket('a')].map((packet) => ({
      ...packet,
      messageId: 65_535,
    }));
    for (const packet of packets) {
      sessions.enqueue(packet);
      sessions.outboxOf(client)?.sending(packet);
    }
    expect(packets.map(({ messageId }) => messageId)).toEqual([65_535, 1]);
  });

  test('filters that overlap queue a message once, at the highest quality', () => {
    const client = absent('press', 'a/b');
    sessions.subscribe(client, 'a/#', 2);
    sessions.enqueue(aPacket('a/b', 'x', 2));
    expect([...(sessions.outboxOf(client)?.again() ?? [])]).toMatchObject([{ qos: 2 }]);
  });

  test('a payload does not hold on to the chunk that it came in', () => {
    const client = absent('press');
    const chunk = Buffer.alloc(65_536, 'x');
    sessions.enqueue({ ...aPacket('a'), payload: chunk.subarray(5, 10) });
    const [owed] = [...(sessions.outboxOf(client)?.again() ?? [])];
    expect(owed?.cmd === 'publish' && owed.payload.buffer.byteLength).toBe(5);
  });
});

describe('sessions', () => {
  test('one that nobody comes back to for a day is forgotten', () => {
    absent('early');
    now += 60_000;
    absent('late');
    now += SESSION_KEPT_MS - 1;
    sessions.forgetOld();
    expect(sessions.size).toBe(1);
    expect(dropped).toEqual(['session']);
    now += 1_000_000;
    sessions.forgetOld();
    expect(sessions.size).toBe(0);
  });

  test('one that is connected is kept for as long as it takes', () => {
    const client = absent('press');
    sessions.open(client);
    sessions.connected(client);
    now += 10 * SESSION_KEPT_MS;
    sessions.forgetOld();
    expect(sessions.size).toBe(1);
  });

  test('of too many, the one that was left first is forgotten', () => {
    for (let n = 0; n < MOST_SESSIONS; n++) absent(`press-${n}`);
    const first = aClient('press-0');
    sessions.open(first);
    sessions.connected(first);
    sessions.disconnected(first);
    for (let n = 0; n < 2; n++) absent(`new-${n}`);
    expect(sessions.size).toBe(MOST_SESSIONS);
    expect(dropped).toEqual(['session', 'session']);
    expect(sessions.outboxOf({ id: 'press-0' })).toBeDefined();
    expect(sessions.outboxOf({ id: 'press-1' })).toBeUndefined();
    expect(sessions.outboxOf({ id: 'press-2' })).toBeUndefined();
  });

  test('one with nothing to keep ends with its connection', () => {
    const client = aClient('press');
    sessions.open(client);
    sessions.connected(client);
    sessions.disconnected(client);
    expect(sessions.size).toBe(0);
  });

  test('a client has a bounded number of filters, and unsubscribing makes room', () => {
    const client = aClient('onlooker', true);
    for (let n = 0; n < MOST_FILTERS_PER_CLIENT; n++) {
      expect(sessions.subscribe(client, `a/${n}`, 1)).toBe(true);
    }
    expect(sessions.subscribe(client, 'one/more', 1)).toBe(false);
    expect(sessions.subscribe(client, 'a/1', 2)).toBe(true);
    sessions.unsubscribe(client, ['a/2']);
    expect(sessions.subscribe(client, 'one/more', 1)).toBe(true);
    expect(dropped).toEqual(['subscription']);
  });

  test('all clients together have a bounded number of filters', () => {
    const clients = Array.from({ length: 51 }, (_, n) => aClient(`onlooker-${n}`, n % 2 === 0));
    const taken = clients.map((client) => {
      sessions.open(client);
      let kept = 0;
      while (kept < MOST_FILTERS_PER_CLIENT && sessions.subscribe(client, `${kept}`, 1)) kept += 1;
      return kept;
    });
    expect(taken).toEqual([...Array<number>(50).fill(MOST_FILTERS_PER_CLIENT), 0]);
    const [first, , , last] = [clients[0], null, null, clients[50]];
    if (first) sessions.disconnected(first);
    expect(last && sessions.subscribe(last, 'a', 1)).toBe(true);
  });
});

describe('retained messages', () => {
  let retained: RetainedMessages;
  beforeEach(() => {
    retained = new RetainedMessages((what) => dropped.push(what));
  });
  const topicsOf = async (filter: string): Promise<string[]> => {
    const topics = [];
    for await (const { topic } of retained.matching([filter])) topics.push(topic);
    return topics;
  };

  test('have a bounded number of topics; those that are there may change and go', async () => {
    for (let n = 0; n <= MOST_RETAINED_TOPICS; n++) retained.keep(aPacket(`a/${n}`));
    expect(dropped).toEqual(['retained']);
    retained.keep(aPacket('a/5', 'changed'));
    retained.keep(aPacket('a/6', ''));
    retained.keep(aPacket('b'));
    expect(dropped).toHaveLength(1);
    expect((await topicsOf('#')).length).toBe(MOST_RETAINED_TOPICS);
    expect(await topicsOf('b')).toEqual(['b']);
    expect(await topicsOf('a/6')).toEqual([]);
  });

  test('have a bounded size, which forgetting gives back', () => {
    const payload = 'x'.repeat(60_000);
    for (let n = 0; dropped.length === 0; n++) retained.keep(aPacket(`a/${n}`, payload));
    expect(retained.bytes).toBeLessThanOrEqual(MOST_RETAINED_BYTES);
    for (let n = 0; n < 1_000; n++) retained.keep(aPacket(`a/${n}`, ''));
    expect(retained.bytes).toBe(0);
  });
});
