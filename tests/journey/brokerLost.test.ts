import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Browser } from 'playwright-core';
import { freePort, start } from '../bench/process.ts';
import {
  accessibilityFindings,
  cutTexts,
  openBrowser,
  openPage,
  overflows,
  SCREENS,
} from '../support/browser.ts';
import { aPlant } from '../support/plants.ts';
import { aFolder, startProduct, type Product } from '../support/product.ts';
import { Publisher } from '../support/publisher.ts';

const LINES = ['press-1', 'press-2', 'weld-1', 'paint', 'pack', 'robot-1'];
const NOTICE = /Not hearing from the broker since \d\d:\d\d:\d\d\.$/;
const PATIENT = { timeout: 10_000 };
const PAGES = { overview: '/', line: '/lines/press-1', 'the wall': '/wall' };
const STALE_AFTER_MS = 5_000;

let browser: Browser;
let folder: Awaited<ReturnType<typeof aFolder>>;
let product: Product;
let brokerPort: number;

/** A plant that has told something, and whose broker is then nowhere to be found. */
beforeAll(async () => {
  browser = await openBrowser();
  folder = await aFolder();
  const plant = aPlant(LINES, `, staleAfterSeconds: ${STALE_AFTER_MS / 1000}`);
  const before = await startProduct({ plant, folder: folder.path });
  const publisher = await Publisher.connect(before.mqtt, 'history');
  for (const line of LINES) {
    for (const good of [0, 12]) {
      const ts = Date.now() - STALE_AFTER_MS - (12 - good) * 1_000;
      const payload = JSON.stringify({ good, ts });
      await publisher.publish({ topic: `lineside/${line}/output`, payload });
    }
  }
  await publisher.settled();
  publisher.close();
  await before.stop();
  brokerPort = await freePort();
  const env = { MQTT_URL: `mqtt://127.0.0.1:${brokerPort}` };
  product = await startProduct({ plant, folder: folder.path, env });
});

afterAll(async () => {
  await browser.close();
  await product[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

for (const [name, path] of Object.entries(PAGES)) {
  for (const scheme of ['light', 'dark'] as const) {
    test(`R2: ${name}, ${scheme}: says once that the broker is not heard, with no serious finding of axe`, async () => {
      const url = `${product.http + path}?theme=${scheme}`;
      const { page, complaints } = await openPage(browser, url, SCREENS.fullHd, scheme);
      const notice = page.getByRole('status').filter({ hasText: 'Not hearing from the broker' });
      await notice.waitFor();
      await page
        .getByText(/^NO DATA/)
        .first()
        .waitFor();
      expect(await notice.count()).toBe(1);
      expect(await page.getByText(NOTICE).count()).toBe(1);
      expect(await accessibilityFindings(page)).toEqual([]);
      expect(complaints).toEqual([]);
      await page.close();
    });
  }
}

for (const [name, screen] of Object.entries(SCREENS)) {
  test(`the wall at ${name} has room for the notice and for every line`, async () => {
    const { page } = await openPage(browser, `${product.http}/wall`, screen, 'dark');
    await page.getByText(NOTICE).waitFor();
    await expect.poll(() => page.getByText('NO DATA', { exact: true }).count(), PATIENT).toBe(6);
    expect(await overflows(page)).toBe(false);
    expect(await cutTexts(page)).toEqual([]);
    await page.close();
  });
}

test('a phone shows the notice without scrolling sideways', async () => {
  const { page } = await openPage(browser, product.http, SCREENS.phone);
  await page.getByText(NOTICE).waitFor();
  expect(await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)).toBe(false);
  await page.close();
});

test('a replay says nothing of the broker: the past does not need it', async () => {
  const { page } = await openPage(browser, product.http, SCREENS.fullHd);
  await page.getByText(NOTICE).waitFor();
  await page.getByRole('button', { name: 'Replay' }).click();
  await page.getByText('REPLAY', { exact: true }).waitFor();
  expect(await page.getByText(NOTICE).count()).toBe(0);
  await page.close();
});

test('once the broker is there the notice goes by itself', async () => {
  const { page } = await openPage(browser, `${product.http}/wall`, SCREENS.fullHd, 'dark');
  await page.getByText(NOTICE).waitFor();
  await using running = new AsyncDisposableStack();
  const args = ['-p', String(brokerPort)];
  running.use(await start({ command: 'mosquitto', args, ready: / running$/ }));
  await page.getByText(NOTICE).waitFor({ state: 'detached', timeout: 40_000 });
  await page.close();
});
