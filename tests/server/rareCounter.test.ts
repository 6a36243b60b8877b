import { expect, test } from 'vitest';
import { startApp } from '../support/app.ts';
import { HOUR, MINUTE, MORNING } from '../support/builders.ts';
import { FakeClock } from '../support/fakeClock.ts';
import { Publisher } from '../support/publisher.ts';

interface Board {
  readonly count: { readonly good: number; readonly reject: number };
}

test('C2 C3: a counter that is seldom told goes on from its last value, live and looked back on', async () => {
  const clock = new FakeClock(MORNING + HOUR);
  await using app = await startApp({ clock });
  const publisher = await Publisher.connect(app.mqtt, 'gateway');
  const tell = (fields: object): Promise<boolean> =>
    publisher.publish({ topic: 'lineside/press-1/output', payload: JSON.stringify(fields) });
  const first = MORNING - 12 * HOUR;
  await tell({ reject: 7, ts: first });
  for (let minute = 0; minute <= 12 * 60; minute++) {
    await tell({ good: minute, ts: first + minute * MINUTE });
  }
  await tell({ reject: 9, ts: MORNING + 30 * MINUTE });
  await publisher.settled();
  publisher.close();
  const at = new Date(MORNING + HOUR).toISOString();
  const reject = async (): Promise<number> =>
    ((await app.ask(`/api/lines/press-1/board?at=${at}`)).body as Board).count.reject;
  expect(await reject()).toBe(2);
  clock.advance(9 * HOUR);
  await expect.poll(reject, { timeout: 10_000 }).toBe(2);
});
