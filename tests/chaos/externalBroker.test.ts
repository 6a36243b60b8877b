import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Health } from '@lineside/domain/wire.ts';
import { expect, test } from 'vitest';
import { systemClock } from '../../server/src/clock.ts';
import { MOST_UNDER_WAY } from '../../server/src/subscriber/inflow.ts';
import { Subscriber } from '../../server/src/subscriber/subscriber.ts';
import { HeldStore } from '../support/heldStore.ts';
import { anIntake, TOPICS } from '../support/intake.ts';
import { byLength, isLong } from '../support/length.ts';
import { TestLog } from '../support/log.ts';
import { metric } from '../support/metrics.ts';
import { aMosquitto, publish, startMosquitto, type Mosquitto } from '../support/mosquitto.ts';
import { aPlant } from '../support/plants.ts';
import { aFolder, startProduct, until, type Product } from '../support/product.ts';
import { Proxy } from '../support/proxy.ts';
import { Publisher } from '../support/publisher.ts';
import { seeded } from '../support/random.ts';
import { RawBroker } from '../support/rawBroker.ts';
import { aSmallDisk } from '../support/smallDisk.ts';

const run = promisify(execFile);
const plant = aPlant(['press']);
const OUTPUT = 'lineside/press/output';
const STATUS = 'lineside/press/status';
const OUTAGES = byLength(3, 20);
const KILLS = byLength(3, 20);
const LONG = { timeout: byLength(120_000, 900_000) };
/** As docs/mqtt.md asks for it: nothing is thrown away while Lineside is away. */
const QUEUE = ['allow_anonymous true', 'max_queued_messages 0'];

const healthOf = (product: Product): Promise<Health> => product.get<Health>('/api/health');

const connected = (product: Product, isConnected = true): Promise<Health> =>
  until(
    () => healthOf(product),
    ({ mqtt }) => mqtt.connected === isConnected,
    90_000,
  );

const accepted = (product: Product, count: number): Promise<Health> =>
  until(
    () => healthOf(product),
    ({ readings }) => readings.accepted === count,
  );

const trouble = (product: Product, words: RegExp): Promise<Health> =>
  until(
    () => healthOf(product),
    ({ mqtt }) => words.test(mqtt.trouble ?? ''),
  );

const send = (broker: Pick<Mosquitto, 'mqtt'>, payload: string): Promise<void> =>
  publish(broker.mqtt, '-q', '1', '-t', OUTPUT, '-m', payload);

async function storedSequence(product: Product): Promise<number[]> {
  const response = await fetch(`${product.http}/api/readings?line=press`);
  const rows = (await response.text()).trim().split('\n');
  return rows.map((row) => (JSON.parse(row) as { readonly seq: number }).seq);
}

const numbers = (count: number): number[] => Array.from({ length: count }, (_, n) => n);

test('the server starts and serves screens while the broker is not there, and hears it once it is', async () => {
  await using broker = await aMosquitto();
  await using product = await startProduct({ plant, env: { MQTT_URL: broker.mqtt } });
  expect(product.mqtt).toBe(broker.mqtt);
  const health = await trouble(product, /nothing listens at mqtt:.*start the broker/);
  expect(health).toMatchObject({ status: 'degraded', ready: true });
  expect(health.mqtt).toMatchObject({ broker: 'external', connected: false });
  expect(Date.parse(health.mqtt.lostAt ?? '')).toBeLessThanOrEqual(Date.now());
  expect(await product.get('/api/plant')).toMatchObject({ mqttPort: null });
  expect((await fetch(product.http)).status).toBe(200);
  expect(await metric(product, 'lineside_mqtt_connected')).toBe(0);
  await broker.start();
  expect(await connected(product)).toMatchObject({ status: 'ok', mqtt: { lostAt: null } });
  expect(await metric(product, 'lineside_mqtt_connected')).toBe(1);
  await send(broker, '{"good":1}');
  await accepted(product, 1);
});

test(
  `the broker killed ${OUTAGES} times: heard again within 30 s of its return, every time`,
  LONG,
  async () => {
    const random = seeded();
    await using broker = await startMosquitto();
    await using product = await startProduct({ plant, env: { MQTT_URL: broker.mqtt } });
    await connected(product);
    const tookSeconds: number[] = [];
    for (let outage = 0; outage < OUTAGES; outage++) {
      await broker.kill();
      await connected(product, false);
      await new Promise((next) => setTimeout(next, random.below(byLength(3_000, 20_000))));
      await broker.start();
      const began = performance.now();
      await connected(product);
      await send(broker, `{"good":${outage}}`);
      await accepted(product, outage + 1);
      tookSeconds.push((performance.now() - began) / 1000);
    }
    console.log(`heard again after ${tookSeconds.map((s) => s.toFixed(1)).join(', ')} s`);
    expect(Math.max(...tookSeconds)).toBeLessThan(30);
    expect(await metric(product, 'lineside_mqtt_reconnects_total')).toBe(OUTAGES);
    // Killed without persistence: it says what that costs.
    expect(await metric(product, 'lineside_mqtt_sessions_lost_total')).toBe(OUTAGES);
    expect(product.logged()).toContain('the connection to the broker is lost');
    expect(product.logged()).toContain('the broker is heard again');
  },
);

test('a half-open connection is noticed and replaced', LONG, async () => {
  await using broker = await startMosquitto({ config: QUEUE });
  await using proxy = await Proxy.to(broker.port);
  const env = { MQTT_URL: `mqtt://127.0.0.1:${proxy.port}` };
  await using product = await startProduct({ plant, env });
  await connected(product);
  proxy.stall();
  const began = performance.now();
  await send(broker, '{"good":1}');
  await connected(product, false);
  console.log(`noticed after ${((performance.now() - began) / 1000).toFixed(1)} s`);
  await trouble(product, /no answer from mqtt:.*firewalls/);
  proxy.cut();
  proxy.resume();
  await connected(product);
  await accepted(product, 1);
});

test('messages published while the server is stopped are there when it is back', async () => {
  await using broker = await startMosquitto({ config: QUEUE });
  await using folder = await aFolder();
  const options = { plant, folder: folder.path, env: { MQTT_URL: broker.mqtt } };
  {
    await using product = await startProduct(options);
    await connected(product);
    expect(await product.stop()).toBe(0);
  }
  const publisher = await Publisher.connect(broker.mqtt, 'gateway');
  for (const seq of numbers(2_000)) {
    await publisher.publish({ topic: OUTPUT, payload: JSON.stringify({ good: seq, seq }) });
  }
  await publisher.settled();
  publisher.close();
  await using product = await startProduct(options);
  await accepted(product, 2_000);
  expect(await storedSequence(product)).toEqual(numbers(2_000));
});

test(`${KILLS} times kill -9 under load: what the broker took is there, once`, LONG, async () => {
  const random = seeded();
  await using broker = await startMosquitto({ config: QUEUE });
  await using folder = await aFolder();
  const options = { plant, folder: folder.path, env: { MQTT_URL: broker.mqtt } };
  const start = Date.now() - 3_600_000;
  let seq = 0;
  const publisher = await Publisher.connect(broker.mqtt, 'gateway');
  for (let round = 0; round <= KILLS; round++) {
    await using product = await startProduct(options);
    await connected(product);
    const began = performance.now();
    const killAfterMs = 300 + random.below(700);
    while (performance.now() - began < killAfterMs) {
      for (let n = 0; n < 40; n++, seq++) {
        const payload = JSON.stringify({ good: seq, seq, ts: start + seq });
        await publisher.publish({ topic: OUTPUT, payload });
      }
      await new Promise((next) => setTimeout(next, 20));
    }
    await product.kill();
  }
  await publisher.settled();
  publisher.close();
  await using product = await startProduct(options);
  const { readings } = await accepted(product, seq);
  console.log(`${KILLS} kills, ${seq} readings, ${readings.duplicates} delivered again`);
  expect(await storedSequence(product)).toEqual(numbers(seq));
});

test(
  'a full disk: nothing is acknowledged, and all of it comes once there is room',
  LONG,
  async () => {
    await using broker = await startMosquitto({ config: QUEUE });
    await using disk = await aSmallDisk(16);
    const env = { MQTT_URL: broker.mqtt, DATA_DIR: disk.path };
    await using product = await startProduct({ plant, env });
    await connected(product);
    await disk.fill();
    const publisher = await Publisher.connect(broker.mqtt, 'gateway');
    const start = Date.now() - 3_600_000;
    for (const seq of numbers(5_000)) {
      const payload = JSON.stringify({ good: seq, seq, ts: start + seq });
      await publisher.publish({ topic: OUTPUT, payload });
    }
    await publisher.settled();
    publisher.close();
    await trouble(product, /could not be stored/);
    const before = (await healthOf(product)).readings.accepted;
    expect(before).toBeLessThan(5_000);
    await disk.clear();
    await accepted(product, 5_000);
    expect(await storedSequence(product)).toEqual(numbers(5_000));
  },
);

test('a password: refused until it is right, and nowhere to be read', async () => {
  await using folder = await aFolder();
  const passwords = join(folder.path, 'passwords');
  const secret = 'p@ss:w/rd %';
  const config = ['allow_anonymous false', `password_file ${passwords}`, 'user root'];
  const allow = async (password: string): Promise<unknown> => {
    await writeFile(passwords, '');
    return run('mosquitto_passwd', ['-b', passwords, 'line-side', password]);
  };
  await allow('another one');
  await using broker = await startMosquitto({ config });
  const url = `mqtt://line-side:${encodeURIComponent(secret)}@127.0.0.1:${broker.port}`;
  await using product = await startProduct({ plant, env: { MQTT_URL: url, LOG_LEVEL: 'trace' } });
  await trouble(product, /refuses the user or the password; correct them in MQTT_URL/);
  await allow(secret);
  await broker.kill();
  await broker.start();
  await connected(product);
  const signIn = ['-u', 'line-side', '-P', secret];
  await publish(broker.mqtt, ...signIn, '-q', '1', '-t', OUTPUT, '-m', '{"good":1}');
  await accepted(product, 1);
  const told = [
    ...product.printed,
    product.logged(),
    JSON.stringify(await healthOf(product)),
    await (await fetch(`${product.http}/metrics`)).text(),
    await (await fetch(`${product.http}/api/plant`)).text(),
  ].join('\n');
  for (const word of ['line-side', secret, encodeURIComponent(secret), 'p@ss', 'p%40ss']) {
    expect(told).not.toContain(word);
  }
});

test('mqtts: a certificate of an unknown signer is refused, and taken with NODE_EXTRA_CA_CERTS', async () => {
  await using folder = await aFolder();
  const file = (name: string): string => join(folder.path, name);
  await certificates(folder.path);
  const config = [
    'allow_anonymous true',
    `certfile ${file('broker.crt')}`,
    `keyfile ${file('broker.key')}`,
    'user root',
  ];
  await using broker = await startMosquitto({ config });
  const MQTT_URL = `mqtts://127.0.0.1:${broker.port}`;
  {
    await using product = await startProduct({ plant, env: { MQTT_URL } });
    expect(product.mqtt).toBe(MQTT_URL);
    await trouble(product, /nobody known here has signed the certificate.*NODE_EXTRA_CA_CERTS/);
  }
  for (const env of [{ NODE_EXTRA_CA_CERTS: file('ca.crt') }, { SSL_CERT_FILE: file('ca.crt') }]) {
    await using product = await startProduct({ plant, env: { MQTT_URL, ...env } });
    await connected(product);
    const tls = ['--cafile', file('ca.crt')];
    await publish(broker.mqtt, ...tls, '-q', '1', '-t', OUTPUT, '-m', '{"good":1}');
    await accepted(product, 1);
  }
  await using elsewhere = await startProduct({
    plant,
    env: {
      MQTT_URL: `mqtts://localhost:${broker.port}`,
      NODE_EXTRA_CA_CERTS: file('ca.crt'),
    },
  });
  await trouble(elsewhere, /not made out to localhost/);
});

/** A certificate authority of our own, and a broker's certificate for 127.0.0.1 that it signed. */
async function certificates(folder: string): Promise<void> {
  const openssl = (...args: string[]): Promise<unknown> => run('openssl', args, { cwd: folder });
  const key = ['-newkey', 'rsa:2048', '-nodes'];
  await openssl(
    ...['req', '-x509', ...key, '-keyout', 'ca.key', '-out', 'ca.crt', '-days', '2'],
    ...['-subj', '/CN=Plant CA'],
  );
  await openssl(
    ...['req', ...key, '-keyout', 'broker.key', '-out', 'broker.csr', '-subj', '/CN=broker'],
  );
  await writeFile(join(folder, 'names'), 'subjectAltName=IP:127.0.0.1');
  await openssl(
    ...['x509', '-req', '-in', 'broker.csr', '-CA', 'ca.crt', '-CAkey', 'ca.key'],
    ...['-CAcreateserial', '-out', 'broker.crt', '-days', '2', '-extfile', 'names'],
  );
}

test('a broker that speaks 3.1.1 alone: heard, and what it keeps while the server is away as well', async () => {
  await using broker = await startProduct({ plant });
  await using folder = await aFolder();
  const options = { plant, folder: folder.path, env: { MQTT_URL: broker.mqtt } };
  {
    await using product = await startProduct(options);
    await connected(product);
    await send(broker, '{"good":1}');
    await accepted(product, 1);
    await product.stop();
  }
  for (const good of [2, 3]) await send(broker, `{"good":${good}}`);
  await using product = await startProduct(options);
  await accepted(product, 3);
});

test('retained messages: a state of earlier is no news, a status and a reading with its time are', async () => {
  await using broker = await startMosquitto();
  const keep = (topic: string, payload: string): Promise<void> =>
    publish(broker.mqtt, '-r', '-q', '1', '-t', topic, '-m', payload);
  await keep(OUTPUT, '{"good":1}');
  await keep('lineside/other/output', `{"good":1,"ts":${Date.now() - 60_000}}`);
  await keep(STATUS, 'online');
  await using proxy = await Proxy.to(broker.port);
  const env = { MQTT_URL: `mqtt://127.0.0.1:${proxy.port}` };
  await using product = await startProduct({ plant, env });
  await accepted(product, 2);
  expect(await metric(product, 'lineside_retained_left_out_total')).toBe(1);
  // Told once: the session is resumed, and the subscription is not new.
  proxy.cut();
  const reconnects = (): Promise<number> => metric(product, 'lineside_mqtt_reconnects_total');
  await until(reconnects, (count) => count === 1);
  // Published just now: the flag asks the broker to keep it, and the line is heard.
  await keep(OUTPUT, '{"good":2}');
  const { readings } = await accepted(product, 3);
  expect(readings).toMatchObject({ duplicates: 0, quarantined: 0 });
  expect(await metric(product, 'lineside_retained_left_out_total')).toBe(1);
});

// Longer than three pings.
if (isLong) {
  test(
    'a disk that takes half a minute over a commit is no silence: the connection is kept',
    LONG,
    async () => {
      const store = new HeldStore();
      store.isHeld = true;
      await using broker = await RawBroker.listen();
      const subscriber = new Subscriber({
        url: new URL(`mqtt://127.0.0.1:${broker.port}`),
        instance: () => Promise.resolve('0123456789ab'),
        filters: () => TOPICS.filters,
        intake: anIntake(store, systemClock),
        events: { reconnected: () => undefined, sessionLost: () => undefined },
        clock: systemClock,
        log: new TestLog(),
      });
      await subscriber.start();
      const caller = await broker.subscriber();
      for (let id = 1; id <= MOST_UNDER_WAY + 100; id++)
        caller.publish(id, 'lineside/press/output', `${id}`);
      await caller.until(({ pings }) => pings >= 3);
      store.isHeld = false;
      for (const commit of store.held) commit();
      await caller.until(({ pubacks }) => pubacks.length === MOST_UNDER_WAY + 100);
      expect(caller.isClosed).toBe(false);
      await subscriber.close();
    },
  );
}
