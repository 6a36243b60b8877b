// Makes the README's pictures from a running demo plant: `npm run pictures`.
import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { chromium, type Browser } from 'playwright-core';
import type { Board } from '@lineside/domain/board.ts';
import type { LineEntry, ShiftEntry } from '@lineside/domain/wire.ts';
import { startProduct, until, type Product } from './support/product.ts';

const FOLDER = resolve(import.meta.dirname, '../docs/pictures');
const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Into the shift at which the worst one is shown. */
const SHOWN_AFTER_MS = 4.75 * HOUR;
const HISTORY_WITHIN_MS = 20 * 60_000;

interface Picture {
  readonly name: string;
  readonly path: string;
  readonly width: number;
  readonly height: number;
  readonly scheme: 'light' | 'dark';
}

/** A board as the API writes it. */
type Told = Pick<Board, 'variance'> & { readonly lastReadingAt: string | null };

/** How one line did in one shift. */
interface Done {
  readonly line: string;
  readonly shift: ShiftEntry;
  readonly minutes: number;
}

const inUrl = (at: number): string => new Date(at).toISOString().replace('.000Z', 'Z');

function boardOf(product: Product, line: string, at: number): Promise<Told> {
  return product.get(`/api/lines/${line}/board?at=${inUrl(at)}`);
}

/** Every line in every shift of the past week, once the demo has told all of that past. */
async function pastBoards(product: Product, lines: readonly LineEntry[]): Promise<Done[]> {
  const now = Date.now();
  const shifts = await product.get<ShiftEntry[]>(
    `/api/shifts?from=${inUrl(now - 6 * DAY)}&to=${inUrl(now)}`,
  );
  const all: Done[] = [];
  for (const shift of shifts.filter(({ end }) => Date.parse(end) < now)) {
    const end = Date.parse(shift.end);
    for (const { id } of lines) {
      const isTold = ({ lastReadingAt }: Told): boolean =>
        lastReadingAt !== null && Date.parse(lastReadingAt) > end - HOUR;
      await until(() => boardOf(product, id, end - 1), isTold, HISTORY_WITHIN_MS);
      const { variance } = await boardOf(product, id, Date.parse(shift.start) + SHOWN_AFTER_MS);
      all.push({ line: id, shift, minutes: variance?.minutes ?? 0 });
    }
  }
  return all;
}

/** The line that lags most at the moment. */
async function worstNow(product: Product, lines: readonly LineEntry[]): Promise<string> {
  let worst = { line: '', minutes: Infinity };
  for (const { id } of lines) {
    const { variance } = await product.get<Told>(`/api/lines/${id}/board`);
    const minutes = variance?.minutes ?? 0;
    if (minutes < worst.minutes) worst = { line: id, minutes };
  }
  return worst.line;
}

async function take(browser: Browser, product: Product, picture: Picture): Promise<void> {
  const { name, path, width, height, scheme } = picture;
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: scheme,
    locale: 'en-GB',
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  await page.goto(product.http + path);
  const closer = page.getByRole('button', { name: 'Got it' });
  const ready = page.locator('table tbody tr, .tile').first();
  await ready.waitFor();
  if (name !== 'overview' && (await closer.isVisible())) await closer.click();
  await page.evaluate(() => document.fonts.ready);
  if (path.includes('/lines/'))
    await page.waitForFunction(() => document.querySelector('canvas')?.width);
  await page.waitForTimeout(1_500);
  await page.screenshot({ path: resolve(FOLDER, `${name}.png`) });
  await context.close();
}

await mkdir(FOLDER, { recursive: true });
await using product = await startProduct();
const lines = await product.get<LineEntry[]>('/api/lines');
const past = await pastBoards(product, lines);
const worst = past.reduce((least, one) => (one.minutes < least.minutes ? one : least));
const at = inUrl(Date.parse(worst.shift.start) + SHOWN_AFTER_MS);
const desk = { width: 1280, height: 800 };
const pictures: readonly Picture[] = [
  { name: 'wall', path: '/wall', width: 1920, height: 1080, scheme: 'dark' },
  { name: 'wall-portrait', path: '/wall', width: 1080, height: 1920, scheme: 'dark' },
  { name: 'overview', path: '/', ...desk, scheme: 'light' },
  { name: 'line', path: `/lines/${await worstNow(product, lines)}`, ...desk, scheme: 'light' },
  { name: 'replay', path: `/lines/${worst.line}?at=${at}`, ...desk, scheme: 'dark' },
  { name: 'phone', path: '/', width: 390, height: 844, scheme: 'light' },
];
const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
try {
  for (const picture of pictures) await take(browser, product, picture);
} finally {
  await browser.close();
  await product.stop();
}
console.log(`${pictures.length} pictures in ${FOLDER}`);
