// Several people at one book: what one writes while another has the same hour open, in Chromium.
import type { BookAnswer, BookHour } from '@lineside/domain/book-wire.ts';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type StartedApp } from '../support/app.ts';
import { openBrowser, openPage } from '../support/browser.ts';
import { HOUR, MINUTE, MORNING } from '../support/builders.ts';
import { FakeClock } from '../support/fakeClock.ts';
import { aPlant } from '../support/plants.ts';
import { Publisher } from '../support/publisher.ts';

const LINES = ['press-1', 'press-2', 'press-3', 'press-4'];
/** Half an hour before the early shift ends; every line stood in its second hour. */
const NOW = MORNING + 7.5 * HOUR;
const BAD_HOUR = MORNING + HOUR;
const SPAN = '07:00–08:00';
const iso = (at: number): string => new Date(at).toISOString();

const clock = new FakeClock(NOW);
let app: StartedApp;
let browser: Browser;
let heartbeat: NodeJS.Timeout;

beforeAll(async () => {
  browser = await openBrowser();
  app = await startApp({ plant: aPlant(LINES), clock, pages: true });
  const publisher = await Publisher.connect(app.mqtt, 'gateway');
  for (const line of LINES) {
    let good = 0;
    for (let minute = 0; minute <= 7.5 * 60; minute++) {
      if (minute <= 70 || minute > 95) good += minute % 3 === 0 ? 1 : 2;
      const payload = JSON.stringify({ good, ts: MORNING + minute * MINUTE });
      await publisher.publish({ topic: `lineside/${line}/output`, payload });
    }
  }
  await publisher.settled();
  publisher.close();
  heartbeat = setInterval(() => {
    clock.advance(500);
  }, 500);
});

afterAll(async () => {
  clearInterval(heartbeat);
  await browser.close();
  await app[Symbol.asyncDispose]();
});

async function write(line: string, who: string, entry: unknown): Promise<void> {
  const body = JSON.stringify({ hour: iso(BAD_HOUR), who, entry });
  const headers = { 'Content-Type': 'application/json' };
  const path = `${app.http}/api/lines/${line}/book`;
  expect((await fetch(path, { method: 'POST', headers, body })).status).toBe(201);
}

async function written(line: string): Promise<BookHour | undefined> {
  const { body } = await app.ask(`/api/lines/${line}/book?at=${iso(BAD_HOUR)}`);
  return (body as BookAnswer).hours[1];
}

const because = (reason: string, countermeasure = '') => ({
  ...{ kind: 'reason', reason, countermeasure },
});

async function openHour(page: Page): Promise<Locator> {
  await page.getByRole('button', { name: SPAN }).click();
  const sheet = page.getByRole('dialog');
  await sheet.waitFor();
  return sheet;
}

/** The page of a line, at a screen whose browser knows the name of who writes. */
async function lineAs(who: string, line: string): Promise<Page> {
  const { page } = await openPage(browser, `${app.http}/lines/${line}`);
  await page.evaluate((name) => localStorage.setItem('lineside.who', name), who);
  await page.reload();
  await page.getByRole('button', { name: SPAN }).waitFor();
  return page;
}

test('B3: who types nothing sees what others write meanwhile, and signs off that', async () => {
  await write('press-1', 'Ada', because('jam'));
  const page = await lineAs('Bo', 'press-1');
  const sheet = await openHour(page);
  await write('press-1', 'Ada', because('the sensor'));
  await page.getByText('the sensor').first().waitFor();
  await page.keyboard.press('Escape');
  await sheet.waitFor({ state: 'detached' });
  await openHour(page);
  expect(await sheet.getByLabel('Reason').inputValue()).toBe('the sensor');
  await sheet.getByRole('button', { name: 'Sign off', exact: true }).click();
  await sheet.waitFor({ state: 'detached' });
  const { reason, signOff } = (await written('press-1')) ?? {};
  expect([reason?.reason, reason?.who, signOff?.who]).toEqual(['the sensor', 'Ada', 'Bo']);
  await page.close();
});

test('B3: who has typed is told of what others wrote meanwhile, also when the sheet is opened again', async () => {
  await write('press-2', 'Ada', because('jam'));
  const page = await lineAs('Bo', 'press-2');
  const sheet = await openHour(page);
  await sheet.getByLabel('Reason').fill('jam at the feeder');
  await write('press-2', 'Ada', because('the sensor'));
  const notice = sheet.getByText('has written meanwhile: “the sensor”');
  await notice.waitFor();
  await page.keyboard.press('Escape');
  await sheet.waitFor({ state: 'detached' });
  await openHour(page);
  expect(await sheet.getByLabel('Reason').inputValue()).toBe('jam at the feeder');
  await notice.waitFor();
  await page.close();
});

test('a reason that is saved is told as saved when its sign-off is refused', async () => {
  const page = await lineAs('Bo', 'press-3');
  const sheet = await openHour(page);
  await sheet.getByLabel('Reason').fill('jam');
  await page.route('**/api/lines/press-3/book', async (route) => {
    const isSignOff = route.request().postData()?.includes('signOff') ?? false;
    const error = { code: 'historyAway', message: 'start InfluxDB, then sign off again' };
    await (isSignOff ? route.fulfill({ status: 503, json: { error } }) : route.continue());
  });
  await sheet.getByRole('button', { name: 'Save and sign off' }).click();
  await sheet.getByText('Saved, but not signed off. start InfluxDB').waitFor();
  expect(await sheet.getByText('Not saved').count()).toBe(0);
  await page.unroute('**/api/lines/press-3/book');
  await sheet.getByRole('button', { name: 'Sign off', exact: true }).click();
  await sheet.waitFor({ state: 'detached' });
  const hour = await written('press-3');
  expect(hour?.history.map(({ kind }) => kind)).toEqual(['reason', 'signOff']);
  await page.close();
});

test('what was written though its answer was lost is never told as not saved', async () => {
  const page = await lineAs('Bo', 'press-1');
  const sheet = await openHour(page);
  await sheet.getByLabel('Reason').fill('worn belt');
  await page.route('**/api/lines/press-1/book', async (route) => {
    if (route.request().method() === 'POST') {
      await route.fetch();
      await route.abort('connectionreset');
    } else await route.continue();
  });
  await sheet.getByRole('button', { name: 'Save', exact: true }).click();
  await sheet.getByRole('alert').getByText('look whether it is there').waitFor();
  expect(await sheet.getByText('Not saved').count()).toBe(0);
  expect(await sheet.getByLabel('Reason').inputValue()).toBe('worn belt');
  // It is there to be seen without closing the sheet.
  await sheet.getByRole('button', { name: 'Sign off', exact: true }).waitFor();
  expect((await written('press-1'))?.reason).toMatchObject({ who: 'Bo', reason: 'worn belt' });
  await page.close();
});

test('a name given in one place is known in the others, without loading the page anew', async () => {
  const page = await lineAs('Bo', 'press-4');
  const sheet = await openHour(page);
  await sheet.getByRole('button', { name: 'Change the name' }).click();
  await sheet.getByLabel('Your name').fill('Cy');
  await page.keyboard.press('Escape');
  await sheet.waitFor({ state: 'detached' });
  await page.getByRole('button', { name: /^Change this shift/ }).click();
  const who = sheet.getByLabel('Who', { exact: true });
  expect(await who.inputValue()).toBe('Cy');
  await who.fill('Dee');
  await page.keyboard.press('Escape');
  await sheet.waitFor({ state: 'detached' });
  await openHour(page);
  await sheet.getByText('Written as Dee').waitFor();
  await page.close();
});

test('what is typed about an hour stays open when its shift ends', async () => {
  const page = await lineAs('Bo', 'press-4');
  const sheet = await openHour(page);
  const reason = sheet.getByLabel('Reason');
  await reason.fill('the fee');
  clock.advance(HOUR);
  await page.getByText('Late shift').first().waitFor();
  expect(await reason.inputValue()).toBe('the fee');
  await reason.pressSequentially('der');
  await sheet.getByRole('button', { name: 'Save', exact: true }).click();
  await sheet.waitFor({ state: 'detached' });
  expect((await written('press-4'))?.reason).toMatchObject({ who: 'Bo', reason: 'the feeder' });
  await page.close();
});

test('a note that is typed while another is being saved stays', async () => {
  const { page } = await openPage(browser, `${app.http}/handover`);
  await page.evaluate(() => localStorage.setItem('lineside.who', 'Bo'));
  await page.reload();
  const note = page.getByLabel('A note of the Early shift');
  await note.fill('Oil is low.');
  const asked = Promise.withResolvers<undefined>();
  const goOn = Promise.withResolvers<undefined>();
  await page.route('**/api/handover', async (route) => {
    asked.resolve(undefined);
    await goOn.promise;
    await route.continue();
  });
  const form = page.locator('form', { has: note });
  await form.getByRole('button', { name: 'Save note' }).click();
  await asked.promise;
  await note.fill('Oil is low. Ordered.');
  goOn.resolve(undefined);
  await page.locator('ol').getByText('Oil is low.').waitFor();
  expect(await note.inputValue()).toBe('Oil is low. Ordered.');
  await page.close();
});

test('why a countermeasure was not set done stays told while the page reads anew, until the next try', async () => {
  await write('press-2', 'Ada', because('jam', 'new guide rail'));
  const { page } = await openPage(browser, `${app.http}/handover`);
  await page.evaluate(() => localStorage.setItem('lineside.who', 'Bo'));
  await page.reload();
  const done = page.getByRole('button', { name: /^Countermeasure done, Line press-2/ });
  await page.route('**/api/handover', async (route) => {
    const error = { code: 'historyAway', message: 'Start InfluxDB, then try again.' };
    if (route.request().method() === 'POST') await route.fulfill({ status: 503, json: { error } });
    else await route.continue();
  });
  await done.click();
  const told = page.getByRole('alert').getByText('Start InfluxDB, then try again.');
  await told.waitFor();
  // What somebody else writes is seen: the page has read anew since.
  await write('press-2', 'Cy', because('a bent rail', 'new guide rail'));
  await page.getByText('a bent rail').first().waitFor();
  expect(await told.count()).toBe(1);
  await page.unroute('**/api/handover');
  await done.click();
  await done.waitFor({ state: 'detached' });
  expect(await told.count()).toBe(0);
  await page.close();
});
