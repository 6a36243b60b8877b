import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import type { LineEntry } from '@lineside/domain/wire.ts';
import { aPlant } from '../support/plants.ts';
import { aFolder, startProduct, until } from '../support/product.ts';
import { Publisher } from '../support/publisher.ts';

interface Health {
  readonly status: string;
  readonly readings: { readonly accepted: number };
}
interface Board {
  readonly count: { readonly good: number } | null;
  readonly lastReadingAt: string | null;
}

test('the demo plant starts by itself, ends with Ctrl-C, and finds everything again', async () => {
  await using folder = await aFolder();
  await using first = await startProduct({ folder: folder.path });
  expect(first.printed).toEqual([`lineside ready ${first.http} ${first.mqtt}`]);
  const lines = await first.get<LineEntry[]>('/api/lines');
  expect(lines).toHaveLength(6);
  const boardOf = (http: typeof first, id: string): Promise<Board> =>
    http.get(`/api/lines/${id}/board`);
  for (const { id } of lines) {
    await until(
      () => boardOf(first, id),
      ({ lastReadingAt }) => lastReadingAt !== null,
    );
  }
  const before = await first.get<Health>('/api/health');
  expect(before.status).toBe('ok');
  expect(await first.stop()).toBe(0);

  await using second = await startProduct({ folder: folder.path });
  const after = await second.get<Health>('/api/health');
  expect(after.readings.accepted).toBeGreaterThanOrEqual(before.readings.accepted);
  for (const { id } of lines) expect((await boardOf(second, id)).lastReadingAt).not.toBeNull();
  expect(await second.stop()).toBe(0);
});

test('what was counted before a stop is there after it, and counting goes on from it', async () => {
  await using folder = await aFolder();
  const plant = aPlant(['one']);
  const tell = async (url: string, goods: readonly number[]): Promise<void> => {
    const publisher = await Publisher.connect(url, 'gateway');
    for (const good of goods)
      await publisher.publish({ topic: 'lineside/one/output', payload: String(good) });
    await publisher.settled();
    publisher.close();
  };
  const total = {
    path: `/api/lines/one/count?from=${new Date(Date.now() - 60_000).toISOString()}`,
  };
  {
    await using first = await startProduct({ plant, folder: folder.path });
    await tell(first.mqtt, [1000, 1002, 1005]);
    expect(await first.get(total.path)).toMatchObject({ good: 5 });
    expect(await first.stop()).toBe(0);
  }
  await using second = await startProduct({ plant, folder: folder.path });
  expect(await second.get(total.path)).toMatchObject({ good: 5 });
  await tell(second.mqtt, [1006]);
  expect(await second.get(total.path)).toMatchObject({ good: 6 });
});

test('wrong settings and a wrong plant file stop the start with every error at once', async () => {
  await using folder = await aFolder();
  const plantFile = join(folder.path, 'plant.yaml');
  await writeFile(
    plantFile,
    aPlant(['one', 'one']).replace('timeZone: UTC', 'timeZone: Mars/Base'),
  );
  const child = spawn(process.execPath, ['server/src/main.ts'], {
    cwd: resolve(import.meta.dirname, '../..'),
    env: {
      ...process.env,
      PORT: 'many',
      MQTT_PORT: '99999',
      PLANT_FILE: plantFile,
      DATA_DIR: folder.path,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [said, printed] = await Promise.all([
    text(child.stderr),
    text(child.stdout),
    once(child, 'exit'),
  ]);
  expect(child.exitCode).toBe(1);
  expect(printed).toBe('');
  for (const part of [
    'PORT',
    'MQTT_PORT',
    'plant.yaml line 1:',
    'Mars/Base',
    'plant.yaml line 10:',
  ])
    expect(said).toContain(part);
});
