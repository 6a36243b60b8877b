/**
 * Durable QoS 1 readings per second against bare aedes that only acknowledges, in turn, in one run:
 * told by raw packets, which cost the teller next to nothing, and by mqtt.js, a client as gateways use it.
 */

import { connectAsync } from 'mqtt';
import { aPlant } from '../support/plants.ts';
import { startProduct } from '../support/product.ts';
import { Publisher } from '../support/publisher.ts';
import { median, start } from './process.ts';

const LINES = Array.from({ length: 20 }, (_, n) => `line-${n + 1}`);
const ROUNDS = 3;
const IN_FLIGHT = 2_000;

/** Tells one reading; resolves when the next may be told. */
interface Teller {
  readonly tell: (topic: string, payload: string) => Promise<unknown>;
  readonly settled: () => Promise<unknown>;
  readonly close: () => void;
}

interface Client {
  readonly name: string;
  readonly readings: number;
  readonly connect: (url: string, id: string, inFlight: number) => Promise<Teller>;
}

const raw: Client = {
  name: 'raw packets',
  readings: 100_000,
  async connect(url, id, inFlight) {
    const publisher = await Publisher.connect(url, id, inFlight);
    return {
      tell: (topic, payload) => publisher.publish({ topic, payload }),
      settled: () => publisher.settled(),
      close: () => {
        publisher.close();
      },
    };
  },
};

const mqttJs: Client = {
  name: 'mqtt.js',
  readings: 30_000,
  async connect(url, clientId, inFlight) {
    const client = await connectAsync(url, { clientId });
    const pending = new Set<Promise<unknown>>();
    return {
      async tell(topic, payload) {
        const sent: Promise<unknown> = client
          .publishAsync(topic, payload, { qos: 1 })
          .finally(() => pending.delete(sent));
        pending.add(sent);
        if (pending.size >= inFlight) await Promise.race(pending);
      },
      settled: () => Promise.all(pending),
      close: () => {
        client.end(true);
      },
    };
  },
};

let sequence = 0;
const began = Date.now() - 3_600_000;

/** Readings per second, from the first one told to the last acknowledgement. */
async function rate(url: string, client: Client, connections: number): Promise<number> {
  const inFlight = Math.ceil(IN_FLIGHT / connections);
  const tellers = await Promise.all(
    Array.from({ length: connections }, (_, n) => client.connect(url, `bench-${n}`, inFlight)),
  );
  const started = performance.now();
  await Promise.all(
    tellers.map(async (teller, n) => {
      for (let told = n; told < client.readings; told += connections) {
        const seq = sequence++;
        const topic = `lineside/${LINES[seq % LINES.length] ?? ''}/output`;
        await teller.tell(topic, `{"good":${seq},"seq":${seq},"ts":${began + seq}}`);
      }
      await teller.settled();
    }),
  );
  const seconds = (performance.now() - started) / 1000;
  for (const teller of tellers) teller.close();
  return client.readings / seconds;
}

export async function throughput(): Promise<string[]> {
  await using bare = await start({
    command: process.execPath,
    args: [new URL('bare.ts', import.meta.url).pathname],
    ready: /^ready mqtt:/,
  });
  await using product = await startProduct({ plant: aPlant(LINES) });
  const bareUrl = bare.ready.replace('ready ', '');
  const rows: string[] = [];
  for (const client of [mqttJs, raw]) {
    for (const connections of [1, 20]) {
      const [ours, theirs]: [number[], number[]] = [[], []];
      for (let round = 0; round < ROUNDS; round++) {
        theirs.push(await rate(bareUrl, client, connections));
        ours.push(await rate(product.mqtt, client, connections));
      }
      const ratios = ours.map((value, round) => value / (theirs[round] ?? NaN));
      rows.push(
        `durable QoS 1 readings/s, ${client.name}, ${connections} connection(s): ` +
          `lineside ${median(ours).toFixed(0)}, bare aedes ${median(theirs).toFixed(0)}, ` +
          `ratio ${median(ratios).toFixed(2)} (${ratios.map((r) => r.toFixed(2)).join(' ')})`,
      );
    }
  }
  return rows;
}
