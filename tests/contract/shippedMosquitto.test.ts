// The Mosquitto that docker-compose.yml starts, with its own configuration: only port and paths are moved.
import { spawnSync } from 'node:child_process';
import { chmod, cp, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { connect, connectAsync, type IClientOptions, type MqttClient } from 'mqtt';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { freePort, start, type Running } from '../bench/process.ts';
import { hasMosquitto } from '../support/mosquitto.ts';
import { aFolder, until } from '../support/product.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const PASSWORDS = { MQTT_PASSWORD: 'listens.1~2_3-4', LINE_PASSWORD: 'speaks' };
const LINESIDE = { username: 'lineside', password: PASSWORDS.MQTT_PASSWORD };
const LINE = { username: 'line', password: PASSWORDS.LINE_PASSWORD };
const TOPIC = 'lineside/press-1/output';

interface Shipped extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** Where sessions and queues are saved. */
  readonly queueFile: string;
  start: (passwords?: Readonly<Record<string, string>>) => Promise<Running>;
}

async function shipped(): Promise<Shipped> {
  const folder = await aFolder();
  const port = await freePort();
  const moved = (text: string): string =>
    text
      .replaceAll('/tmp/lineside-', `${folder.path}/lineside-`)
      .replaceAll('/mosquitto/data/', `${folder.path}/data/`)
      .replace('listener 1883', `listener ${port} 127.0.0.1`);
  const config = join(folder.path, 'config');
  await cp(join(ROOT, 'deploy/mosquitto'), config, { recursive: true });
  await mkdir(join(folder.path, 'data'));
  for (const name of ['mosquitto.conf', 'start.sh']) {
    const file = join(config, name);
    // Started by root it would become a user who may not enter the test's folder.
    const user = name === 'mosquitto.conf' && process.getuid?.() === 0 ? 'user root\n' : '';
    await writeFile(file, moved(await readFile(file, 'utf8')) + user);
    await chmod(file, 0o644);
  }
  return {
    url: `mqtt://127.0.0.1:${port}`,
    port,
    queueFile: join(folder.path, 'data', 'mosquitto.db'),
    start: (env = PASSWORDS) =>
      start({ command: 'sh', args: [join(config, 'start.sh')], env, ready: / running$/ }),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

const session: IClientOptions = {
  ...LINESIDE,
  protocolVersion: 5,
  clientId: 'lineside-test',
  clean: false,
  properties: { sessionExpiryInterval: 86_400 },
};

async function tell(url: string, from: number, to: number): Promise<void> {
  const line = await connectAsync(url, { ...LINE, clientId: 'gateway' });
  const numbers = Array.from({ length: to - from }, (_, n) => String(from + n));
  await Promise.all(numbers.map((each) => line.publishAsync(TOPIC, each, { qos: 1 })));
  await line.endAsync();
}

async function stop({ pid }: Running): Promise<void> {
  process.kill(pid, 'SIGTERM');
  const isThere = (): boolean => spawnSync('kill', ['-0', String(pid)]).status === 0;
  await until(
    () => Promise.resolve(isThere()),
    (there) => !there,
  );
}

test('lets nobody in without a password, and lets each user do no more than it needs', async (context) => {
  if (!hasMosquitto) context.skip('mosquitto is not installed');
  await using broker = await shipped();
  await using running = await broker.start();
  expect(running.ready).toContain('mosquitto version');
  const refused = { reconnectPeriod: 0, protocolVersion: 5 as const };
  await expect(connectAsync(broker.url, refused)).rejects.toThrow('Not authorized');
  const wrong = { ...refused, ...LINESIDE, password: LINE.password };
  await expect(connectAsync(broker.url, wrong)).rejects.toThrow('Not authorized');

  const lineside = await connectAsync(broker.url, { ...LINESIDE, protocolVersion: 5 });
  const heard = new Promise<string>((found) => {
    lineside.on('message', (topic, payload) => found(`${topic} ${payload.toString()}`));
  });
  await lineside.subscribeAsync('#', { qos: 1 });
  await expect(lineside.publishAsync(TOPIC, '1', { qos: 1 })).rejects.toThrow('Not authorized');
  const line = await connectAsync(broker.url, { ...LINE, protocolVersion: 5 });
  await line.subscribeAsync('#', { qos: 1 });
  let overheard = 0;
  line.on('message', () => (overheard += 1));
  await line.publishAsync(TOPIC, '2', { qos: 1 });
  expect(await heard).toBe(`${TOPIC} 2`);
  // Its own message came back to it before this is acknowledged, if at all.
  await line.publishAsync(TOPIC, '3', { qos: 1 });
  expect(overheard).toBe(0);
  await Promise.all([lineside.endAsync(), line.endAsync()]);
});

test("docker-compose.yml's health check tells a broker that is there from one that is not", async (context) => {
  if (!hasMosquitto) context.skip('mosquitto is not installed');
  const { services } = parse(await readFile(join(ROOT, 'docker-compose.yml'), 'utf8')) as {
    readonly services: {
      readonly mosquitto: { readonly healthcheck: { readonly test: readonly string[] } };
    };
  };
  await using broker = await shipped();
  const command = services.mosquitto.healthcheck.test[1]
    ?.replaceAll('$$', '$')
    .replace('-p 1883', `-h 127.0.0.1 -p ${broker.port}`);
  const check = (): number | null =>
    spawnSync('sh', ['-c', command ?? 'false'], { env: { ...process.env, ...PASSWORDS } }).status;
  expect(check()).not.toBe(0);
  await using running = await broker.start();
  await until(
    () => Promise.resolve(check()),
    (status) => status === 0,
  );
  process.kill(running.pid, 'SIGSTOP');
  expect(check(), 'of one that hangs').not.toBe(0);
});

test('does not start without a password, or with one that does not fit into an address', async (context) => {
  if (!hasMosquitto) context.skip('mosquitto is not installed');
  await using broker = await shipped();
  const missing = broker.start({ ...PASSWORDS, LINE_PASSWORD: '' });
  await expect(missing).rejects.toThrow('LINE_PASSWORD must be set');
  const unfit = broker.start({ ...PASSWORDS, MQTT_PASSWORD: 'a@b' });
  await expect(unfit).rejects.toThrow('MQTT_PASSWORD must be set, to letters');
});

test('keeps thousands of messages for an absent session, over kill -9 once saved and over a stop', async (context) => {
  if (!hasMosquitto) context.skip('mosquitto is not installed');
  const [saved, all] = [6_000, 8_000];
  await using broker = await shipped();
  {
    await using first = await broker.start();
    const lineside = await connectAsync(broker.url, session);
    await lineside.subscribeAsync('lineside/+/output', { qos: 1 });
    await lineside.endAsync();
    await tell(broker.url, 0, saved);
    const acknowledgedAt = Date.now();
    await until(
      () => stat(broker.queueFile).catch(() => null),
      (file) => (file?.mtimeMs ?? 0) > acknowledgedAt,
    );
    process.kill(first.pid, 'SIGKILL');
  }
  {
    await using second = await broker.start();
    await tell(broker.url, saved, all);
    await stop(second);
  }
  await using third = await broker.start();
  expect(third.pid).toBeGreaterThan(0);
  const received: number[] = [];
  const lineside: MqttClient = connect(broker.url, session);
  lineside.on('message', (_topic, payload) => received.push(Number(payload.toString())));
  await until(
    () => Promise.resolve(received.length),
    (count) => count >= all,
  );
  expect(received).toEqual(Array.from({ length: all }, (_, n) => n));
  await lineside.endAsync();
});
