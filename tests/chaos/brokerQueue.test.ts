/** A broker that keeps less than comes while Lineside is away: what it threw away is told by number, in every place. */

import type { Health } from '@lineside/domain/wire.ts';
import { describe, expect, test } from 'vitest';
import { metric } from '../support/metrics.ts';
import { hasMosquitto, startMosquitto } from '../support/mosquitto.ts';
import { aPlant } from '../support/plants.ts';
import { aFolder, startProduct, until, type Product } from '../support/product.ts';
import { Publisher } from '../support/publisher.ts';
import { numbersInApi, Source } from '../support/source.ts';

const BEFORE = 50;
const MEANWHILE = 3_000;
const AFTER = 20;
const DEFAULTS = ['allow_anonymous true'];
const RAISED = [...DEFAULTS, 'max_queued_messages 100000'];

const connected = (product: Product): Promise<Health> =>
  until(
    () => product.get<Health>('/api/health'),
    ({ mqtt }) => mqtt.connected,
  );

/** Where a line's numbers jump, and by how many. */
function jumpsIn(numbers: readonly number[]): number[] {
  const steps = numbers.slice(1).map((number, place) => number - (numbers[place] ?? 0) - 1);
  return steps.filter((step) => step !== 0);
}

describe.skipIf(!hasMosquitto)(`${MEANWHILE} numbered messages while Lineside is stopped`, () => {
  test.each([
    { name: "Mosquitto's own bounds lose some", config: DEFAULTS, loses: true },
    { name: 'with its queue raised none is lost', config: RAISED, loses: false },
  ])('C8: $name, and as many are told as are missing', async ({ config, loses }) => {
    await using folder = await aFolder();
    await using mosquitto = await startMosquitto({ config });
    const env = { MQTT_URL: mosquitto.mqtt };
    const options = { plant: aPlant(['press']), folder: folder.path, env };
    const publisher = await Publisher.connect(mosquitto.mqtt, 'gateway');
    const source = new Source(['press']);
    {
      await using product = await startProduct(options);
      await connected(product);
      await source.send(publisher, BEFORE);
      await until(
        () => product.get<Health>('/api/health'),
        ({ readings }) => readings.accepted === BEFORE,
      );
      await product.stop();
    }
    await source.send(publisher, MEANWHILE);
    await using product = await startProduct(options);
    await connected(product);
    // The last of them shows what is missing before it.
    await source.send(publisher, AFTER);
    publisher.close();
    const numbers = await until(
      () => numbersInApi(product, 'press'),
      (found) => found.at(-1) === source.sent - 1,
    );
    const [missing = 0, ...more] = jumpsIn(numbers);
    expect(more).toEqual([]);
    expect(numbers).toHaveLength(source.sent - missing);
    console.log(`${source.sent} sent, ${numbers.length} stored, ${missing} thrown away`);
    expect(missing > 0).toBe(loses);

    const gaps = await product.get<{ readonly missing: number }[]>('/api/lines/press/gaps');
    expect(gaps.map((gap) => gap.missing)).toEqual(missing > 0 ? [missing] : []);
    expect(await product.get('/api/lines/press/board')).toMatchObject({
      count: { missedMessages: missing },
    });
    const { readings } = await product.get<Health>('/api/health');
    expect(readings).toMatchObject({ accepted: numbers.length, missed: missing });
    expect(await metric(product, 'lineside_messages_missing')).toBe(missing);
  });
});
