/** Durable QoS 1 readings per second against bare aedes that only acknowledges, in turn, in one run. */

import { aPlant } from '../support/plants.ts';
import { startProduct } from '../support/product.ts';
import { Publisher } from '../support/publisher.ts';
import { median, start } from './process.ts';

const LINES = Array.from({ length: 20 }, (_, n) => `line-${n + 1}`);
const READINGS = 100_000;
const ROUNDS = 3;
const IN_FLIGHT = 2_000;

let sequence = 0;
const began = Date.now() - 3_600_000;

/** Readings per second, from the first one sent to the last acknowledgement. */
async function rate(url: string, connections: number): Promise<number> {
  const publishers = await Promise.all(
    Array.from({ length: connections }, (_, n) =>
      Publisher.connect(url, `bench-${n}`, Math.ceil(IN_FLIGHT / connections)),
    ),
  );
  const started = performance.now();
  await Promise.all(
    publishers.map(async (publisher, n) => {
      for (let sent = n; sent < READINGS; sent += connections) {
        const seq = sequence++;
        const topic = `lineside/${LINES[seq % LINES.length] ?? ''}/output`;
        await publisher.publish({
          topic,
          payload: `{"good":${seq},"seq":${seq},"ts":${began + seq}}`,
        });
      }
      await publisher.settled();
    }),
  );
  const seconds = (performance.now() - started) / 1000;
  for (const publisher of publishers) publisher.close();
  return READINGS / seconds;
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
  for (const connections of [1, 20]) {
    const [ours, theirs]: [number[], number[]] = [[], []];
    for (let round = 0; round < ROUNDS; round++) {
      theirs.push(await rate(bareUrl, connections));
      ours.push(await rate(product.mqtt, connections));
    }
    const ratios = ours.map((value, round) => value / (theirs[round] ?? NaN));
    rows.push(
      `durable QoS 1 readings/s, ${connections} connection(s): lineside ${median(ours).toFixed(0)}, ` +
        `bare aedes ${median(theirs).toFixed(0)}, ratio ${median(ratios).toFixed(2)} (${ratios.map((r) => r.toFixed(2)).join(' ')})`,
    );
  }
  return rows;
}
