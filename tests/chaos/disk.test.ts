import { execFile } from 'node:child_process';
import { copyFile, mkdir, readdir, readlink, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Health } from '@lineside/domain/wire.ts';
import { expect, test } from 'vitest';
import { Gateway } from '../support/gateway.ts';
import { Inspector, INSPECTED } from '../support/inspector.ts';
import { byLength } from '../support/length.ts';
import { metric } from '../support/metrics.ts';
import { aPlant } from '../support/plants.ts';
import { aFolder, startProduct, until, type Product } from '../support/product.ts';
import type { Message } from '../support/publisher.ts';
import { aSmallDisk } from '../support/smallDisk.ts';

const run = promisify(execFile);
const READINGS = byLength(20_000, 200_000);
/** Refused deliveries to look at while nothing can be stored. */
const REFUSALS = byLength(3, 30);
const START = Date.now() - 6 * 3_600_000;
const LONG = { timeout: byLength(60_000, 300_000) };
const plant = aPlant(['press']);

const readings = (from: number, to: number): Message[] =>
  Array.from({ length: to - from }, (_, n) => ({
    topic: 'lineside/press/output',
    payload: JSON.stringify({ good: from + n, seq: from + n, ts: START + (from + n) * 50 }),
  }));

const healthOf = (product: Product): Promise<Health> => product.get<Health>('/api/health');

async function storedSequence(product: Product): Promise<number[]> {
  const response = await fetch(`${product.http}/api/readings?line=press`);
  const rows = (await response.text()).trim().split('\n');
  return rows.map((row) => (JSON.parse(row) as { readonly seq: number }).seq);
}

/** What the log said, line by line; every line is JSON. */
function logLines(product: Product): { readonly msg: string; readonly reason?: string }[] {
  return product
    .logged()
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as { readonly msg: string });
}

/** While a fault lasts nothing is acknowledged, and everything is said; then everything comes in. */
async function outage(product: Product, fault: RegExp, end: () => Promise<void>): Promise<void> {
  const gateway = new Gateway(product.mqtt, 'gateway');
  const cpuBefore = await metric(product, 'process_cpu_seconds_total');
  const began = performance.now();
  const before = await healthOf(product);
  const delivered = gateway.deliver(readings(before.readings.accepted, READINGS));
  const health = await until(
    () => healthOf(product),
    ({ store }) => !store.reachable,
  );
  expect(health).toMatchObject({ status: 'degraded', ready: true });
  expect(health.store.trouble).toMatch(fault);
  expect(await metric(product, 'lineside_store_reachable')).toBe(0);
  const acknowledged = gateway.acknowledged.length;
  const first = gateway.connections;
  await until(
    () => Promise.resolve(gateway.connections),
    (connections) => connections >= first + REFUSALS,
    120_000,
  );
  expect(gateway.acknowledged).toHaveLength(acknowledged);
  const { status, readings: counted } = await healthOf(product);
  expect(status).toBe('degraded');
  expect(counted.accepted).toBe(before.readings.accepted + acknowledged);
  expect(await product.get('/api/lines')).toHaveLength(1);
  expect((await fetch(product.http)).status).toBe(200);
  const seconds = (performance.now() - began) / 1000;
  // A sender that comes back at once is held back by the server: one refusal a second.
  expect(gateway.connections).toBeLessThan(seconds + 2);
  const cpu = (await metric(product, 'process_cpu_seconds_total')) - cpuBefore;
  console.log(
    `${seconds.toFixed(1)} s without a disk: ${gateway.connections} connections, ${cpu.toFixed(2)} s of CPU, ${acknowledged} acknowledged of ${READINGS}`,
  );
  await end();
  await delivered;
  expect(await healthOf(product)).toMatchObject({ status: 'ok', store: { trouble: null } });
  expect(await metric(product, 'lineside_store_reachable')).toBe(1);
  expect(await storedSequence(product)).toEqual(Array.from({ length: READINGS }, (_, n) => n));
  const lines = logLines(product);
  expect(lines.filter(({ reason }) => reason !== undefined && fault.test(reason))).not.toEqual([]);
  // Seconds, not messages, decide how much is logged: 2 sentences, each once in 10 s.
  expect(lines.length).toBeLessThan(10 + seconds);
}

test(
  `a full disk acknowledges nothing, and takes in all ${READINGS} readings once there is room`,
  LONG,
  async () => {
    await using disk = await aSmallDisk(byLength(16, 64));
    await using product = await startProduct({ plant, folder: disk.path });
    await new Gateway(product.mqtt, 'gateway').deliver(readings(0, 100));
    await disk.fill();
    await outage(product, /full/, () => disk.clear());
  },
);

test('a disk that refuses to be written to is told from one that works again', LONG, async () => {
  // Without the signal that would end the process, a file size limit is an error of every write.
  const through = ['sh', '-c', 'trap "" XFSZ; exec "$0" "$@"'];
  await using product = await startProduct({ plant, through });
  await new Gateway(product.mqtt, 'gateway').deliver(readings(0, 100));
  const limit = (bytes: string): Promise<unknown> =>
    run('prlimit', ['--pid', String(product.pid), `--fsize=${bytes}:`]);
  await limit('1');
  await outage(product, /I\/O|disk/, async () => {
    await limit('unlimited');
  });
});

test('a database that is moved away takes nothing until it is back', LONG, async () => {
  await using folder = await aFolder();
  await using product = await startProduct({ plant, folder: folder.path });
  await new Gateway(product.mqtt, 'gateway').deliver(readings(0, 100));
  const file = join(folder.path, 'data', 'lineside.db');
  await rename(file, `${file}.away`);
  await outage(product, /lineside\.db was deleted, moved or replaced/, () =>
    rename(`${file}.away`, file),
  );
});

/** What Linux still has of deleted files, copied out of the process that has them open. */
async function rescue(pid: number, names: readonly string[], to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const fd of await readdir(`/proc/${pid}/fd`)) {
    const target = await readlink(`/proc/${pid}/fd/${fd}`).catch(() => '');
    const name = names.find((each) => target.endsWith(`/${each} (deleted)`));
    if (name !== undefined) await copyFile(`/proc/${pid}/fd/${fd}`, join(to, name));
  }
}

test('a deleted database is noticed, nothing more is acknowledged, and what was can be rescued', async () => {
  await using folder = await aFolder();
  await using product = await startProduct({ plant, folder: folder.path });
  const gateway = new Gateway(product.mqtt, 'gateway');
  await gateway.deliver(readings(0, 100));
  await rm(join(folder.path, 'data'), { recursive: true });
  const delivered = gateway.deliver(readings(100, 200)).catch(() => undefined);
  const { store } = await until(
    () => healthOf(product),
    (health) => !health.store.reachable,
  );
  expect(store.trouble).toContain('restore a backup');
  const first = gateway.connections;
  await until(
    () => Promise.resolve(gateway.connections),
    (connections) => connections > first,
  );
  expect(gateway.acknowledged).toHaveLength(100);
  await using rescued = await aFolder();
  const files = ['lineside.db', 'lineside.db-wal'];
  await rescue(product.pid, files, join(rescued.path, 'data'));
  await product.kill();
  await delivered;
  await using again = await startProduct({ plant, folder: rescued.path });
  expect(await storedSequence(again)).toHaveLength(100);
});

test('a full or read-only disk at the start is said by name', async () => {
  await using elsewhere = await aFolder();
  await using disk = await aSmallDisk(1);
  const env = { DATA_DIR: join(disk.path, 'data') };
  await disk.fill();
  const start = (): Promise<Product> => startProduct({ plant, folder: elsewhere.path, env });
  await expect(start()).rejects.toThrow(/DATA_DIR: \S+ cannot be used: .*(full|ENOSPC|I\/O)/);
  await disk.clear();
  await (await start()).stop();
  await disk.makeReadOnly();
  await expect(start()).rejects.toThrow(/DATA_DIR: \S+ cannot be used: .*(readonly|EROFS|open)/);
});

test.each(['sqlite-writer.ts', 'sqlite-reader.ts'])(
  'when the thread of %s dies the process ends, to be started anew with all it acknowledged',
  async (file) => {
    await using folder = await aFolder();
    const options = { plant, folder: folder.path };
    await using product = await startProduct({ ...options, env: INSPECTED });
    await new Gateway(product.mqtt, 'gateway').deliver(readings(0, 1_000));
    const inspector = await Inspector.open(product);
    await inspector.endThread(file);
    inspector.close();
    expect(await product.ended).toBe(1);
    expect(logLines(product).map(({ msg }) => msg)).toContain(
      'the store has ended; Lineside ends too, to be started anew',
    );
    await using again = await startProduct(options);
    expect(await storedSequence(again)).toHaveLength(1_000);
  },
);
