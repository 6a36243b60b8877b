/** Processor time per 100,000 readings at 2,000/s, of Lineside and of a hand-written stack, in one run. */

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startInfluxd } from '../support/influxd.ts';
import { aPlant } from '../support/plants.ts';
import { aFolder, startProduct } from '../support/product.ts';
import { Publisher } from '../support/publisher.ts';
import { cpuSeconds, freePort, start } from './process.ts';

const LINES = Array.from({ length: 20 }, (_, n) => `line-${n + 1}`);
const PER_SECOND = 2_000;
const READINGS = 60_000;
const STEP_MS = 10;

/** Publishes at a steady rate over four connections; resolves when all is acknowledged. */
async function load(url: string): Promise<void> {
  const publishers = await Promise.all(
    [1, 2, 3, 4].map((n) => Publisher.connect(url, `load-${n}`, 2_000)),
  );
  const began = performance.now();
  const ts = Date.now() - 60_000;
  for (let seq = 0; seq < READINGS;) {
    const due = Math.min(READINGS, ((performance.now() - began) * PER_SECOND) / 1000);
    for (; seq < due; seq++) {
      const topic = `lineside/${LINES[seq % LINES.length] ?? ''}/output`;
      await publishers[seq % publishers.length]?.publish({
        topic,
        payload: `{"good":${seq},"seq":${seq},"ts":${ts + seq}}`,
      });
    }
    await new Promise((next) => setTimeout(next, STEP_MS));
  }
  await Promise.all(publishers.map((publisher) => publisher.settled()));
  for (const publisher of publishers) publisher.close();
}

/** Processor seconds of some processes per 100,000 readings. */
async function costOf(pids: readonly number[], url: string): Promise<number[]> {
  const before = pids.map(cpuSeconds);
  await load(url);
  await new Promise((settled) => setTimeout(settled, 2_000));
  return pids.map((pid, n) => ((cpuSeconds(pid) - (before[n] ?? 0)) * 100_000) / READINGS);
}

/** @param batchMs how long the script gathers readings before it writes them */
async function handwritten(
  batchMs: number,
): Promise<{ readonly total: number; readonly parts: string }> {
  await using folder = await aFolder();
  const mqttPort = await freePort();
  const mosquittoConf = join(folder.path, 'mosquitto.conf');
  await writeFile(mosquittoConf, `listener ${mqttPort} 127.0.0.1\nallow_anonymous true\n`);
  await using broker = await start({
    command: 'mosquitto',
    args: ['-c', mosquittoConf],
    ready: /running/,
  });
  await using database = await startInfluxd();
  const brokerUrl = `mqtt://127.0.0.1:${mqttPort}`;
  await using script = await start({
    command: process.execPath,
    args: [new URL('handwritten.ts', import.meta.url).pathname],
    env: {
      BROKER: brokerUrl,
      INFLUX: `${database.http}/plant`,
      BATCH_MS: String(batchMs),
    },
    ready: /^ready/,
  });
  const costs = await costOf([script.pid, broker.pid, database.pid], brokerUrl);
  const [own = 0, mosquitto = 0, influxd = 0] = costs;
  return {
    total: own + mosquitto + influxd,
    parts: `script ${own.toFixed(1)}, mosquitto ${mosquitto.toFixed(1)}, influxd ${influxd.toFixed(1)}`,
  };
}

async function lineside(): Promise<number> {
  await using product = await startProduct({ plant: aPlant(LINES) });
  const [cost = NaN] = await costOf([product.pid], product.mqtt);
  return cost;
}

export async function cpu(): Promise<string[]> {
  const ours = await lineside();
  const rows = [`CPU s per 100,000 readings at ${PER_SECOND}/s: lineside ${ours.toFixed(1)}`];
  for (const batchMs of [0, 100]) {
    const theirs = await handwritten(batchMs);
    const how = batchMs === 0 ? 'each reading at once' : `gathering for ${batchMs} ms, not durable`;
    rows.push(
      `  hand-written stack, ${how}: ${theirs.total.toFixed(1)} (${theirs.parts}), ratio ${(ours / theirs.total).toFixed(2)}`,
    );
  }
  return rows;
}
