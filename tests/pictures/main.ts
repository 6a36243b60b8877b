/** Makes the pictures of the README and the docs from a running demo plant: `npm run pictures`. */

import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import type { LineEntry } from '@lineside/domain/wire.ts';
import { startProduct, type Product } from '../support/product.ts';
import { writeBook } from './story.ts';
import { worstFirst, worstPast } from './worst.ts';

const FOLDER = resolve(import.meta.dirname, '../../docs/pictures');
const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const SETTLED_MS = 1_500;

interface Picture {
  readonly name: string;
  readonly path: string;
  readonly width: number;
  readonly height: number;
  readonly scheme: 'light' | 'dark';
  /** What is pressed and written before it is taken. */
  readonly act?: (page: Page) => Promise<void>;
  /** Takes this part of the page only. */
  readonly part?: string;
}

async function take(browser: Browser, product: Product, picture: Picture): Promise<void> {
  const { name, path, width, height, scheme, act, part } = picture;
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: scheme,
    locale: 'en-GB',
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  await page.goto(product.http + path);
  const closer = page.getByRole('button', { name: 'Got it' });
  const ready = page.locator('table tbody tr, .tile, .panel, .entry').first();
  await ready.waitFor();
  if (name !== 'overview' && (await closer.isVisible())) await closer.click();
  await page.evaluate(() => document.fonts.ready);
  if (path.includes('/lines/'))
    await page.waitForFunction(() => document.querySelector('canvas')?.width);
  await act?.(page);
  await page.waitForTimeout(SETTLED_MS);
  const place = { path: resolve(FOLDER, `${name}.png`) };
  await (part === undefined ? page.screenshot(place) : page.locator(part).screenshot(place));
  await context.close();
}

/** Asks for so much of the running shift, and lets the sheet say whether that can be done. */
async function askForMore(page: Page, share: number): Promise<void> {
  await page.getByRole('button', { name: 'Change this shift' }).click();
  const parts = page.getByRole('textbox', { name: 'Good parts' });
  await parts.fill(String(Math.round(Number(await parts.inputValue()) * share)));
  await page.getByRole('textbox', { name: 'Who', exact: true }).fill('Ada');
  await page
    .getByRole('textbox', { name: 'Why', exact: true })
    .fill('The customer collects more tonight');
}

async function change(page: Page): Promise<void> {
  await askForMore(page, 1.15);
  await page.getByRole('button', { name: 'Change it' }).click();
  await page.getByText('The customer collects more tonight').first().waitFor();
}

async function explain(page: Page): Promise<void> {
  await page
    .getByRole('button', { name: /^Edit / })
    .first()
    .click();
  await page.getByText('Written so far').click();
}

/** The ones that change nothing come first; the book is written before all of them. */
function picturesOf(first: string, best: string, past: string, at: string): readonly Picture[] {
  const desk = { width: 1280, height: 800 };
  const light = { ...desk, scheme: 'light' } as const;
  const replayed = `/lines/${past}?at=${at}`;
  const tall = { width: 1280, height: 1500, scheme: 'light' } as const;
  return [
    { name: 'wall', path: '/wall', width: 1920, height: 1080, scheme: 'dark' },
    { name: 'wall-portrait', path: '/wall', width: 1080, height: 1920, scheme: 'dark' },
    { name: 'overview', path: '/', ...light },
    { name: 'line', path: `/lines/${first}`, ...light },
    { name: 'replay', path: replayed, ...desk, scheme: 'dark' },
    { name: 'phone', path: '/', width: 390, height: 844, scheme: 'light' },
    { name: 'losses', path: replayed, ...tall, part: '.losses' },
    { name: 'plan', path: '/plan', ...light },
    { name: 'handover', path: '/handover', ...light },
    { name: 'reason', path: '/handover', ...light, act: explain, part: 'dialog' },
    {
      name: 'surge',
      path: `/lines/${best}`,
      ...light,
      act: (page) => askForMore(page, 1.5),
      part: 'dialog',
    },
    { name: 'bend', path: `/lines/${best}`, ...light, act: change, part: '.curve' },
  ];
}

await mkdir(FOLDER, { recursive: true });
await using product = await startProduct();
const lines = await product.get<LineEntry[]>('/api/lines');
const past = await worstPast(product, lines);
const [first = '', ...others] = await worstFirst(product, lines);
await writeBook(product);
const pictures = picturesOf(first, others.at(-1) ?? first, past.line, past.at);
const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
try {
  for (const picture of pictures) await take(browser, product, picture);
} finally {
  await browser.close();
  await product.stop();
}
console.log(`${pictures.length} pictures in ${FOLDER}`);
