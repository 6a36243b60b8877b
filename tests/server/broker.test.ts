import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Reading } from '@lineside/domain/reading.ts';
import mqtt, { type MqttClient } from 'mqtt';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Broker } from '../../server/src/broker/broker.ts';
import { MemoryStore } from '../../server/src/readings/memory.ts';
import { MORNING } from '../support/builders.ts';
import { FakeClock } from '../support/fakeClock.ts';
import { happened } from '../support/happened.ts';
import { anIntake } from '../support/intake.ts';
import { TestLog } from '../support/log.ts';
import { connectPacket, publishPacket } from '../support/publisher.ts';
import { publishBytes, RawClient, TYPE } from '../support/rawClient.ts';

const OUTPUT = 'lineside/press-1/output';

/** A store whose commits the test lets through. */
class GatedStore extends MemoryStore {
  gate: Promise<unknown> = Promise.resolve();
  failures = 0;
  readonly #asked: (() => void)[] = [];

  override async append(reading: Reading): Promise<boolean> {
    for (const wake of this.#asked.splice(0)) wake();
    await this.gate;
    if (this.failures > 0) {
      this.failures -= 1;
      throw new Error('disk full');
    }
    return super.append(reading);
  }

  asked(): Promise<void> {
    return new Promise((resolve) => this.#asked.push(resolve));
  }
}

let store: GatedStore;
let log: TestLog;
let broker: Broker;
let port: number;
let shown: Reading[];
let clients: (MqttClient | Socket)[];
let clock: FakeClock;
let dropped: string[];

beforeEach(async () => {
  store = new GatedStore();
  log = new TestLog();
  shown = [];
  clients = [];
  clock = new FakeClock(MORNING);
  dropped = [];
  const intake = anIntake(store, clock, { shown: [{ add: (reading) => shown.push(reading) }] });
  const address = { host: '127.0.0.1', port: 0 };
  const events = { dropped: (what: string) => dropped.push(what) };
  broker = new Broker({ address, intake, clock, log, events });
  port = await broker.start();
});

afterEach(async () => {
  for (const client of clients) {
    if ('endAsync' in client) await client.endAsync(true);
    else client.destroy();
  }
  await broker.close();
});

async function aClient(options: mqtt.IClientOptions = {}): Promise<MqttClient> {
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, {
    reconnectPeriod: 10,
    ...options,
  });
  clients.push(client);
  return client;
}

async function aSocket(): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  clients.push(socket);
  socket.on('error', () => undefined);
  socket.on('data', () => undefined);
  await once(socket, 'connect');
  return socket;
}

/** The next bytes that a socket receives. */
async function received(socket: Socket, length: number): Promise<Buffer> {
  let bytes = Buffer.alloc(0);
  while (bytes.length < length) {
    const [chunk] = (await once(socket, 'data')) as [Buffer];
    bytes = Buffer.concat([bytes, chunk]);
  }
  return bytes;
}

const CONNACK = Buffer.from([0x20, 2, 0, 0]);

describe('acknowledgement means stored', () => {
  test.each([1, 2] as const)('QoS %d: not before the commit', async (qos) => {
    const client = await aClient();
    const gate = Promise.withResolvers();
    store.gate = gate.promise;
    const asked = store.asked();
    const order: string[] = [];
    const published = client
      .publishAsync(OUTPUT, '{"good":1}', { qos })
      .then(() => order.push('acknowledged'));
    await asked;
    // An answer to a ping overtakes nothing: had the acknowledgement been sent, it would be here.
    const socket = await aSocket();
    socket.write(connectPacket('other'));
    await received(socket, 4);
    order.push('committed');
    gate.resolve(null);
    await published;
    expect(order).toEqual(['committed', 'acknowledged']);
    expect(shown).toHaveLength(1);
  });

  test('QoS 0 is stored too', async () => {
    const client = await aClient();
    const asked = store.asked();
    await client.publishAsync(OUTPUT, '{"good":1}', { qos: 0 });
    await asked;
    await client.publishAsync(OUTPUT, '{"good":2}', { qos: 1 });
    expect(shown.map(({ good }) => good)).toEqual([1, 2]);
  });

  test('what is sent in one go is acknowledged in its order', async () => {
    const socket = await aSocket();
    const packets = [1, 2, 3, 4].map((id) => publishPacket(OUTPUT, `{"good":${id}}`, id));
    socket.write(Buffer.concat([connectPacket('press'), ...packets]));
    const puback = (id: number): Buffer => Buffer.from([0x40, 2, 0, id]);
    expect(await received(socket, 20)).toEqual(
      Buffer.concat([CONNACK, ...[1, 2, 3, 4].map(puback)]),
    );
  });

  test('a store that fails closes the connection, and what comes again is kept', async () => {
    const client = await aClient();
    store.failures = 1;
    await client.publishAsync(OUTPUT, '{"good":1,"seq":1}', { qos: 1 });
    expect(shown.map(({ good }) => good)).toEqual([1]);
    expect(log.errors).toMatchObject([{ message: 'a message could not be stored' }]);
  });

  test('a message in a session that resumes is taken once', async () => {
    const socket = await aSocket();
    socket.write(connectPacket('press'));
    await received(socket, 4);
    socket.write(publishPacket(OUTPUT, '{"good":1,"seq":1,"kind":"increment"}', 5));
    await received(socket, 4);
    socket.destroy();
    const again = await aSocket();
    again.write(connectPacket('press'));
    await received(again, 4);
    again.write(publishPacket(OUTPUT, '{"good":1,"seq":1,"kind":"increment"}', 5, true));
    await received(again, 4);
    expect(store.counts).toEqual({ accepted: 1, duplicates: 1, quarantined: 0 });
  });
});

describe('messages that are none', () => {
  test('a wrong payload, an unknown topic: acknowledged, quarantined, and the next one gets through', async () => {
    const client = await aClient();
    await client.publishAsync(OUTPUT, 'NaN', { qos: 1 });
    await client.publishAsync('somewhere/else', '1', { qos: 2 });
    await client.publishAsync(OUTPUT, '7', { qos: 1 });
    expect((await store.newest(9)).map(({ topic }) => topic)).toEqual(['somewhere/else', OUTPUT]);
    expect(shown.map(({ good }) => good)).toEqual([7]);
  });

  test.each([
    [1, 0x40],
    [2, 0x50],
  ])(
    'an oversized payload of QoS %d is refused with its reason and acknowledged, without being read',
    async (qos, ack) => {
      const socket = await aSocket();
      socket.write(connectPacket('press'));
      await received(socket, 4);
      const large = publishPacket(OUTPUT, 'x'.repeat(1_000_000), 7);
      large[0] = 0x30 | (qos << 1);
      socket.write(large);
      expect(await received(socket, 4)).toEqual(Buffer.from([ack, 2, 0, 7]));
      socket.write(publishPacket(OUTPUT, '{"good":3}', 8));
      expect(await received(socket, 4)).toEqual(Buffer.from([0x40, 2, 0, 8]));
      const [refused] = await store.newest(1);
      expect(refused).toMatchObject({
        topic: OUTPUT,
        payload: 'x'.repeat(4_096),
        reason: expect.stringContaining('1000000 bytes') as string,
      });
      expect(shown).toHaveLength(1);
    },
  );

  test('a client of mqtt.js survives an oversized payload without reconnecting', async () => {
    const client = await aClient();
    let closes = 0;
    client.on('close', () => closes++);
    await client.publishAsync(OUTPUT, 'x'.repeat(300_000), { qos: 2 });
    await client.publishAsync(OUTPUT, '1', { qos: 1 });
    expect(closes).toBe(0);
    expect(store.counts).toMatchObject({ accepted: 1, quarantined: 1 });
  });

  test("the broker's own topics are closed to clients", async () => {
    const socket = await aSocket();
    socket.write(
      Buffer.concat([connectPacket('press'), publishPacket('$SYS/x/new/clients', 'press', 1)]),
    );
    await once(socket, 'close');
    expect(store.counts).toEqual({ accepted: 0, duplicates: 0, quarantined: 0 });
  });
});

describe('connections that mean no good', () => {
  test.each([
    ['speaks HTTP', Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n')],
    ['promises 200 MB before CONNECT', Buffer.from([0x10, 0xff, 0xff, 0xff, 0x5f, 0, 4])],
    ['publishes before CONNECT', publishPacket(OUTPUT, '1', 1)],
  ])('one that %s is closed', async (_what, bytes) => {
    const socket = await aSocket();
    socket.write(bytes);
    await once(socket, 'close');
    expect(broker.connected).toBe(true);
    expect(log.warnings).toHaveLength(1);
  });
});

describe('availability and onlookers', () => {
  test('a last will is an availability message (R2)', async () => {
    const will = {
      topic: 'lineside/press-1/status',
      payload: Buffer.from('offline'),
      qos: 1,
      retain: true,
    } as const;
    const client = await aClient({ will, reconnectPeriod: 0 });
    const asked = store.asked();
    client.stream.destroy();
    await asked;
    await store.gate;
    expect(await store.read('press-1', 0, Infinity)).toMatchObject([{ online: false }]);
  });

  test('what is no reading is refused with its reason, and delivered and kept like any message', async () => {
    const publisher = await aClient();
    await publisher.publishAsync('nonsense/topic', 'x', { qos: 1, retain: true });
    const onlooker = await aClient();
    const seen = happened(onlooker, 'message') as Promise<[string, Buffer]>;
    await onlooker.subscribeAsync('#', { qos: 1 });
    expect((await seen)[0]).toBe('nonsense/topic');
    expect(await store.newest(10)).toMatchObject([{ topic: 'nonsense/topic' }]);
  });

  test('an empty retained message makes the broker forget, and is no reading', async () => {
    const publisher = await aClient();
    await publisher.publishAsync(OUTPUT, '5', { qos: 1, retain: true });
    await publisher.publishAsync('lineside/press-2/output', '7', { qos: 1, retain: true });
    await publisher.publishAsync(OUTPUT, '', { qos: 1, retain: true });
    const onlooker = await aClient();
    const seen = happened(onlooker, 'message') as Promise<[string, Buffer]>;
    await onlooker.subscribeAsync('#', { qos: 1 });
    expect((await seen)[0]).toBe('lineside/press-2/output');
    expect(await store.newest(10)).toEqual([]);
  });

  test('a will for a filter instead of a topic goes nowhere', async () => {
    const will = { topic: 'lineside/+/status', payload: Buffer.from('offline') };
    const onlooker = await aClient();
    await onlooker.subscribeAsync('#', { qos: 1 });
    const seen = happened(onlooker, 'message') as Promise<[string, Buffer]>;
    const client = await aClient({ will, reconnectPeriod: 0 });
    client.stream.destroy();
    await onlooker.publishAsync(OUTPUT, '1', { qos: 1 });
    expect((await seen)[0]).toBe(OUTPUT);
  });

  test('an increment of QoS 2 that is sent again for want of a PUBREC counts once', async () => {
    const url = `mqtt://127.0.0.1:${port}`;
    const payload = '{"good":1,"kind":"increment"}';
    const message = { topic: OUTPUT, payload, qos: 2, retain: false, id: 5 } as const;
    const session = { id: 'press', clean: false };
    const first = await RawClient.connect(url, session);
    first.send(publishBytes({ ...message, dup: false }));
    await first.next(TYPE.pubrec);
    first.break();
    await using second = await RawClient.connect(url, session);
    second.send(publishBytes({ ...message, dup: true }));
    await second.next(TYPE.pubrec);
    await second.release(5);
    expect(store.counts).toEqual({ accepted: 1, duplicates: 0, quarantined: 0 });
  });

  test('a subscriber that stops to read misses messages and holds up nobody', async () => {
    const url = `mqtt://127.0.0.1:${port}`;
    await using frozen = await RawClient.connect(url);
    await frozen.subscribe(['#', 1]);
    frozen.freeze();
    const publisher = await aClient();
    while (dropped.length < 10) await publisher.publishAsync('big', 'x'.repeat(60_000), { qos: 1 });
    expect(new Set(dropped)).toEqual(new Set(['unread']));
  });

  test('a durable session that stops to read is cut off, and gets all of it when it is back', async () => {
    const url = `mqtt://127.0.0.1:${port}`;
    const session = { id: 'onlooker', clean: false };
    const frozen = await RawClient.connect(url, session);
    await frozen.subscribe(['big', 1]);
    frozen.freeze();
    const publisher = await aClient();
    const before = broker.clients;
    let sent = 0;
    for (; broker.clients === before; sent += 1) {
      await publisher.publishAsync('big', String(sent).padEnd(60_000), { qos: 1 });
    }
    frozen.break();
    await using back = await RawClient.connect(url, session);
    for (let n = 0; n < sent; n++) {
      expect(Number((await back.delivery()).payload)).toBe(n);
    }
    expect(dropped).toEqual([]);
  });

  test('once it is stopping, nothing more is acknowledged', async () => {
    const client = await aClient({ reconnectPeriod: 0 });
    broker.stopIntake();
    const closed = happened(client, 'close');
    client.publish(OUTPUT, '1', { qos: 1 });
    await closed;
    expect(store.counts.accepted).toBe(0);
  });
});
