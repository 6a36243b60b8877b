/** A loaded server, killed again and again: what was acknowledged, and what is there in the end. */

import { setTimeout as pause } from 'node:timers/promises';
import { aPlant } from './plants.ts';
import { aFolder, startProduct, until, type Product } from './product.ts';
import { Publisher, type Message } from './publisher.ts';
import type { Random } from './random.ts';
import { startInfluxd, type Influxd } from './influxd.ts';
import { startMosquitto } from './mosquitto.ts';

export const COMBINATIONS = [
  { broker: 'embedded', database: 'SQLite' },
  { broker: 'embedded', database: 'InfluxDB' },
  { broker: 'Mosquitto', database: 'SQLite' },
  { broker: 'Mosquitto', database: 'InfluxDB' },
] as const;
export type Combination = (typeof COMBINATIONS)[number];

export interface KillFigures {
  readonly kills: number;
  /** Times that InfluxDB was killed together with the server. */
  readonly databaseKills: number;
  readonly sent: number;
  readonly acknowledged: number;
  /** Readings that the API gives, and how many of them are different. */
  readonly stored: number;
  readonly distinct: number;
  /** Acknowledged, but not there. */
  readonly lost: number;
  /** The same for InfluxDB, asked directly; `null` where there is none. */
  readonly inDatabase: number | null;
}

interface Stored {
  readonly line: string;
  readonly seq: number;
}

const LINES = ['one', 'two', 'three', 'four', 'five'];
const PER_SECOND = 2_000;
const BATCH_MS = 20;
/** The server is killed somewhere between these, while readings come in. */
const [LEAST_MS, MOST_MS] = [200, 1_000];
const HOURS_BACK_MS = 6 * 3_600_000;
const QUEUE = ['allow_anonymous true', 'max_queued_messages 0', 'max_inflight_messages 1000'];
const keyOf = ({ line, seq }: Stored): string => `${line} ${seq}`;

/** Sends at {@link PER_SECOND} and kills at random moments, then asks what is there. */
export async function killAgainAndAgain(
  { broker, database }: Combination,
  kills: number,
  random: Random,
): Promise<KillFigures> {
  await using folder = await aFolder();
  await using mosquitto =
    broker === 'Mosquitto' ? await startMosquitto({ persistence: true, config: QUEUE }) : null;
  await using influxd = database === 'InfluxDB' ? await startInfluxd() : null;
  const env = {
    ...(mosquitto ? { MQTT_URL: mosquitto.mqtt } : {}),
    ...(influxd ? { INFLUX_URL: `${influxd.http}/kills` } : {}),
  };
  const start = (): Promise<Product> =>
    startProduct({ plant: aPlant(LINES), folder: folder.path, env });
  const load = new Load(Date.now() - HOURS_BACK_MS);
  let databaseKills = 0;
  if (mosquitto) {
    // From its first connection on the broker keeps for it what comes while it is away.
    await using product = await start();
    await connected(product);
  }
  for (let round = 0; round < kills; round++) {
    await using product = await start();
    const publisher = await Publisher.connect(mosquitto?.mqtt ?? product.mqtt, 'gateway', 5_000);
    const sending = load.send(publisher, MOST_MS);
    await pause(LEAST_MS + random.below(MOST_MS - LEAST_MS));
    await product.kill();
    await sending;
    if (influxd && random.below(4) === 0) {
      await influxd.kill();
      await influxd.start();
      databaseKills += 1;
    }
    // With a broker between, what it took is its to deliver, and it goes on taking.
    await publisher.settled();
    load.take(publisher);
  }
  await using product = await start();
  const publisher = await Publisher.connect(mosquitto?.mqtt ?? product.mqtt, 'gateway', 5_000);
  await load.send(publisher, LEAST_MS);
  await publisher.settled();
  load.take(publisher);
  await until(
    () => product.get<{ readings: { accepted: number } }>('/api/health'),
    ({ readings }) => readings.accepted >= load.acknowledged.size,
    60_000,
  );
  const stored = await load.storedIn(product.http);
  const there = new Set(stored);
  return {
    ...{ kills, databaseKills, sent: load.sent, acknowledged: load.acknowledged.size },
    ...{ stored: stored.length, distinct: there.size },
    lost: [...load.acknowledged].filter((key) => !there.has(key)).length,
    inDatabase: influxd && (await countIn(influxd, stored.length)),
  };
}

/** A source that numbers its readings, and sends again what was not acknowledged. */
class Load {
  readonly acknowledged = new Set<string>();
  readonly #start: number;
  /** Not acknowledged, or not even sent again. */
  readonly #pending: Message[] = [];
  #seq = 0;

  /** @param start time of the first reading */
  constructor(start: number) {
    this.#start = start;
  }

  get sent(): number {
    return this.#seq;
  }

  /** Ends early when the connection is lost. */
  async send(publisher: Publisher, ms: number): Promise<void> {
    for (let next = this.#pending[0]; next; next = this.#pending[0]) {
      if (!(await publisher.publish(next))) return;
      this.#pending.shift();
    }
    const began = performance.now();
    while (performance.now() - began < ms) {
      for (let n = 0; n < (PER_SECOND * BATCH_MS) / 1000; n++) {
        if (!(await publisher.publish(this.#message(this.#seq)))) return;
        this.#seq += 1;
      }
      await pause(BATCH_MS);
    }
  }

  /** Notes what a publisher that is done was told. */
  take(publisher: Publisher): void {
    for (const { topic, payload } of publisher.acknowledged) {
      const { seq } = JSON.parse(payload) as Stored;
      this.acknowledged.add(keyOf({ line: topic.split('/')[1] ?? '', seq }));
    }
    this.#pending.unshift(...publisher.unacknowledged);
    publisher.close();
  }

  async storedIn(http: string): Promise<string[]> {
    const [from, to] = [new Date(this.#start - 1000), new Date(this.#start + 2 * HOURS_BACK_MS)];
    const span = `from=${from.toISOString()}&to=${to.toISOString()}`;
    const response = await fetch(`${http}/api/readings?${span}`);
    const rows = (await response.text()).trim().split('\n');
    return rows.map((row) => keyOf(JSON.parse(row) as Stored));
  }

  #message(seq: number): Message {
    const payload = JSON.stringify({ good: seq, seq, ts: this.#start + seq });
    return { topic: `lineside/${LINES[seq % LINES.length] ?? ''}/output`, payload };
  }
}

async function connected(product: Product): Promise<void> {
  await until(
    () => product.get<{ mqtt: { connected: boolean } }>('/api/health'),
    ({ mqtt }) => mqtt.connected,
  );
}

/** How many readings InfluxDB has, once it has as many as it should, or after a while. */
async function countIn(influxd: Influxd, expected: number): Promise<number> {
  const giveUpAt = performance.now() + 60_000;
  for (;;) {
    const [result] = (await influxd.run(
      'SELECT count(seq) FROM kills.lineside.readings WHERE line =~ /^[a-z]+$/',
    )) as { series?: { values: [string, number][] }[] }[];
    const count = result?.series?.[0]?.values[0]?.[1] ?? 0;
    if (count >= expected || performance.now() > giveUpAt) return count;
    await pause(BATCH_MS);
  }
}
