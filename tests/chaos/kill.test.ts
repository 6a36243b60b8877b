import { expect, test } from 'vitest';
import { aPlant } from '../support/plants.ts';
import { aFolder, startProduct } from '../support/product.ts';
import { Publisher, type Message } from '../support/publisher.ts';
import { seeded } from '../support/random.ts';

const KILLS = Number(process.env['KILLS'] ?? 20);
const PER_SECOND = 2_000;
const LINES = ['one', 'two', 'three', 'four', 'five'];
const BATCH_MS = 20;

interface Stored {
  readonly line: string;
  readonly ts: string;
  readonly seq: number;
}

const keyOf = (line: string, seq: number): string => `${line} ${seq}`;

test(
  `${KILLS} times kill -9 under ${PER_SECOND} readings/s: every acknowledged reading is there, once`,
  { timeout: 300_000 },
  async () => {
    const random = seeded();
    await using folder = await aFolder();
    const plant = aPlant(LINES);
    const acknowledged = new Set<string>();
    const start = Date.now() - 6 * 3_600_000;
    let [seq, sent] = [0, 0];
    let pending: Message[] = [];

    for (let round = 0; round <= KILLS; round++) {
      await using product = await startProduct({ plant, folder: folder.path });
      const publisher = await Publisher.connect(product.mqtt, 'gateway', 5_000);
      for (const message of pending) await publisher.publish(message);
      const killAfterMs = 300 + random.below(700);
      const began = performance.now();
      while (performance.now() - began < killAfterMs) {
        for (let n = 0; n < (PER_SECOND * BATCH_MS) / 1000; n++) {
          const topic = `lineside/${LINES[seq % LINES.length] ?? ''}/output`;
          await publisher.publish({
            topic,
            payload: JSON.stringify({ good: seq, seq, ts: start + seq }),
          });
          seq += 1;
        }
        await new Promise((next) => setTimeout(next, BATCH_MS));
      }
      if (round < KILLS) await product.kill();
      await publisher.settled();
      for (const { topic, payload } of publisher.acknowledged) {
        acknowledged.add(keyOf(topic.split('/')[1] ?? '', (JSON.parse(payload) as Stored).seq));
      }
      sent = seq;
      pending = [...publisher.unacknowledged];
      publisher.close();
    }

    await using product = await startProduct({ plant, folder: folder.path });
    const stored = await storedIn(product.http, start);
    console.log(
      `${KILLS} kills, ${sent} readings sent, ${acknowledged.size} acknowledged, ${stored.length} stored`,
    );
    expect(acknowledged.size).toBe(sent);
    const there = new Set(stored);
    expect(there.size).toBe(stored.length);
    expect([...acknowledged].filter((key) => !there.has(key))).toEqual([]);
  },
);

async function storedIn(http: string, start: number): Promise<string[]> {
  const [from, to] = [new Date(start - 1000), new Date(start + 6 * 3_600_000)];
  const response = await fetch(
    `${http}/api/readings?from=${from.toISOString()}&to=${to.toISOString()}`,
  );
  const rows = (await response.text()).trim().split('\n');
  return rows.map((row) => JSON.parse(row) as Stored).map(({ line, seq }) => keyOf(line, seq));
}
