import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Browser } from 'playwright-core';
import {
  accessibilityFindings,
  cutTexts,
  openBrowser,
  openPage,
  overflows,
  SCREENS,
} from '../support/browser.ts';
import type { LossesAnswer } from '@lineside/domain/wire.ts';
import { aPlantMidShift } from '../support/plants.ts';
import { aFolder, startProduct, until, type Product } from '../support/product.ts';
import { Publisher } from '../support/publisher.ts';

const HOUR = 3_600_000;
interface Told {
  readonly count: { readonly good: number };
  readonly pace: { readonly requiredPerHour: number };
}

const PATIENT = { timeout: 10_000 };
const LINES = ['press-1', 'press-2', 'weld-1'];
/** Stopped after 5 s without a part, silent after 15 s without a message. */
const SHORT = ', stopAfterSeconds: 5, staleAfterSeconds: 15';

let browser: Browser;

beforeAll(async () => {
  browser = await openBrowser();
});

afterAll(async () => {
  await browser.close();
});

/** Of press-2 six messages are lost again and again, so that some are in whatever shift this is. */
const numberOf = (line: string, sinceMs: number): number => {
  const n = sinceMs / 5_000;
  return line === 'press-2' ? n + Math.floor(n / 3) * 6 : n;
};

/** Tells what happened in the last hour: one line on pace, one behind and with messages lost, one ahead. */
async function tellAnHour(product: Product): Promise<void> {
  const publisher = await Publisher.connect(product.mqtt, 'history');
  const now = Date.now();
  for (let at = now - HOUR; at < now; at += 5_000) {
    for (const [index, line] of LINES.entries()) {
      const good = Math.floor(((at - now + HOUR) / HOUR) * ([100, 60, 118][index] ?? 0));
      await publisher.publish({
        topic: `lineside/${line}/output`,
        payload: JSON.stringify({ good, reject: 0, ts: at, seq: numberOf(line, at - now + HOUR) }),
      });
    }
  }
  await publisher.settled();
  publisher.close();
}

describe('pages', () => {
  let product: Product;

  beforeAll(async () => {
    product = await startProduct({ plant: aPlantMidShift(LINES, ', staleAfterSeconds: 600') });
    await tellAnHour(product);
  });

  afterAll(async () => {
    await product[Symbol.asyncDispose]();
  });

  const ago = (): string => new Date(Date.now() - HOUR / 2).toISOString();
  const pages = {
    overview: () => '/',
    line: () => '/lines/press-2',
    'the wall': () => '/wall',
    'a replay': () => `/?at=${ago()}`,
    'a line in replay': () => `/lines/press-2?at=${ago()}`,
  };

  for (const [name, path] of Object.entries(pages)) {
    for (const scheme of ['light', 'dark'] as const) {
      test(`${name}, ${scheme}: no complaint in the console, no serious finding of axe`, async () => {
        const { page, complaints } = await openPage(
          browser,
          product.http + path(),
          SCREENS.fullHd,
          scheme,
        );
        await page.getByText('Line press-2').first().waitFor();
        expect(await accessibilityFindings(page)).toEqual([]);
        expect(complaints).toEqual([]);
        await page.close();
      });
    }
  }

  for (const [name, screen] of Object.entries(SCREENS)) {
    test(`the wall fits ${name} without a scroll bar, and no text is cut`, async () => {
      const { page } = await openPage(browser, `${product.http}/wall`, screen, 'dark');
      await page.getByText('Line press-2').first().waitFor();
      await page
        .getByText('needs')
        .or(page.getByText('ends near'))
        .or(page.getByText('too early'))
        .first()
        .waitFor();
      expect(await overflows(page)).toBe(false);
      expect(await cutTexts(page)).toEqual([]);
      await page.close();
    });
  }

  test('a phone shows the overview without scrolling sideways', async () => {
    const { page } = await openPage(browser, product.http, SCREENS.phone);
    await page.getByText('Line press-2').first().waitFor();
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    expect(wide).toBe(false);
    await page.close();
  });

  for (const [name, path] of Object.entries(pages)) {
    test(`C8: ${name} says in words how many messages were lost`, async () => {
      const { page } = await openPage(browser, product.http + path());
      const said = page.getByText(/^[\d,]+ messages lost/);
      await said.waitFor();
      expect(await said.count()).toBe(1);
      await page.close();
    });
  }

  test('S3 S7: the line that is behind says by how much and what it takes', async () => {
    const { page } = await openPage(browser, `${product.http}/lines/press-2`);
    await page.getByText('Needed from here').waitFor();
    await expect
      .poll(async () => {
        const board = await product.get<Told>('/api/lines/press-2/board');
        const told = (await page.locator('main dl').innerText()).replaceAll(',', '');
        const text = told.replace(/\s+/g, ' ');
        const { good } = board.count;
        const needed = Math.ceil(board.pace.requiredPerHour - 1e-6);
        return text.includes(`Actual ${good} `) && text.includes(`Needed from here ${needed} /h`);
      }, PATIENT)
      .toBe(true);
    await page.close();
  });

  test('L3 S9: a line’s page tells where the gap comes from, to the part, by shift and by hour', async () => {
    const { page } = await openPage(browser, `${product.http}/lines/press-2?at=${ago()}`);
    const panel = page.locator('section', { hasText: 'Where the gap comes from' });
    await panel.getByText('Actual').waitFor();
    const at = new Date(new URL(page.url()).searchParams.get('at') ?? '');
    const answer = (query: string): Promise<LossesAnswer> =>
      product.get(`/api/lines/press-2/losses?at=${at.toISOString()}${query}`);
    const shown = async (): Promise<number[]> => {
      const cells = await panel.locator('.parts').allInnerTexts();
      return cells.map((cell) => Number(cell.replace('−', '-').replaceAll(',', '')));
    };
    const expectShown = async ({ good, gap, pieces }: LossesAnswer): Promise<void> => {
      const told = pieces.map(({ parts }) => parts).filter((parts) => parts !== 0);
      const want = [good - gap, ...told, good];
      await expect
        .poll(async () => (await shown()).filter((parts) => parts !== 0), PATIENT)
        .toEqual(want.filter((parts) => parts !== 0));
    };
    await expectShown(await answer(''));
    await page
      .getByText(/^likely\s\d/)
      .first()
      .waitFor();
    const [hour] = await panel
      .locator('option')
      .evaluateAll((all) => all.slice(-1).map((option) => (option as HTMLOptionElement).value));
    await panel.getByLabel('Span of the bridge').selectOption(hour ?? '');
    const start = new Date(Number(hour)).toISOString();
    const end = new Date(Number(hour) + HOUR).toISOString();
    await expectShown(await answer(`&from=${start}&to=${end}`));
    await page.close();
  });

  test('keys move the replay, the address says where, Escape returns to live', async () => {
    const { page } = await openPage(browser, `${product.http}/lines/press-2?at=${ago()}`);
    await page.getByText('REPLAY', { exact: true }).waitFor();
    const cursor = (): number => Date.parse(new URL(page.url()).searchParams.get('at') ?? '');
    const before = Math.floor(cursor() / 1000) * 1000;
    await page.keyboard.press('ArrowLeft');
    await expect.poll(cursor, PATIENT).toBe(before - 60_000);
    await page.keyboard.press('ArrowRight');
    await expect.poll(cursor, PATIENT).toBe(before);
    await page.keyboard.press('Escape');
    await expect.poll(() => new URL(page.url()).search, PATIENT).toBe('');
    await page.close();
  });
});

test('R1 R2: a line that stands still shows STOPPED, one that falls silent NO DATA', async () => {
  await using product = await startProduct({ plant: aPlantMidShift(LINES, SHORT) });
  const publisher = await Publisher.connect(product.mqtt, 'gateway');
  const tell = (line: string, good: number): Promise<boolean> =>
    publisher.publish({ topic: `lineside/${line}/output`, payload: String(good) });
  for (const line of LINES) await tell(line, 10);
  const { page } = await openPage(browser, `${product.http}/wall`, SCREENS.fullHd, 'dark');
  await page.getByText('Line press-1').first().waitFor();
  let good = 10;
  const telling = setInterval(() => {
    void tell('press-1', 10);
    void tell('weld-1', ++good);
  }, 1_000);
  try {
    await page
      .getByText(/STOPPED since/)
      .first()
      .waitFor({ timeout: 30_000 });
    await page.getByText('NO DATA').first().waitFor({ timeout: 30_000 });
    expect(await page.getByText('NO DATA').count()).toBe(1);
    expect(await page.getByText(/STOPPED since/).count()).toBe(1);
  } finally {
    clearInterval(telling);
    publisher.close();
    await page.close();
  }
});

test(
  'a restart of the server under an open wall: it says so, and heals by itself',
  { timeout: 120_000 },
  async () => {
    await using folder = await aFolder();
    const plant = aPlantMidShift(LINES, ', staleAfterSeconds: 600');
    const first = await startProduct({ plant, folder: folder.path });
    await tellAnHour(first);
    const { page } = await openPage(browser, `${first.http}/wall`, SCREENS.fullHd, 'dark');
    await page.getByText('Line press-1').first().waitFor();
    expect(await page.getByText('NO DATA').count()).toBe(0);
    const port = new URL(first.http).port;
    await first.kill();
    await page.getByText(/Connection lost/).waitFor({ timeout: 10_000 });
    await page.getByText('NO DATA').first().waitFor({ timeout: 15_000 });
    expect(await page.getByText('NO DATA').count()).toBeGreaterThanOrEqual(LINES.length);
    await using second = await startProduct({ plant, folder: folder.path, env: { PORT: port } });
    expect(second.http).toBe(first.http);
    await until(
      () => page.getByText('NO DATA').count(),
      (count) => count === 0,
      30_000,
    );
    await page.close();
  },
);
