import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PlanAnswer, PlanVersionEntry } from '@lineside/domain/plan-wire.ts';
import type { Browser, Page } from 'playwright-core';
import {
  accessibilityFindings,
  openBrowser,
  openPage,
  overflowsSideways,
  SCREENS,
  type OpenPage,
} from '../support/browser.ts';
import { fillIn, onNow, tabTo } from '../support/keyboard.ts';
import { aFolder, startProduct, until, type Product } from '../support/product.ts';
import { Publisher } from '../support/publisher.ts';

let browser: Browser;

beforeAll(async () => {
  browser = await openBrowser();
});

afterAll(async () => {
  await browser.close();
});

/** Without a plant file and without the demo: as somebody who begins. */
const anEmptyPlant = (): Promise<Product> => startProduct({ env: { DEMO: 'off' } });

const openPlan = async (product: Product): Promise<OpenPage> => {
  const open = await openPage(browser, `${product.http}/plan`);
  await open.page.getByRole('heading', { name: 'Shifts' }).waitFor();
  return open;
};

const planOf = async (product: Product): Promise<PlanAnswer['plan']> =>
  (await product.get<PlanAnswer>('/api/plan')).plan;

/** Saves with a name and a reason, and waits until it is told as saved. */
async function save(page: Page, who: string, why: string): Promise<void> {
  await page.keyboard.press('Control+s');
  await giveReasons(page, who, why);
  await page.getByText(/^Saved as version/).waitFor();
}

/** The keyboard begins at the first of the two that is not known yet. */
async function giveReasons(page: Page, who: string, why: string): Promise<void> {
  await page.getByRole('dialog', { name: 'Review and save' }).waitFor();
  expect(await onNow(page)).toMatch(/^Wh[oy]$/);
  if ((await onNow(page)) === 'Who') await fillIn(page, who);
  await page.keyboard.type(why);
  await page.keyboard.press('Enter');
}

/** Three shifts with breaks, two products and three lines, from Tab and letters. */
async function writeAPlant(page: Page): Promise<void> {
  await tabTo(page, 'Name');
  await fillIn(page, 'Werk Nord');
  await fillIn(page, 'Europe/Berlin');
  await tabTo(page, /^3 shifts/);
  await page.keyboard.press('Enter');
  await tabTo(page, '+ Product');
  await page.keyboard.press('Enter');
  await fillIn(page, 'Housing');
  await page.keyboard.press('Tab');
  await page.keyboard.type('30');
  await page.keyboard.press('Enter');
  await fillIn(page, 'Lid');
  await page.keyboard.press('Tab');
  await page.keyboard.type('24');
  await page.keyboard.press('Tab');
  await page.keyboard.type('120');
  await tabTo(page, '+ Line');
  await page.keyboard.press('Enter');
  await fillIn(page, 'Press 1');
  await page.keyboard.press('Tab');
  await fillIn(page, 'Stamping');
  await page.keyboard.press('Tab');
  await page.keyboard.type('100');
  for (const name of ['Press 2', 'Weld 1']) {
    await page.keyboard.press('Enter');
    await page.keyboard.type(name);
  }
}

test('a plant of 3 lines, 3 shifts with breaks and 2 products is set up by keyboard alone, and seen', async () => {
  await using product = await anEmptyPlant();
  const { page, complaints } = await openPage(browser, product.http);
  await tabTo(page, 'Plan');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Shifts' }).waitFor();
  await writeAPlant(page);
  await save(page, 'Anna', 'First set-up');

  const [version] = await product.get<PlanVersionEntry[]>('/api/plan/versions');
  expect(version).toMatchObject({ who: 'Anna', why: 'First set-up' });
  const plan = await planOf(product);
  expect(plan.plant).toEqual({ name: 'Werk Nord', timeZone: 'Europe/Berlin' });
  expect(plan.shifts.map(({ name, breaks }) => [name, breaks?.length])).toEqual([
    ['Early', 1],
    ['Late', 1],
    ['Night', 1],
  ]);
  expect(plan.products).toMatchObject([
    { id: 'housing', idealCycleSeconds: 30 },
    { id: 'lid', idealCycleSeconds: 24, targetPerHour: 120 },
  ]);
  expect(plan.lines).toMatchObject([
    { id: 'press-1', name: 'Press 1', area: 'Stamping', target: { perHour: 100 } },
    { id: 'press-2', name: 'Press 2' },
    { id: 'weld-1', name: 'Weld 1' },
  ]);

  await page.getByRole('link', { name: 'Overview' }).focus();
  await page.keyboard.press('Enter');
  for (const name of ['Press 1', 'Press 2', 'Weld 1']) {
    await page.getByText(name, { exact: true }).first().waitFor();
  }
  expect(complaints).toEqual([]);
  await page.close();
});

describe('with a plant', () => {
  let product: Product;

  beforeAll(async () => {
    product = await anEmptyPlant();
    const { page } = await openPlan(product);
    await writeAPlant(page);
    await save(page, 'Anna', 'First set-up');
    await page.close();
  });

  afterAll(async () => {
    await product[Symbol.asyncDispose]();
  });

  const line = (page: Page, name: string): ReturnType<Page['getByRole']> =>
    page.getByRole('group', { name: `line ${name}`, exact: true });

  test('every wrong entry has a message at its field, and the first one has the keyboard', async () => {
    const { page, complaints } = await openPlan(product);
    await page.getByLabel('Start').first().fill('26');
    await line(page, 'Press 1').getByLabel('Target').fill('many');
    await line(page, 'Press 2').getByText('More').press('Enter');
    await line(page, 'Press 2').getByLabel('Critical from').fill('1');
    await page.keyboard.press('Control+s');
    const start = page.getByLabel('Start').first();
    await expect.poll(() => onNow(page)).toBe('Start');
    expect(await start.getAttribute('aria-invalid')).toBe('true');
    const said = (await start.getAttribute('aria-describedby')) ?? '';
    expect(await page.locator(`[id="${said}"]`).textContent()).toContain(
      'must be a time of day from 00:00 to 24:00',
    );
    const summary = page.getByRole('alert');
    expect(await summary.getByRole('link').allTextContents()).toEqual([
      'Shift Early: Start must be a time of day from 00:00 to 24:00.',
      'Line Press 1: Target must be a number, such as 100 or 2.5.',
      'Line Press 2: Critical (1 %) must not be below behind (5 %).',
    ]);
    await summary.getByRole('link', { name: /Press 2/ }).press('Enter');
    expect(await onNow(page)).toBe('Critical from');
    expect(await accessibilityFindings(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('a new entry has the keyboard, and typing replaces what it begins with', async () => {
    const { page } = await openPlan(product);
    const typed = (name: string): Promise<string> =>
      page.getByRole('group', { name, exact: true }).locator('input').first().inputValue();
    await page.getByRole('button', { name: '+ Shift' }).press('Enter');
    await page.keyboard.type('Odd');
    await page.getByRole('group', { name: 'shift Odd', exact: true }).waitFor();
    await page.getByRole('button', { name: 'Add a break to Early' }).press('Enter');
    await page.keyboard.type('0805');
    await page.keyboard.press('Tab');
    expect(await typed('Break 2 of Early')).toBe('08:05');
    for (const [button, named] of [
      ['+ Product', 'product Cap'],
      ['+ Line', 'line Cap'],
    ] as const) {
      await page.getByRole('button', { name: button }).press('Enter');
      await page.keyboard.type('Cap');
      expect(await typed(named)).toBe('Cap');
    }
    for (const [button, field] of [
      ['+ Holiday', 'Holiday on'],
      ['+ Extra shift', 'Extra shift on'],
      ['+ Demand', 'Date'],
    ] as const) {
      await page.getByRole('button', { name: button }).press('Enter');
      expect(await onNow(page)).toBe(field);
    }
    await page.getByRole('button', { name: 'Discard' }).press('Enter');
    await page.close();
  });

  test('what only the server finds wrong is told at its field as well', async () => {
    const { page } = await openPlan(product);
    await page.getByRole('button', { name: '+ Extra shift' }).press('Enter');
    const extra = page.getByRole('group', { name: /^extra shift/ });
    await extra.getByLabel('Extra shift on').fill('2026-12-01');
    await extra.getByLabel('Name').fill('Bonus');
    await page.keyboard.press('Control+s');
    await giveReasons(page, 'Anna', 'More work');
    await expect.poll(() => onNow(page)).toBe('Start');
    expect(await extra.getByLabel('Start').getAttribute('aria-invalid')).toBe('true');
    await extra.getByText(/overlaps shift "Early"/).waitFor();
    await page.getByRole('button', { name: 'Discard' }).press('Enter');
    await page.close();
  });

  test('a closed tab’s changes are offered back', async () => {
    const context = await browser.newContext({ locale: 'en-GB' });
    const first = await context.newPage();
    await first.goto(`${product.http}/plan`);
    await line(first, 'Press 1').getByLabel('Target').fill('12x');
    await line(first, 'Press 2').getByLabel('Target').fill('130');
    await first.close();
    const second = await context.newPage();
    await second.goto(`${product.http}/plan`);
    await second.getByRole('button', { name: 'Go on with them' }).press('Enter');
    expect(await line(second, 'Press 1').getByLabel('Target').inputValue()).toBe('12x');
    expect(await line(second, 'Press 2').getByLabel('Target').inputValue()).toBe('130');
    await second.getByRole('button', { name: 'Discard' }).press('Enter');
    await second.reload();
    await second.getByRole('heading', { name: 'Shifts' }).waitFor();
    expect(await second.getByRole('button', { name: 'Go on with them' }).count()).toBe(0);
    await context.close();
  });

  test('two pages at once: the second save is told what changed, and nothing of either is lost', async () => {
    const [anna, ben] = [await openPlan(product), await openPlan(product)];
    await line(anna.page, 'Press 1').getByLabel('Target').fill('110');
    await line(anna.page, 'Weld 1').getByLabel('Target').fill('80');
    await line(ben.page, 'Press 1').getByLabel('Target').fill('120');
    await line(ben.page, 'Press 2').getByLabel('Target').fill('90');
    await save(anna.page, 'Anna', 'New tool');

    await ben.page.keyboard.press('Control+s');
    await giveReasons(ben.page, 'Ben', 'More demand');
    const sheet = ben.page.getByRole('dialog', { name: 'The plan was changed meanwhile' });
    await sheet.getByText('Line Weld 1: target 100/h → 80/h').waitFor();
    await sheet.getByText('Yours: Line Press 1: target 100/h → 120/h').waitFor();
    await sheet.getByText('Theirs: Line Press 1: target 100/h → 110/h').waitFor();
    await sheet.getByRole('radio', { name: /^Yours/ }).press('Space');
    await sheet.getByRole('button', { name: 'Go on with these choices' }).press('Enter');
    const review = ben.page.getByRole('dialog', { name: 'Review and save' });
    expect(
      await review.getByRole('list', { name: 'Changes' }).getByRole('listitem').allTextContents(),
    ).toEqual(['Line Press 1: target 110/h → 120/h', 'Line Press 2: target 100/h → 90/h']);
    // Who and why are still there.
    expect(await onNow(ben.page)).toMatch(/^Wh[oy]$/);
    await ben.page.keyboard.press('Enter');
    await ben.page.getByText(/^Saved as version/).waitFor();
    expect((await planOf(product)).lines.map(({ target }) => target)).toEqual([
      { perHour: 120 },
      { perHour: 90 },
      { perHour: 80 },
    ]);

    await ben.page.getByRole('button', { name: /^History/ }).press('Enter');
    const history = ben.page.getByRole('dialog', { name: 'History of the plan' });
    await history.getByText('“More demand”').waitFor();
    await history.getByText('“New tool”').waitFor();
    expect([...anna.complaints, ...ben.complaints.filter((said) => !said.includes('409'))]).toEqual(
      [],
    );
    await anna.page.close();
    await ben.page.close();
  });

  test('a line that sends already is adopted with one key, from the next shift on where that is said', async () => {
    const publisher = await Publisher.connect(product.mqtt, 'stranger');
    await publisher.publish({ topic: 'lineside/saw_9/output', payload: '{"good": 1}' });
    await publisher.settled();
    publisher.close();
    const { page } = await openPlan(product);
    await page.getByRole('button', { name: 'Adopt saw_9' }).press('Enter');
    expect(await line(page, 'Saw 9').getByLabel('Id').inputValue()).toBe('saw_9');
    await page.keyboard.press('Control+s');
    const sheet = page.getByRole('dialog', { name: 'Review and save' });
    await sheet.getByRole('radio', { name: /^next shift/ }).press('Space');
    await sheet.getByLabel('Who').focus();
    await fillIn(page, 'Ben');
    await page.keyboard.type('New saw');
    await page.keyboard.press('Enter');
    await page.getByText(/^Saved as version .* from \w+ \d+ \w+, 06:00|14:00|22:00/).waitFor();
    const [version] = await product.get<PlanVersionEntry[]>('/api/plan/versions');
    expect(Date.parse(version?.from ?? '')).toBeGreaterThan(Date.now());
    await page.getByRole('group', { name: 'line Saw 9' }).getByText('saw_9').waitFor();
    await page.getByRole('button', { name: 'Remove line Saw 9' }).press('Enter');
    expect(await onNow(page)).toBe('Put it back');
    await page.keyboard.press('Enter');
    await line(page, 'Saw 9').waitFor();
    expect(await page.getByRole('region', { name: 'Unsaved changes' }).count()).toBe(0);
    await page.close();
  });

  test('a plan that is saved is on every other screen within a second or so, its name included', async () => {
    const { page: overview } = await openPage(browser, product.http);
    const { page } = await openPlan(product);
    await page.getByLabel('Name').first().fill('Werk Süd');
    await line(page, 'Weld 1').getByLabel('Name').fill('Welder');
    await save(page, 'Ben', 'New names');
    await overview.getByText('Welder').first().waitFor();
    await expect.poll(() => overview.title()).toContain('Werk Süd');
    await page.getByLabel('Name').first().fill('Werk Nord');
    await save(page, 'Ben', 'The old name');
    await overview.close();
    await page.close();
  });

  test('the exported file imports to the same plan; another one shows its difference first', async () => {
    const { page } = await openPlan(product);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Export' }).press('Enter'),
    ]);
    expect(download.suggestedFilename()).toBe('plant.yaml');
    const yaml = await readFile(await download.path(), 'utf8');
    await page.getByRole('button', { name: 'Import' }).press('Enter');
    const sheet = page.getByRole('dialog', { name: 'Import a plant file' });
    await sheet.getByLabel('or paste its text').fill(yaml);
    await sheet.getByRole('button', { name: 'Show the difference' }).press('Enter');
    await sheet.getByText('there is nothing to import').waitFor();
    await sheet.getByLabel('or paste its text').fill(yaml.replace('Werk Nord', 'Werk Ost'));
    await sheet.getByRole('button', { name: 'Show the difference' }).press('Enter');
    await sheet.getByText('Plant: name Werk Nord → Werk Ost').waitFor();
    await sheet.getByRole('button', { name: /^Take it over/ }).press('Enter');
    expect(await page.getByLabel('Name').first().inputValue()).toBe('Werk Ost');
    expect((await planOf(product)).plant.name).toBe('Werk Nord');
    await page.close();
  });

  for (const scheme of ['light', 'dark'] as const) {
    for (const [name, screen] of Object.entries({ hd: SCREENS.hd, phone: SCREENS.phone })) {
      test(`${name}, ${scheme}: no finding of axe, no complaint, nothing beside the screen`, async () => {
        const { page, complaints } = await openPage(
          browser,
          `${product.http}/plan`,
          screen,
          scheme,
        );
        await page.getByRole('heading', { name: 'Shifts' }).waitFor();
        await page.getByRole('button', { name: '+ Demand' }).press('Enter');
        await page.getByRole('button', { name: '+ Holiday' }).press('Enter');
        expect(await accessibilityFindings(page)).toEqual([]);
        expect(await overflowsSideways(page)).toBe(false);
        expect(complaints).toEqual([]);
        await page.close();
      });
    }
  }
});

test('a plant file that says otherwise is told, and taken over where that is wanted', async () => {
  const file = (perHour: number): string => `
plant: { name: Filed, timeZone: UTC }
shifts: [{ name: Day, start: "00:00", end: "24:00" }]
lines: [{ id: press-1, name: Press 1, target: { perHour: ${perHour} } }]
`;
  await using folder = await aFolder();
  const before = await startProduct({ folder: folder.path, plant: file(100) });
  const { page: earlier } = await openPlan(before);
  await earlier.getByLabel('Target').fill('120');
  await save(earlier, 'Ben', 'More demand');
  await earlier.close();
  await before.stop();
  await using product = await startProduct({ folder: folder.path, plant: file(150) });
  const { page } = await openPlan(product);
  await page.locator('summary', { hasText: 'The plant file says otherwise' }).press('Enter');
  await page.getByText('Line Press 1: target 120/h → 150/h').first().waitFor();
  await page.getByRole('button', { name: /^Take over the file/ }).press('Enter');
  await save(page, 'Anna', 'The file is right');
  const answer = await until(
    () => product.get<PlanAnswer>('/api/plan'),
    ({ fileChanges }) => fileChanges === null,
  );
  expect(answer.plan.lines[0]?.target).toEqual({ perHour: 150 });
  expect(await page.getByText('The plant file says otherwise').count()).toBe(0);
  await page.close();
});
