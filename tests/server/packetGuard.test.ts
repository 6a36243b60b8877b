import { describe, expect, test } from 'vitest';
import { PacketGuard, type Oversized, type Side } from '../../server/src/broker/packet-guard.ts';
import { connectPacket, publishPacket } from '../support/publisher.ts';
import { seeded } from '../support/random.ts';

const CONNECT = connectPacket('press');
const PING = Buffer.from([0xc0, 0]);

interface Outcome {
  readonly passed: Buffer;
  readonly oversized: Oversized[];
  readonly broken: string[];
}

function through(chunks: readonly Buffer[], side?: Side): Outcome {
  const oversized: Oversized[] = [];
  const broken: string[] = [];
  const events = {
    oversized: (publish: Oversized) => oversized.push(publish),
    broken: (reason: string) => broken.push(reason),
  };
  const guard = new PacketGuard(events, side);
  const passed = chunks.map((chunk) => guard.filter(chunk)).filter((chunk) => chunk !== null);
  return { passed: Buffer.concat(passed), oversized, broken };
}

/** A fixed header that promises a body. */
function header(type: number, bytes: number): Buffer {
  const digits: number[] = [];
  do {
    digits.push((bytes % 128) + (bytes >= 128 ? 128 : 0));
    bytes = Math.floor(bytes / 128);
  } while (bytes > 0);
  return Buffer.from([type, ...digits]);
}

const large = (id: number, bytes = 200_000): Buffer =>
  publishPacket('lineside/press-1/output', 'x'.repeat(bytes), id);
const small = (id: number): Buffer => publishPacket('lineside/press-1/output', '{"good":1}', id);

describe('packets of a usual size', () => {
  test('pass as they are, without being copied', () => {
    const chunk = Buffer.concat([CONNECT, small(1), PING, small(2)]);
    const guard = new PacketGuard({ oversized: () => undefined, broken: () => undefined });
    expect(guard.filter(chunk)?.buffer).toBe(chunk.buffer);
    expect(through([chunk]).passed).toEqual(chunk);
  });

  test('pass when they come byte by byte', () => {
    const all = Buffer.concat([CONNECT, small(1), PING, publishPacket('t', 'x'.repeat(300), 2)]);
    const { passed, broken } = through([...all].map((byte) => Buffer.of(byte)));
    expect(passed).toEqual(all);
    expect(broken).toEqual([]);
  });

  test('a payload of 64 KiB passes', () => {
    const packet = publishPacket('lineside/press-1/output', 'x'.repeat(65_536), 1);
    expect(through([CONNECT, packet]).passed).toEqual(Buffer.concat([CONNECT, packet]));
  });
});

describe('an oversized publish', () => {
  test('is skipped, and its head is told once it is over', () => {
    const { passed, oversized, broken } = through([CONNECT, small(1), large(2), small(3)]);
    expect(passed).toEqual(Buffer.concat([CONNECT, small(1), small(3)]));
    expect(broken).toEqual([]);
    expect(oversized).toEqual([
      {
        topic: 'lineside/press-1/output',
        payload: Buffer.from('x'.repeat(4_096)),
        payloadBytes: 200_000,
        qos: 1,
        packetId: 2,
      },
    ]);
  });

  test('of QoS 0 has no packet id', () => {
    const topic = Buffer.from([0, 1, 0x74]);
    const packet = Buffer.concat([header(0x30, 3 + 70_000), topic, Buffer.alloc(70_000)]);
    const { oversized } = through([CONNECT, packet]);
    expect(oversized).toMatchObject([{ topic: 't', qos: 0, packetId: null, payloadBytes: 70_000 }]);
  });

  test('with a topic of 65,535 bytes is still understood', () => {
    const packet = publishPacket('t'.repeat(65_535), 'x'.repeat(5_000), 9);
    const { oversized } = through([CONNECT, packet]);
    expect(oversized[0]?.topic).toHaveLength(65_535);
    expect(oversized[0]).toMatchObject({ packetId: 9, payloadBytes: 5_000 });
  });

  test('however the stream is cut, the same comes out', () => {
    const random = seeded();
    const packets = [
      CONNECT,
      large(1, 66_000),
      small(2),
      PING,
      large(3, 70_000),
      large(4),
      small(5),
    ];
    const whole = through(packets);
    for (let round = 0; round < 15; round++) {
      const all = Buffer.concat(packets);
      const chunks: Buffer[] = [];
      for (let from = 0; from < all.length;) {
        const longest = random.below(2) ? 10 : 100_000;
        const to = Math.min(all.length, from + 1 + random.below(longest));
        chunks.push(all.subarray(from, to));
        from = to;
      }
      expect(through(chunks)).toEqual(whole);
    }
  });
});

describe('a connection that cannot be trusted is broken', () => {
  test.each([
    ['it does not begin with CONNECT', [small(1)]],
    ['it begins with something large that is no CONNECT', [header(0x30, 1_000_000)]],
    ['its CONNECT is larger than 64 KiB', [header(0x10, 65_537)]],
    ['a packet that is no publish is too large', [CONNECT, header(0x82, 70_000)]],
    ['a length has five digits', [CONNECT, Buffer.from([0x30, 0x80, 0x80, 0x80, 0x80, 1])]],
    ['a large publish has a QoS that does not exist', [CONNECT, header(0x36, 70_000)]],
    ['speaks HTTP', [Buffer.from('GET / HTTP/1.1\r\n\r\n')]],
  ])('%s', (_what, chunks) => {
    const outcome = through([...chunks, small(7)]);
    expect(outcome.broken).toHaveLength(1);
    expect(outcome.passed.includes(small(7))).toBe(false);
  });
});

describe('what a broker sends', () => {
  const side: Side = {
    first: { type: 2, name: 'CONNACK' },
    types: new Map([
      [2, 2],
      [3, 2],
      [6, 2],
    ]),
    hasProperties: true,
    mostBytes: 100_000,
  };
  const connack = Buffer.of(0x20, 3, 0, 0, 0);

  test('begins with CONNACK, and has no packets but those that are expected', () => {
    expect(through([connack, small(1)], side).broken).toEqual([]);
    expect(through([small(1)], side).broken).toEqual(['it did not begin with CONNACK']);
    const misplaced = ['it sent a packet that has no place here'];
    expect(through([connack, PING], side).broken).toEqual(misplaced);
    expect(through([connack, Buffer.of(0x62, 1, 0)], side).broken).toEqual(misplaced);
  });

  test('an oversized publish is told without the properties of MQTT 5', () => {
    const properties = Buffer.concat([Buffer.of(0x83, 0x01), Buffer.alloc(131)]);
    const payload = Buffer.alloc(150_000, 'x');
    const publish = publishPacket('t', Buffer.concat([properties, payload]), 5);
    expect(through([connack, publish], side).oversized).toMatchObject([
      { topic: 't', packetId: 5, payloadBytes: 150_000, payload: payload.subarray(0, 3_963) },
    ]);
  });
});
