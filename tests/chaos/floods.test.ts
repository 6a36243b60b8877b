import { statfs } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import type { Health, LineEntry } from '@lineside/domain/wire.ts';
import { connectAsync } from 'mqtt';
import { expect, test } from 'vitest';
import { Gateway } from '../support/gateway.ts';
import { happened } from '../support/happened.ts';
import { Inspector, INSPECTED } from '../support/inspector.ts';
import { byLength } from '../support/length.ts';
import { metric } from '../support/metrics.ts';
import { aPlant } from '../support/plants.ts';
import { aFolder, startProduct, until, type Product } from '../support/product.ts';
import { connectPacket, type Message } from '../support/publisher.ts';
import { aSmallDisk } from '../support/smallDisk.ts';

const FLOOD = byLength(10_000, 100_000);
const MOST_CONNECTIONS = 1_000;
const MIB = 1024 * 1024;
const LONG = { timeout: byLength(60_000, 600_000) };
const plant = aPlant(['press']);

const deliver = (product: Product, messages: readonly Message[]): Promise<void> =>
  new Gateway(product.mqtt, 'flood').deliver(messages);

const numbered = (from: number, to: number, message: (n: number) => Message): Message[] =>
  Array.from({ length: to - from }, (_, n) => message(from + n));

/** What a person needs of the server, each within the time in which someone gives up. */
async function isUsable(product: Product): Promise<void> {
  for (const path of ['/', '/api/health', '/api/lines', '/api/lines/press/board', '/api/views']) {
    const response = await fetch(product.http + path, { signal: AbortSignal.timeout(10_000) });
    expect(response.status, path).toBe(200);
    await response.arrayBuffer();
  }
}

/** Lines of the log: seconds decide how many there are, not messages. */
const logLines = (product: Product): number => product.logged().split('\n').length;

async function inMemory(inspector: Inspector): Promise<string> {
  return `${((await inspector.heapInUse()) / MIB).toFixed(1)} MiB`;
}

test(
  `${FLOOD} lines that nobody planned, and as many again: memory does not grow with them`,
  LONG,
  async () => {
    await using folder = await aFolder();
    const options = { plant, folder: folder.path };
    const start = Date.now() - 3_600_000;
    const reading = (n: number): Message => ({
      topic: `lineside/unknown-${n}/output`,
      payload: JSON.stringify({ good: n, ts: start + n }),
    });
    {
      await using product = await startProduct({ ...options, env: INSPECTED });
      const inspector = await Inspector.open(product);
      // Warm: every bounded memory is full.
      await deliver(product, numbered(0, FLOOD, reading));
      await isUsable(product);
      const once = await inspector.heapInUse();
      await deliver(product, numbered(FLOOD, 2 * FLOOD, reading));
      await isUsable(product);
      const twice = await inspector.heapInUse();
      inspector.close();
      console.log(
        `heap in use with ${FLOOD} unknown lines ${(once / MIB).toFixed(1)} MiB, with ${2 * FLOOD} ${(twice / MIB).toFixed(1)} MiB`,
      );
      // A quarter of a kilobyte a line would be more.
      expect(twice - once).toBeLessThan(FLOOD * 256);
      await allIsThere(product);
      expect(logLines(product)).toBeLessThan(20);
      await product.stop();
    }
    await using again = await startProduct(options);
    await isUsable(again);
    await allIsThere(again);
  },
);

/** Every line's reading is kept, though only the first thousand are listed. */
async function allIsThere(product: Product): Promise<void> {
  const lines = await product.get<LineEntry[]>('/api/lines');
  expect(lines.filter(({ discovered }) => discovered)).toHaveLength(1_000);
  for (const n of [0, 999, 1_000, FLOOD, 2 * FLOOD - 1]) {
    const text = await (await fetch(`${product.http}/api/readings?line=unknown-${n}`)).text();
    expect(JSON.parse(text)).toMatchObject({ line: `unknown-${n}`, good: n });
  }
  const all = (await (await fetch(`${product.http}/api/readings`)).text()).trim().split('\n');
  expect(all.map((row) => (JSON.parse(row) as { good: number }).good)).toEqual(
    Array.from({ length: 2 * FLOOD }, (_, n) => n),
  );
}

test(
  `${FLOOD} retained topics, some of 60 KiB: what is retained is bounded in number and bytes`,
  LONG,
  async () => {
    await using product = await startProduct({ plant, env: INSPECTED });
    const inspector = await Inspector.open(product);
    const client = await connectAsync(product.mqtt, { reconnectPeriod: 0 });
    const before = await inMemory(inspector);
    const rss = await metric(product, 'process_resident_memory_bytes');
    const large = Math.floor(FLOOD / 20);
    const note = 'x'.repeat(60_000);
    for (let n = 0; n < FLOOD; n++) {
      const payload = JSON.stringify(n < large ? { good: n, note } : { good: n });
      const published = client.publishAsync(`lineside/retained-${n}/output`, payload, {
        qos: 1,
        retain: true,
      });
      if (n % 100 === 99) await published;
    }
    await until(
      () => metric(product, 'lineside_readings_accepted_total'),
      (accepted) => accepted === FLOOD,
    );
    const [heap, grown] = [
      await inMemory(inspector),
      (await metric(product, 'process_resident_memory_bytes')) - rss,
    ];
    console.log(
      `${FLOOD} retained topics: heap ${before} before, ${heap} after; RSS ${(grown / MIB).toFixed(0)} MiB more`,
    );
    inspector.close();
    let retained = 0;
    let bytes = 0;
    client.on('message', (topic, payload, packet) => {
      if (!packet.retain) return;
      retained += 1;
      bytes += topic.length + payload.length;
    });
    await client.subscribeAsync('lineside/+/output');
    // Retained messages come before whatever is published after the subscription; to who has not read
    // them yet, messages of QoS 0 may be left out.
    let isLive = false;
    client.on('message', (topic) => {
      isLive ||= topic === 'lineside/press/output';
    });
    await until(
      async () => {
        await client.publishAsync('lineside/press/output', '1', { qos: 1 });
        return isLive;
      },
      (live) => live,
    );
    expect(retained).toBeGreaterThan(0);
    expect(retained).toBeLessThanOrEqual(10_000);
    expect(bytes).toBeLessThanOrEqual(16 * MIB);
    await isUsable(product);
    await client.endAsync(true);
  },
);

test('1,000 connections are taken, further ones refused until some have gone', LONG, async () => {
  await using product = await startProduct({ plant });
  const sockets: Socket[] = [];
  const open = async (n: number): Promise<Socket> => {
    const { hostname, port } = new URL(product.mqtt);
    const socket = connect(Number(port), hostname);
    socket.on('error', () => undefined);
    sockets.push(socket);
    await happened(socket, 'connect');
    socket.write(connectPacket(`client-${n}`));
    return socket;
  };
  for (let n = 0; n < MOST_CONNECTIONS; n++) await happened(await open(n), 'data');
  expect(await metric(product, 'lineside_mqtt_clients')).toBe(MOST_CONNECTIONS);
  for (let n = 0; n < 100; n++) {
    const refused = await open(MOST_CONNECTIONS + n);
    if (!refused.destroyed) await happened(refused, 'close');
  }
  await isUsable(product);
  expect(await metric(product, 'lineside_mqtt_clients')).toBe(MOST_CONNECTIONS);
  // The first refusal is said, the rest counted.
  expect(product.logged()).toContain('MQTT connection refused: 1000 are open');
  expect(logLines(product)).toBeLessThan(10);
  for (const socket of sockets) socket.destroy();
  await until(
    () => metric(product, 'lineside_mqtt_clients'),
    (clients) => clients === 0,
  );
  await deliver(product, [{ topic: 'lineside/press/output', payload: '1' }]);
});

test(
  `${FLOOD} refused messages of 60 KiB and more: the quarantine is bounded, and so is the disk`,
  LONG,
  async () => {
    await using disk = await aSmallDisk(256);
    await using product = await startProduct({ plant, folder: disk.path, env: INSPECTED });
    const inspector = await Inspector.open(product);
    const refused = (n: number): Message => ({
      topic: `lineside/press/output`,
      // Control characters are shown in hexadecimal: twice as long.
      payload: `${n} \u0001${'x'.repeat(n % 10 === 0 ? 60_000 : 5_000)}`,
    });
    const used = async (): Promise<number> => {
      const { blocks, bavail, bsize } = await statfs(disk.path);
      return (blocks - bavail) * bsize;
    };
    await deliver(product, numbered(0, FLOOD / 2, refused));
    const [heapOnce, diskOnce] = [await inspector.heapInUse(), await used()];
    await deliver(product, numbered(FLOOD / 2, FLOOD, refused));
    const [heapTwice, diskTwice] = [await inspector.heapInUse(), await used()];
    inspector.close();
    console.log(
      `${FLOOD} refused messages: heap ${(heapOnce / MIB).toFixed(1)} MiB half-way, ${(heapTwice / MIB).toFixed(1)} MiB after all; disk ${(diskOnce / MIB).toFixed(0)} and ${(diskTwice / MIB).toFixed(0)} MiB`,
    );
    expect(heapTwice - heapOnce).toBeLessThan(4 * MIB);
    expect(diskTwice).toBeLessThan(128 * MIB);
    const { readings } = await product.get<Health>('/api/health');
    expect(readings.quarantined).toBe(FLOOD);
    const kept = await product.get<{ payload: string }[]>('/api/quarantine?limit=100');
    const shown = kept.map(({ payload }) =>
      Number.parseInt(Buffer.from(payload.slice('hex:'.length), 'hex').toString(), 10),
    );
    expect(shown).toEqual(Array.from({ length: 100 }, (_, n) => FLOOD - 1 - n));
    await isUsable(product);
    expect(logLines(product)).toBeLessThan(20);
  },
);
