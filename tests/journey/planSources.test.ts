// A source that is added in the browser is heard at once, with the plant's own broker and with Lineside's.
import type { WrittenPlan } from '@lineside/domain/plan.ts';
import type { PlanAnswer } from '@lineside/domain/plan-wire.ts';
import type { Health } from '@lineside/domain/wire.ts';
import { describe, expect, test } from 'vitest';
import { hasMosquitto, startMosquitto } from '../support/mosquitto.ts';
import { aPlant } from '../support/plants.ts';
import { startProduct, until, type Product } from '../support/product.ts';
import { Publisher } from '../support/publisher.ts';

async function save(product: Product, sources: WrittenPlan['sources']): Promise<void> {
  const { version, plan } = await product.get<PlanAnswer>('/api/plan');
  const edit = { base: version, from: 'now', who: 'Anna', why: 'another gateway' };
  const body = JSON.stringify({ ...edit, plan: { ...plan, sources } });
  const headers = { 'Content-Type': 'application/json' };
  const response = await fetch(`${product.http}/api/plan`, { method: 'POST', body, headers });
  expect(response.status).toBe(200);
}

const accepted = async (product: Product): Promise<number> =>
  (await product.get<Health>('/api/health')).readings.accepted;

/** Publishes until a reading is taken: the broker may still be on its way to subscribe. */
async function isHeard(product: Product, publisher: Publisher, topic: string): Promise<void> {
  const before = await accepted(product);
  let good = 0;
  await until(
    async () => {
      await publisher.publish({ topic, payload: JSON.stringify({ good: ++good, ts: Date.now() }) });
      return accepted(product);
    },
    (count) => count > before,
  );
}

async function expectFollows(product: Product, publisher: Publisher): Promise<void> {
  await isHeard(product, publisher, 'lineside/press-1/output');
  await save(product, [{ topic: 'works/{line}/counts' }]);
  await isHeard(product, publisher, 'works/press-1/counts');
  await save(product, [{ topic: 'plant/{line}/counts' }]);
  await isHeard(product, publisher, 'plant/press-1/counts');
  const before = await accepted(product);
  await publisher.publish({ topic: 'works/press-1/counts', payload: '77' });
  await isHeard(product, publisher, 'lineside/press-1/output');
  const rows = await fetch(`${product.http}/api/readings?line=press-1`);
  expect(await rows.text()).not.toContain('"good":77,');
  expect(await accepted(product)).toBeGreaterThan(before);
}

test('with the embedded broker', async () => {
  await using product = await startProduct({ plant: aPlant(['press-1']) });
  const publisher = await Publisher.connect(product.mqtt, 'gateway', 2_000);
  await expectFollows(product, publisher);
  publisher.close();
});

describe.skipIf(!hasMosquitto)('with Mosquitto (skipped where it is not installed)', () => {
  test('topics are subscribed to and left as the plan says', async () => {
    await using mosquitto = await startMosquitto();
    const env = { MQTT_URL: mosquitto.mqtt };
    await using product = await startProduct({ plant: aPlant(['press-1']), env });
    const publisher = await Publisher.connect(mosquitto.mqtt, 'gateway', 2_000);
    await expectFollows(product, publisher);
    publisher.close();
    expect(await product.get('/api/quarantine')).toEqual([]);
  });
});
