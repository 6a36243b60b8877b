import { join } from 'node:path';
import { expect, test } from 'vitest';
import { SqliteStore } from '../../server/src/readings/sqlite.ts';
import { startApp } from '../support/app.ts';
import { openBrowser, openPage } from '../support/browser.ts';
import { aReading, HOUR, MINUTE, MORNING } from '../support/builders.ts';
import { aPlant } from '../support/plants.ts';
import { aFolder, until } from '../support/product.ts';

const DAY = 24 * HOUR;
const iso = (at: number): string => new Date(at).toISOString();

test('H1: a shift whose readings are gone is replayed by the minute, and the page says so', async () => {
  await using folder = await aFolder();
  const pace = { waitMs: () => 0, note: () => undefined };
  const store = new SqliteStore({ file: join(folder.path, 'lineside.db'), pace });
  await store.start();
  for (let at = MORNING - 20 * DAY; at <= MORNING; at += 2 * MINUTE) {
    const good = (at - MORNING + 20 * DAY) / (2 * MINUTE);
    void store.append(aReading({ at, good }));
  }
  await store.close();
  await using app = await startApp({
    folder: folder.path,
    plant: aPlant(['press-1'], ', staleAfterSeconds: 300'),
    retentionDays: 14,
    pages: true,
  });
  const at = MORNING - 18 * DAY + 4 * HOUR;
  await until(
    () => app.ask(`/api/lines/press-1/board?at=${iso(at)}`),
    ({ body }) => (body as { resolution: string }).resolution === 'minute',
  );
  const browser = await openBrowser();
  try {
    const { page, complaints } = await openPage(browser, `${app.http}/lines/press-1?at=${iso(at)}`);
    const bar = page.getByRole('region', { name: 'Replay controls' });
    await bar.getByText('Shown by the minute: single readings are kept for 14 days.').waitFor();
    const shown = await page.locator('main').innerText();
    expect(shown).toMatch(/120/);
    await page.goto(`${app.http}/lines/press-1?at=${iso(MORNING - 3 * DAY)}`);
    await page.locator('main').getByText('Output this shift').waitFor();
    expect(await page.getByText('Shown by the minute').count()).toBe(0);
    expect(complaints).toEqual([]);
  } finally {
    await browser.close();
  }
});
