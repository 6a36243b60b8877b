/**
 * Readings through Mosquitto into InfluxDB: Lineside, which acknowledges what is durable, against a
 * hand-written script of mqtt.js and influx, which acknowledges what it has not written; in turn, in one run.
 */

import { startInfluxd, type Influxd } from '../support/influxd.ts';
import { startMosquitto } from '../support/mosquitto.ts';
import { aPlant } from '../support/plants.ts';
import { startProduct, until } from '../support/product.ts';
import { Publisher } from '../support/publisher.ts';
import { median, start } from './process.ts';

const LINES = Array.from({ length: 20 }, (_, n) => `line-${n + 1}`);
const READINGS = 200_000;
const ROUNDS = 5;
const PUBLISHERS = 4;
/** Mosquitto must not drop what waits, for either of the two. */
const QUEUE = ['allow_anonymous true', 'max_queued_messages 0', 'max_inflight_messages 0'];
const LOOK_EVERY_MS = 100;
const ANSWER_WITHIN_MS = 5_000;
const GIVE_UP_MS = 10_000;

/** Seconds until everything is durable, and until it is in InfluxDB; how many of the readings that are. */
interface Took {
  readonly durable: number;
  readonly inDatabase: number;
  readonly kept: number;
}

let round = 0;

/** Publishes readings as fast as Mosquitto takes them. */
async function publish(mqtt: string): Promise<void> {
  const ts = Date.now() - 3_600_000 + (round++ % 10) * READINGS;
  const publishers = await Promise.all(
    Array.from({ length: PUBLISHERS }, (_, n) => Publisher.connect(mqtt, `source-${n}`, 1_000)),
  );
  await Promise.all(
    publishers.map(async (publisher, n) => {
      for (let seq = n; seq < READINGS; seq += PUBLISHERS) {
        const topic = `lineside/${LINES[seq % LINES.length] ?? ''}/output`;
        await publisher.publish({
          topic,
          payload: `{"good":${seq},"seq":${seq},"ts":${ts + seq}}`,
        });
      }
      await publisher.settled();
      publisher.close();
    }),
  );
}

/** Ms from now until a count no longer grows or is all there, and the count. */
async function grown(count: () => Promise<number>): Promise<{ at: number; count: number }> {
  let [known, at] = [0, performance.now()];
  for (;;) {
    const now = await count();
    if (now > known) [known, at] = [now, performance.now()];
    if (known >= READINGS || performance.now() - at > GIVE_UP_MS) return { at, count: known };
    await new Promise((again) => setTimeout(again, LOOK_EVERY_MS));
  }
}

/** 0 while InfluxDB is too busy to answer. */
async function countIn(influxd: Influxd, from: string): Promise<number> {
  const query = encodeURIComponent(`SELECT count(*) FROM ${from}`);
  const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
  try {
    const response = await fetch(`${influxd.http}/query?q=${query}`, { signal });
    const { results } = (await response.json()) as {
      results: { series?: { values: number[][] }[] }[];
    };
    return Math.max(0, ...(results[0]?.series?.[0]?.values[0]?.slice(1) ?? []));
  } catch {
    return 0;
  }
}

async function lineside(): Promise<Took> {
  await using mosquitto = await startMosquitto({ config: QUEUE });
  await using influxd = await startInfluxd();
  const env = { MQTT_URL: mosquitto.mqtt, INFLUX_URL: `${influxd.http}/plant` };
  await using product = await startProduct({ plant: aPlant(LINES), env });
  const health = () =>
    product.get<{
      mqtt: { connected: boolean };
      store: { spooled: number };
      readings: { accepted: number };
    }>('/api/health');
  await until(health, ({ mqtt }) => mqtt.connected);
  const started = performance.now();
  const published = publish(mosquitto.mqtt);
  const durable = await grown(async () => (await health()).readings.accepted);
  const inDatabase = await grown(async () => {
    const { store, readings } = await health();
    return readings.accepted - store.spooled;
  });
  await published;
  const kept = await countIn(influxd, 'plant.lineside.readings');
  return { ...seconds(started, durable.at, inDatabase.at), kept };
}

async function handwritten(batchMs: number): Promise<Took> {
  await using mosquitto = await startMosquitto({ config: QUEUE });
  await using influxd = await startInfluxd();
  await using script = await start({
    command: process.execPath,
    args: [new URL('handwritten.ts', import.meta.url).pathname],
    env: {
      BROKER: mosquitto.mqtt,
      INFLUX: `${influxd.http}/plant`,
      BATCH_MS: String(batchMs),
    },
    ready: /^ready/,
  });
  const started = performance.now();
  const published = publish(mosquitto.mqtt);
  const done = await grown(() => countIn(influxd, 'plant.autogen.output'));
  await published;
  await script.end('SIGKILL');
  return { ...seconds(started, done.at, done.at), kept: done.count };
}

const seconds = (from: number, durable: number, inDatabase: number) => ({
  durable: (durable - from) / 1000,
  inDatabase: (inDatabase - from) / 1000,
});

export async function stack(): Promise<string[]> {
  const variants = [
    { name: 'lineside', run: lineside },
    { name: 'script, a write for each reading', run: () => handwritten(0) },
    { name: 'script, gathering for 100 ms', run: () => handwritten(100) },
  ];
  const took = new Map<string, Took[]>(variants.map(({ name }) => [name, []]));
  for (let n = 0; n < ROUNDS; n++) {
    for (const { name, run } of variants) took.get(name)?.push(await run());
  }
  const ours = took.get('lineside') ?? [];
  return [...took].map(([name, all]) => {
    const rate = (each: Took): number => each.kept / each.durable;
    const ratios = ours.map((each, n) => rate(each) / rate(all[n] ?? each));
    const kept = median(all.map((each) => each.kept));
    return (
      `Mosquitto to InfluxDB, ${name}: ${median(all.map(rate)).toFixed(0)} readings/s durable, ` +
      `${median(all.map((each) => each.kept / each.inDatabase)).toFixed(0)}/s in InfluxDB, ` +
      `${kept} of ${READINGS} kept, lineside's ratio ${median(ratios).toFixed(2)} ` +
      `(${ratios.map((ratio) => ratio.toFixed(2)).join(' ')})`
    );
  });
}
