import type { Health } from '@lineside/domain/wire.ts';
import { expect, test } from 'vitest';
import { publish, startMosquitto } from '../support/mosquitto.ts';
import { aPlant } from '../support/plants.ts';
import { startProduct, until, type Product } from '../support/product.ts';

const plant = aPlant(['press']);
const OUTPUT = 'lineside/press/output';
const healthOf = (product: Product): Promise<Health> => product.get<Health>('/api/health');

test('messages come in from an external broker', async () => {
  await using broker = await startMosquitto();
  await using product = await startProduct({
    plant,
    env: { MQTT_URL: broker.mqtt, LOG_LEVEL: 'info' },
  });
  expect(product.mqtt).toBe(broker.mqtt);
  await until(
    () => healthOf(product),
    ({ mqtt }) => mqtt.connected,
  );
  for (let n = 1; n <= 5; n++)
    await publish(broker.mqtt, '-q', '1', '-t', OUTPUT, '-m', `{"good":${n},"seq":${n}}`);
  await until(
    () => healthOf(product),
    ({ readings }) => readings.accepted === 5,
  );
});
