import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import { startApp, type StartedApp } from '../support/app.ts';
import { openBrowser, openPage } from '../support/browser.ts';
import { HOUR, MINUTE, MORNING } from '../support/builders.ts';
import { FakeClock } from '../support/fakeClock.ts';
import { aPlant } from '../support/plants.ts';
import { Publisher } from '../support/publisher.ts';
import { seeded } from '../support/random.ts';

const LINES = ['one', 'two', 'three'];
const STEP_MS = 5_000;
const random = seeded();

/** A board as it was live, and the moment it was asked for. */
interface Recorded {
  readonly at: number;
  readonly line: string;
  readonly board: unknown;
}

let app: StartedApp;
let browser: Browser;
const boards: Recorded[] = [];
const screens: { readonly at: number; readonly line: string; readonly figures: string }[] = [];

const iso = (at: number): string => new Date(at).toISOString();

/** What a line's page says, without what only a live page says. */
async function figures(page: Page): Promise<string> {
  const text = await page.locator('main').innerText();
  return text.replace('Change this shift …', '').replace(/\s+/g, ' ');
}

/** An hour of three lines on a clock that the test moves: one steady, one that stops, one that falls silent. */
beforeAll(async () => {
  browser = await openBrowser();
  const clock = new FakeClock(MORNING - 10 * MINUTE);
  app = await startApp({ plant: aPlant(LINES), clock, pages: true });
  const publisher = await Publisher.connect(app.mqtt, 'gateway');
  const opened = await Promise.all(
    LINES.map((line) => openPage(browser, `${app.http}/lines/${line}`)),
  );
  const made = new Map(LINES.map((line) => [line, 100]));
  const moments = new Set(
    Array.from({ length: 100 }, () => Math.floor(random.next() * (HOUR / STEP_MS))),
  );
  let numbered = 0;
  for (let step = -10 * (MINUTE / STEP_MS); step < HOUR / STEP_MS; step++) {
    clock.advance(STEP_MS);
    const minute = (step * STEP_MS) / MINUTE;
    // A number that nobody hears is a message lost on its way.
    numbered += 1;
    for (const line of LINES) {
      if (line === 'three' && minute > 30 && minute < 40) continue;
      if (line === 'one' && numbered % 100 > 96) continue;
      const stands = line === 'two' && minute > 15 && minute < 35;
      if (!stands && random.next() < 0.15) made.set(line, (made.get(line) ?? 0) + 1);
      await publisher.publish({
        topic: `lineside/${line}/output`,
        payload: JSON.stringify({ good: made.get(line), ts: clock.now(), seq: numbered }),
      });
    }
    await publisher.settled();
    if (!moments.has(step)) continue;
    const line = LINES[random.below(LINES.length)] ?? '';
    const { body } = await app.ask(`/api/lines/${line}/board`);
    boards.push({ at: clock.now(), line, board: body });
  }
  for (const [index, line] of LINES.entries()) {
    const { page } = opened[index] ?? {};
    if (!page) continue;
    clock.advance(1_000);
    await page.bringToFront();
    await page.getByText('of 1 h 00 planned').waitFor();
    await page.getByText(`data ${index + 1} s old`).waitFor();
    screens.push({ at: clock.now(), line, figures: await figures(page) });
    await page.close();
  }
  publisher.close();
});

afterAll(async () => {
  await browser.close();
  await app[Symbol.asyncDispose]();
});

test('a live hour, and that hour replayed, give the same boards', async () => {
  expect(boards.length).toBeGreaterThan(50);
  app.clock.advance(9 * HOUR);
  await expect.poll(async () => (await app.ask('/api/health')).status).toBe(200);
  for (const { at, line, board } of boards) {
    expect((await app.ask(`/api/lines/${line}/board?at=${iso(at)}`)).body).toEqual(board);
  }
});

test('a live screen, and its moment replayed, show the same', async () => {
  expect(screens).toHaveLength(LINES.length);
  for (const { at, line, figures: live } of screens) {
    if (line === 'one') expect(live).toMatch(/\b\d+ messages lost on the way/);
    const { page, complaints } = await openPage(browser, `${app.http}/lines/${line}?at=${iso(at)}`);
    await page.getByText('REPLAY', { exact: true }).waitFor();
    await page.locator('main dl').first().waitFor();
    expect(await figures(page)).toBe(live);
    expect(complaints).toEqual([]);
    await page.close();
  }
});
