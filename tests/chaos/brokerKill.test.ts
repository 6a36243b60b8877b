/** Mosquitto killed like by a power cut: what it had not saved is gone, and told; what Lineside had is there, once. */

import type { Health } from '@lineside/domain/wire.ts';
import { describe, expect, test } from 'vitest';
import { HOUR } from '../support/builders.ts';
import { byLength } from '../support/length.ts';
import { hasMosquitto, startMosquitto } from '../support/mosquitto.ts';
import { aPlant } from '../support/plants.ts';
import { aFolder, startProduct, until, type Product } from '../support/product.ts';
import { Publisher, type Message } from '../support/publisher.ts';
import { seeded } from '../support/random.ts';
import { numbersInApi } from '../support/source.ts';

const KILLS = byLength(2, 50);
/** Sent together, a hundred times a second. */
const TOGETHER = 20;
const EVERY_MS = 10;
const CONFIG = ['allow_anonymous true', 'max_queued_messages 0', 'autosave_interval 1'];
const plant = aPlant(['press']);
const start = Date.now() - HOUR;

const healthOf = (product: Product): Promise<Health> => product.get<Health>('/api/health');
const connected = (product: Product, isConnected = true): Promise<Health> =>
  until(
    () => healthOf(product),
    ({ mqtt }) => mqtt.connected === isConnected,
    60_000,
  );

const numbered = (seq: number): Message => ({
  topic: 'lineside/press/output',
  payload: JSON.stringify({ good: seq, seq, ts: start + seq }),
});

/** A source that sends again, before anything new, what no broker acknowledged. */
class Stubborn {
  #pending: readonly Message[] = [];
  sent = 0;

  /** Sends until so many are sent, or the connection is lost. */
  async send(publisher: Publisher, most = Infinity): Promise<void> {
    const again = this.#pending;
    for (const [place, message] of again.entries()) {
      if (await publisher.publish(message)) continue;
      this.#pending = [...publisher.unacknowledged, ...again.slice(place)];
      return;
    }
    for (let n = 1; n <= most && (await publisher.publish(numbered(this.sent))); n++) {
      this.sent += 1;
      if (n % TOGETHER === 0) await new Promise((next) => setTimeout(next, EVERY_MS));
    }
    await publisher.settled();
    this.#pending = publisher.unacknowledged;
  }
}

/** Everything missing is told, nothing is there twice; how many are missing. */
async function missingOf(product: Product, sent: number): Promise<number> {
  const numbers = await until(
    () => numbersInApi(product, 'press'),
    (found) => found.at(-1) === sent - 1,
  );
  const steps = numbers.slice(1).map((number, place) => number - (numbers[place] ?? 0) - 1);
  expect(steps.every((step) => step >= 0)).toBe(true);
  const span = [start - 1, start + sent].map((at) => new Date(at).toISOString());
  const gaps = await product.get<{ readonly missing: number }[]>(
    `/api/lines/press/gaps?from=${span[0]}&to=${span[1]}`,
  );
  expect(gaps.map(({ missing }) => missing)).toEqual(steps.filter((step) => step > 0));
  const { readings } = await healthOf(product);
  expect(readings.accepted).toBe(numbers.length);
  return sent - numbers.length;
}

describe.skipIf(!hasMosquitto)('Mosquitto with persistence', () => {
  test(
    `killed ${KILLS} times under load: what was stored stays, nothing is there twice, gaps are told`,
    { timeout: byLength(120_000, 1_200_000) },
    async () => {
      const random = seeded();
      await using broker = await startMosquitto({ persistence: true, config: CONFIG });
      await using product = await startProduct({ plant, env: { MQTT_URL: broker.mqtt } });
      const source = new Stubborn();
      for (let kill = 0; kill < KILLS; kill++) {
        await connected(product);
        const publisher = await Publisher.connect(broker.mqtt, 'gateway', 2_000);
        const sending = source.send(publisher);
        await new Promise((next) => setTimeout(next, 300 + random.below(1_500)));
        const stored = await numbersInApi(product, 'press');
        await broker.kill();
        await sending;
        await connected(product, false);
        await broker.start();
        const kept = new Set(await numbersInApi(product, 'press'));
        expect(stored.filter((number) => !kept.has(number))).toEqual([]);
      }
      await connected(product);
      const publisher = await Publisher.connect(broker.mqtt, 'gateway', 2_000);
      await source.send(publisher, TOGETHER);
      publisher.close();
      const missing = await missingOf(product, source.sent);
      const { duplicates } = (await healthOf(product)).readings;
      console.log(
        `${KILLS} kills, ${source.sent} readings, ${duplicates} came again, ${missing} lost by the broker`,
      );
    },
  );

  test('killed with a queue that it had not saved: all of that is missing, and told', async () => {
    const config = CONFIG.filter((line) => !line.startsWith('autosave'));
    await using broker = await startMosquitto({ persistence: true, config });
    await using folder = await aFolder();
    const options = { plant, folder: folder.path, env: { MQTT_URL: broker.mqtt } };
    const source = new Stubborn();
    const send = async (count: number): Promise<void> => {
      const publisher = await Publisher.connect(broker.mqtt, 'gateway', 2_000);
      await source.send(publisher, count);
      publisher.close();
    };
    {
      await using product = await startProduct(options);
      await connected(product);
      await send(100);
      await missingOf(product, source.sent);
      await product.stop();
    }
    await send(500);
    await broker.kill();
    await broker.start();
    await using product = await startProduct(options);
    await connected(product);
    await send(100);
    expect(await missingOf(product, source.sent)).toBe(500);
  });
});
