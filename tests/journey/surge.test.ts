// Demand changes while a shift runs: from the line's page, by keyboard alone, in Chromium.
import type { Board } from '@lineside/domain/board.ts';
import type { PlanVersionEntry } from '@lineside/domain/plan-wire.ts';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  accessibilityFindings,
  openBrowser,
  openPage,
  overflowsSideways,
  SCREENS,
} from '../support/browser.ts';
import { fillIn, onNow, tabTo } from '../support/keyboard.ts';
import { aPlantMidShift } from '../support/plants.ts';
import { startProduct, until, type Product } from '../support/product.ts';
import { Publisher } from '../support/publisher.ts';

let browser: Browser;
let product: Product;

beforeAll(async () => {
  browser = await openBrowser();
});

afterAll(async () => {
  await browser.close();
});

beforeEach(async () => {
  const plant = aPlantMidShift(['press-1', 'press-2']).replace(
    'lines:',
    '  - { id: cover, name: Cover }\nlines:',
  );
  product = await startProduct({ plant });
  await tell({ good: 0 }, { good: 3 });
  return () => product[Symbol.asyncDispose]();
});

async function tell(...readings: readonly object[]): Promise<void> {
  const publisher = await Publisher.connect(product.mqtt, 'gateway', 10);
  for (const reading of readings) {
    await publisher.publish({ topic: 'lineside/press-1/output', payload: JSON.stringify(reading) });
  }
  await publisher.settled();
  publisher.close();
}

const boardNow = () => product.get<Board>('/api/lines/press-1/board');

async function openSheet(page: Page): Promise<void> {
  await page.getByRole('heading', { name: 'Output this shift' }).waitFor();
  await tabTo(page, /^Change this shift/);
  await page.keyboard.press('Enter');
  await page.getByRole('dialog', { name: /^Change this shift/ }).waitFor();
  expect(await onNow(page)).toBe('Good parts in the whole shift');
}

test('P1 S2: it is told what it means, saved with who and why, seen on other screens, and explained at the bend', async () => {
  const { page, complaints } = await openPage(browser, `${product.http}/lines/press-1`);
  const other = await openPage(browser, `${product.http}/lines/press-1`);
  const before = await boardNow();
  const owed = Math.round(before.target?.shift ?? 0);
  await openSheet(page);
  const dialog = page.getByRole('dialog');
  // What the field says is selected: typing replaces it.
  await page.keyboard.type('1000000');
  await page.keyboard.press('Tab');
  expect(await dialog.getByLabel('Good parts in the whole shift').inputValue()).toBe('1000000');
  await dialog.getByText(/not possible$/).waitFor();
  await dialog.getByText(/^Best possible is .* short at best/).waitFor();
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.type('many');
  await page.keyboard.press('Enter');
  expect(await onNow(page)).toBe('Good parts in the whole shift');
  await dialog.getByText('▲ Good parts must be a whole number').waitFor();
  await fillIn(page, String(owed + 100));
  await tabTo(page, 'Who');
  await fillIn(page, 'Ann');
  await page.keyboard.type('a rush order');
  await page.keyboard.press('Enter');
  await dialog.waitFor({ state: 'detached' });
  const words = 'Ann: a rush order';
  for (const screen of [page, other.page]) {
    await screen.getByRole('list', { name: 'Changes of the target' }).getByText(words).waitFor();
  }
  const after = await until(boardNow, ({ target }) => Math.round(target?.shift ?? 0) > owed);
  expect(after.target?.shift).toBeCloseTo(owed + 100, 6);
  const [version] = await product.get<PlanVersionEntry[]>('/api/plan/versions?limit=1');
  expect(version).toMatchObject({ who: 'Ann', why: 'a rush order' });
  const atChange = Date.parse(version?.from ?? '');
  const then = await product.get<Board>(
    `/api/lines/press-1/board?at=${new Date(atChange - 1).toISOString()}`,
  );
  expect(then.target?.shift).toBeCloseTo(owed, 6);
  expect([...complaints, ...other.complaints]).toEqual([]);
});

test('P4: another product from now on, by hand', async () => {
  const { page, complaints } = await openPage(browser, `${product.http}/lines/press-1`);
  const made = (await boardNow()).product?.id;
  await openSheet(page);
  await page.keyboard.press('Tab');
  expect(await onNow(page)).toMatch(/^Product from now on/);
  await page.keyboard.press('ArrowDown');
  await tabTo(page, 'Who');
  await fillIn(page, 'Ann');
  await page.keyboard.type('housing is done');
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  const after = await until(boardNow, ({ product: now }) => now?.id !== made);
  await page.getByRole('heading', { name: 'Products' }).waitFor();
  await page
    .locator('.products')
    .getByText(after.product?.name ?? '')
    .first()
    .waitFor();

  // A reading names what nobody has described: that is said, and set right by hand.
  await tell({ good: 4, product: 'xyz' });
  await page.getByText('no ideal cycle for xyz').waitFor();
  const link = page.getByRole('link', { name: 'add it on the plan page' });
  expect(await link.getAttribute('href')).toBe('/plan');
  await openSheet(page);
  await page.keyboard.press('Tab');
  await page.keyboard.type('Cover');
  await tabTo(page, 'Why');
  await page.keyboard.type('the machine has it wrong');
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await until(boardNow, ({ product: now }) => now?.id === after.product?.id);
  await page.getByText('no ideal cycle for Cover').waitFor();
  expect(complaints).toEqual([]);
});

for (const [name, viewport] of Object.entries({ hd: SCREENS.hd, phone: SCREENS.phone })) {
  test(`the sheet at ${name}: no finding of axe, nothing beside the screen`, async () => {
    const { page } = await openPage(browser, `${product.http}/lines/press-1`);
    await page.setViewportSize(viewport);
    await openSheet(page);
    await fillIn(page, '1000000');
    expect(await accessibilityFindings(page)).toEqual([]);
    expect(await overflowsSideways(page)).toBe(false);
  });
}
