import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BookAnswer, HandoverAnswer, OpenAnswer } from '@lineside/domain/book-wire.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import { startApp, type StartedApp } from '../support/app.ts';
import { accessibilityFindings, openBrowser, openPage, SCREENS } from '../support/browser.ts';
import { HOUR, MINUTE, MORNING } from '../support/builders.ts';
import { FakeClock } from '../support/fakeClock.ts';
import { onNow } from '../support/keyboard.ts';
import { aPlant } from '../support/plants.ts';
import { Publisher } from '../support/publisher.ts';

/** Half an hour into the late shift; press-1 stood twice in the second hour of the early one, press-3 told nothing. */
const NOW = MORNING + 8.5 * HOUR;
const BAD_HOUR = MORNING + HOUR;
const iso = (at: number): string => new Date(at).toISOString();

let app: StartedApp;
let browser: Browser;

beforeAll(async () => {
  browser = await openBrowser();
  app = await startApp({
    plant: aPlant(['press-1', 'press-2', 'press-3']),
    clock: new FakeClock(NOW),
    pages: true,
  });
  const publisher = await Publisher.connect(app.mqtt, 'gateway');
  for (const [line, isBad] of [
    ['press-1', true],
    ['press-2', false],
  ] as const) {
    let good = 0;
    for (let minute = -2; minute <= 8.5 * 60; minute++) {
      const stands = isBad && ((minute > 70 && minute <= 90) || (minute > 100 && minute <= 108));
      if (!stands) good += minute % 3 === 0 ? 1 : 2;
      const ts = MORNING + minute * MINUTE;
      await publisher.publish({
        topic: `lineside/${line}/output`,
        payload: JSON.stringify({ good, ts }),
      });
    }
  }
  await publisher.settled();
  publisher.close();
});

afterAll(async () => {
  await browser.close();
  await app[Symbol.asyncDispose]();
});

const get = async <T>(path: string): Promise<T> => (await app.ask(path)).body as T;
const gapsOpen = async (): Promise<number> => (await get<OpenAnswer>('/api/book/open')).gaps.length;
const hourWritten = async () =>
  (await get<BookAnswer>(`/api/lines/press-1/book?at=${iso(BAD_HOUR)}`)).hours[1];

/** Presses Tab until the focus is on what is named so, as a person does who has no mouse. */
async function tabTo(page: Page, name: string | RegExp): Promise<void> {
  for (let press = 0; press < 60; press++) {
    await page.keyboard.press('Tab');
    const focused = await page.evaluate(() => {
      const on = document.activeElement;
      const label =
        on instanceof HTMLInputElement || on instanceof HTMLTextAreaElement ? on.labels?.[0] : null;
      return on?.getAttribute('aria-label') ?? label?.textContent ?? on?.textContent ?? '';
    });
    if (typeof name === 'string' ? focused.trim() === name : name.test(focused)) return;
  }
  throw new Error(`no way to ${String(name)} by Tab`);
}

describe('the shift book, by keyboard alone', () => {
  test('a short hour is explained, signed off, and handed over with a note', async () => {
    expect(await gapsOpen()).toBe(1);
    const other = await openPage(browser, `${app.http}/handover`);
    await other.page.getByText('no reason yet').first().waitFor();
    const { page, complaints } = await openPage(browser, `${app.http}/`);
    const handover = page.getByRole('link', { name: 'Handover 1 open gap' });
    await handover.waitFor();
    await tabTo(page, /^Handover/);
    await page.keyboard.press('Enter');
    await tabTo(page, 'Explain Line press-1 07:00–08:00');
    await page.keyboard.press('Enter');
    const sheet = page.getByRole('dialog');
    await sheet.waitFor();
    expect(await accessibilityFindings(page)).toEqual([]);

    // What is wrong is told at its field, and what was typed stays.
    await page.keyboard.press('1');
    const reason = sheet.getByLabel('Reason');
    expect(await reason.inputValue()).toBe('Stopped 07:10–07:31 (21 min)');
    await page.keyboard.type(': feeder jam');
    await page.keyboard.press('Tab');
    await page.keyboard.type('new guide rail');
    await page.keyboard.press('Control+Enter');
    await sheet.getByText('say who writes this').waitFor();
    expect(await sheet.getByLabel('Your name').getAttribute('aria-invalid')).toBe('true');
    expect(await reason.inputValue()).toBe('Stopped 07:10–07:31 (21 min): feeder jam');
    expect(await accessibilityFindings(page)).toEqual([]);

    await tabTo(page, 'Your name');
    await page.keyboard.type('Ada');
    await page.keyboard.press('Enter');
    await sheet.waitFor({ state: 'detached' });
    await page.getByText('Stopped 07:10–07:31 (21 min): feeder jam').waitFor();
    expect(await hourWritten()).toMatchObject({
      reason: { who: 'Ada', countermeasure: 'new guide rail', countermeasureDone: false },
      open: ['countermeasure', 'signOff'],
    });

    // The focus is back where it was.
    await page.keyboard.press('Enter');
    await sheet.waitFor();
    await tabTo(page, 'Sign off');
    await page.keyboard.press('Enter');
    await sheet.waitFor({ state: 'detached' });
    expect(await hourWritten()).toMatchObject({
      open: ['countermeasure'],
      signOff: { who: 'Ada' },
    });

    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('link', { name: 'Handover', exact: true }).waitFor();
    expect(await gapsOpen()).toBe(0);

    await tabTo(page, 'A note of the Early shift');
    await page.keyboard.type('Oil is low. Ordered.');
    await page.keyboard.press('Control+Enter');
    await page.getByText('Saved.').waitFor();
    expect(await accessibilityFindings(page)).toEqual([]);
    const { notes } = await get<HandoverAnswer>('/api/handover');
    expect(notes).toMatchObject([{ who: 'Ada', note: 'Oil is low. Ordered.' }]);

    // Another screen shows all of it without being asked.
    await other.page.getByText('Oil is low. Ordered.').waitFor();
    await other.page.getByText('feeder jam').first().waitFor();
    expect([...complaints, ...other.complaints].filter((text) => !text.includes('422'))).toEqual(
      [],
    );
    await page.close();
    await other.page.close();
  });

  test('what is typed survives a server that cannot be reached, and a closed sheet', async () => {
    const { page } = await openPage(
      browser,
      `${app.http}/lines/press-1?at=${iso(BAD_HOUR + 2 * HOUR)}`,
    );
    const edit = page.getByRole('button', { name: 'Show 07:00–08:00' });
    await edit.waitFor();
    await edit.focus();
    await page.keyboard.press('Enter');
    const sheet = page.getByRole('dialog');
    const reason = sheet.getByLabel('Reason');
    await reason.fill('the sensor, not the feeder');
    await sheet.getByLabel('Your name').fill('Bo');
    await page.context().setOffline(true);
    await page.keyboard.press('Enter');
    await sheet.getByText('Not saved; what you typed is kept.').waitFor();
    expect(await reason.inputValue()).toBe('the sensor, not the feeder');
    await page.keyboard.press('Escape');
    await sheet.waitFor({ state: 'detached' });
    await page.getByText('REPLAY', { exact: true }).waitFor();
    await expect.poll(() => onNow(page)).toBe('Show 07:00–08:00');
    await page.keyboard.press('Enter');
    expect(await reason.inputValue()).toBe('the sensor, not the feeder');
    await page.context().setOffline(false);
    await reason.focus();
    await page.keyboard.press('Meta+Enter');
    await sheet.waitFor({ state: 'detached' });
    expect(await hourWritten()).toMatchObject({ reason: { who: 'Bo' }, signOff: null });
    await page.getByText('the sensor, not the feeder').waitFor();
    await page.getByText('written later').waitFor();
    await page.close();
  });
});

describe.each(['dark', 'light'] as const)('pages of the shift book, %s', (scheme) => {
  test.each(['hd', 'fullHd', 'portrait', 'phone'] as const)('%s', async (size) => {
    for (const [name, path, ready] of [
      ['handover', '/handover', 'Notes of the Early shift'],
      ['book', `/lines/press-1?at=${iso(BAD_HOUR + 3 * HOUR)}`, 'the sensor'],
    ] as const) {
      const { page, complaints } = await openPage(browser, app.http + path, SCREENS[size], scheme);
      await page.getByText(ready).first().waitFor();
      expect(await accessibilityFindings(page)).toEqual([]);
      const beyond = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(beyond).toBeLessThanOrEqual(0);
      expect(complaints).toEqual([]);
      const folder = process.env['PICTURES'];
      if (folder !== undefined) {
        const picture = await page.screenshot({ fullPage: true });
        await writeFile(join(folder, `${name}-${size}-${scheme}.png`), picture);
        if (name === 'book') {
          await page.getByRole('button', { name: 'Edit 07:00–08:00' }).click();
          await page.getByRole('dialog').waitFor();
          await writeFile(join(folder, `sheet-${size}-${scheme}.png`), await page.screenshot());
        }
      }
      await page.close();
    }
  });
});

test('R2: a line that nobody heard from is told as such, not among those without a short hour', async () => {
  const { page } = await openPage(browser, `${app.http}/handover`, SCREENS.hd);
  const said = page.locator('p', { hasText: 'Not heard from:' });
  await said.first().waitFor();
  expect(await said.allInnerTexts()).toEqual([
    'Not heard from: Line press-3 (0 of 800 planned)',
    'Not heard from: Line press-3 (0 of 50 due by now)',
  ]);
  const well = await page.locator('p', { hasText: 'No short hour:' }).allInnerTexts();
  expect(well.join(' ')).not.toContain('press-3');
  await page.close();
});

test('the handover prints on paper: white, without buttons and forms', async () => {
  const { page } = await openPage(browser, `${app.http}/handover`, SCREENS.hd, 'dark');
  await page.getByText('Notes of the Early shift').waitFor();
  await page.emulateMedia({ media: 'print' });
  expect(await page.getByRole('button').count()).toBe(0);
  expect(await page.getByRole('textbox').count()).toBe(0);
  expect(await page.evaluate(() => getComputedStyle(document.body).color)).toBe('rgb(0, 0, 0)');
  const folder = process.env['PICTURES'];
  if (folder !== undefined) await page.pdf({ path: join(folder, 'handover.pdf'), format: 'A4' });
  await page.close();
});
