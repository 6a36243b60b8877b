// Packets that break MQTT's rules, by the thousand, at the embedded broker: it goes on, and so do its good clients.
import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { Inspector, INSPECTED } from '../support/inspector.ts';
import { byLength } from '../support/length.ts';
import { aPlant } from '../support/plants.ts';
import { startProduct } from '../support/product.ts';
import { connectPacket, packet, Publisher, publishPacket, text } from '../support/publisher.ts';
import { seeded, type Random } from '../support/random.ts';

const PACKETS = byLength(5_000, 100_000);
const AT_A_TIME = 20;
const MIB = 1024 * 1024;
/** Less than half a kilobyte a packet, when they are many. */
const MOST_GROWTH = 4 * MIB;

const TOPIC = 'lineside/one/output';
const id = (value: number): Buffer => Buffer.from([value >> 8, value & 255]);
const filters = (...each: readonly (readonly [string, number])[]): Buffer =>
  Buffer.concat(each.map(([filter, qos]) => Buffer.concat([text(filter), Buffer.from([qos])])));

type Make = (random: Random) => Buffer;

const publish = (first: number, topic: string, payload = '{"good":1}'): Buffer =>
  packet(first, Buffer.concat([text(topic), ...(first & 6 ? [id(7)] : []), Buffer.from(payload)]));

/** Packets as they should be. */
const VALID: readonly Make[] = [
  () => publishPacket(TOPIC, '{"good":1}', 7),
  ({ below }) => publish(0x30 | below(2), `some/${below(50)}`),
  ({ below }) => publish(0x34, `some/${below(50)}`),
  () => packet(0x82, Buffer.concat([id(3), filters(['a/+', 1], ['#', 2])])),
  () => packet(0xa2, Buffer.concat([id(4), text('a/+')])),
  () => packet(0x40, id(5)),
  () => packet(0x50, id(5)),
  () => packet(0x62, id(5)),
  () => packet(0x70, id(5)),
  () => Buffer.from([0xc0, 0]),
  () => Buffer.from([0xe0, 0]),
  ({ below }) => aConnect(below),
];

/** A CONNECT with a durable session or a clean one, with a will or without. */
function aConnect(below: Random['below']): Buffer {
  const will = below(2) > 0;
  const flags = (below(2) << 1) | (will ? 4 | (below(3) << 3) | (below(2) << 5) : 0);
  const name = text(`broken-${below(3_000)}`);
  const last = will ? [text(`will/${below(20)}`), text('gone')] : [];
  const head = Buffer.concat([text('MQTT'), Buffer.from([4, flags, 0, 10])]);
  return packet(0x10, Buffer.concat([head, name, ...last]));
}

/** Packets that no mutation finds soon. */
const WRONG: readonly Make[] = [
  () => connectPacket('twice'),
  () => publish(0x32, ''),
  () => publish(0x32, 'a/#'),
  () => publish(0x32, 'with\0null'),
  () => publish(0x36, TOPIC),
  () => publish(0x30, 'a/'.repeat(5_000)),
  () => publish(0x33, '$SYS/x/new/clients', 'good'),
  () => packet(0x32, Buffer.concat([id(60_000), Buffer.from('short')])),
  () => packet(0x32, Buffer.concat([id(2), Buffer.from([0xc3, 0x28]), id(7)])),
  () => packet(0x32, Buffer.concat([text(TOPIC), id(0), Buffer.from('1')])),
  () => packet(0x82, Buffer.concat([id(3), filters(['a/#/b', 1], ['a+', 1])])),
  () => packet(0x82, Buffer.concat([id(3), filters(['a', 3])])),
  () => packet(0x82, id(3)),
  () => packet(0x82, Buffer.concat([id(3), filters([`${'+/'.repeat(99)}#`, 1])])),
  () => packet(0x80, Buffer.concat([id(3), filters(['a', 1])])),
  () => packet(0xa2, id(3)),
  () => packet(0x60, id(5)),
  () => packet(0x20, id(0)),
  () => packet(0x90, Buffer.from([0, 3, 1])),
  () => Buffer.from([0x00, 0]),
  () => Buffer.from([0xf0, 0]),
  () => Buffer.from([0x30, 0xff, 0xff, 0xff, 0xff, 0x7f]),
  () => Buffer.from([0x10, 0xff, 0xff, 0xff, 0x7f, 0, 4]),
  () => Buffer.from([0xd0, 5, 1, 2, 3, 4, 5]),
];

const MUTATIONS: readonly ((bytes: Buffer, random: Random) => Buffer)[] = [
  (bytes, { below }) => bytes.subarray(0, below(bytes.length)),
  (bytes, { below }) => flipped(bytes, below(bytes.length), 1 << below(8)),
  (bytes, { below }) => flipped(bytes, 0, 1 + below(255)),
  (bytes, { below }) => flipped(bytes, Math.min(1, bytes.length - 1), 1 + below(255)),
  (bytes, { below }) =>
    Buffer.concat([bytes.subarray(0, 2), Buffer.from([below(256)]), bytes.subarray(2)]),
  (bytes, { below }) => Buffer.from(bytes.map((byte) => (below(4) === 0 ? below(256) : byte))),
  (bytes, { below }) => Buffer.concat(Array<Buffer>(1 + below(20)).fill(bytes)),
];

function flipped(bytes: Buffer, index: number, mask: number): Buffer {
  const changed = Buffer.from(bytes);
  changed[index] = (changed[index] ?? 0) ^ mask;
  return changed;
}

function oneOf<T>(from: readonly [T, ...T[]] | readonly T[], { below }: Random): T {
  const found = from[below(from.length)];
  if (found === undefined) throw new Error('nothing to choose from');
  return found;
}

/** What one connection says: mostly a good CONNECT, some good packets, and a broken one. */
function conversation(random: Random): Buffer {
  const { below } = random;
  const greeting = below(10) > 0 ? [aConnect(below)] : [];
  const good = Array.from({ length: below(3) }, () => oneOf(VALID, random)(random));
  const broken =
    below(3) === 0
      ? oneOf(WRONG, random)(random)
      : oneOf(MUTATIONS, random)(oneOf(VALID, random)(random), random);
  return Buffer.concat([...greeting, ...good, broken]);
}

/** Says it, hangs up, and waits until the broker has done so too. */
async function say(mqtt: string, bytes: Buffer, from: string): Promise<void> {
  const { hostname, port } = new URL(mqtt);
  const socket = connect({ host: hostname, port: Number(port), localAddress: from });
  socket.on('error', () => undefined);
  socket.resume();
  socket.end(bytes);
  await once(socket, 'close');
}

test(
  `${PACKETS} broken packets: the server goes on, its memory is flat, its log short, and a good publisher loses nothing`,
  { timeout: 900_000 },
  async () => {
    const random = seeded();
    await using product = await startProduct({ plant: aPlant(['one', 'two']), env: INSPECTED });
    const inspector = await Inspector.open(product);
    const good = await Publisher.connect(product.mqtt, 'good', 100);
    const storm = new AbortController();
    let sent = 0;
    const publishing = (async () => {
      while (!storm.signal.aborted) {
        await good.publish({
          topic: 'lineside/two/output',
          payload: `{"good":${sent},"seq":${sent}}`,
        });
        sent += 1;
        await new Promise((next) => setTimeout(next, 5));
      }
      await good.settled();
    })();

    let said = 0;
    const worker = async (upTo: number): Promise<void> => {
      while (said < upTo) {
        said += 1;
        // Many addresses: the ports of one would run out.
        await say(product.mqtt, conversation(random), `127.0.0.${2 + (said % 200)}`);
      }
    };
    const sayUpTo = (upTo: number): Promise<unknown> =>
      Promise.all(Array.from({ length: AT_A_TIME }, () => worker(upTo)));
    // Warm: what broken packets may leave behind, bounded retained messages and sessions, is there.
    await sayUpTo(PACKETS / 2);
    const before = await inspector.heapInUse();
    await sayUpTo(PACKETS);
    const after = await inspector.heapInUse();
    inspector.close();
    storm.abort();
    await publishing;

    const lines = product.logged().split('\n').filter(Boolean);
    console.log(
      `${PACKETS} broken packets; ${sent} good readings beside them; heap in use ${(before / MIB).toFixed(1)} MiB half-way, ${(after / MIB).toFixed(1)} MiB after all; ${lines.length} log lines`,
    );
    expect(await product.get('/api/health')).toMatchObject({ status: 'ok' });
    expect(good.unacknowledged).toEqual([]);
    expect(good.acknowledged).toHaveLength(sent);
    const readings = await (
      await fetch(
        `${product.http}/api/readings?line=two&from=2000-01-01T00:00:00Z&to=2100-01-01T00:00:00Z`,
      )
    ).text();
    expect(readings.trim().split('\n')).toHaveLength(sent);
    expect(after - before).toBeLessThan(MOST_GROWTH);
    expect(lines.length).toBeLessThan(100);
    expect(await product.stop()).toBe(0);
  },
);
