/** Debian's Chromium, driven as a person would use it; complaints of a page fail the test. */

import axe from 'axe-core';
import { chromium, type Browser, type Page } from 'playwright-core';

export interface Screen {
  readonly width: number;
  readonly height: number;
}

export const SCREENS = {
  hd: { width: 1280, height: 720 },
  fullHd: { width: 1920, height: 1080 },
  ultraHd: { width: 3840, height: 2160 },
  portrait: { width: 1080, height: 1920 },
  phone: { width: 390, height: 844 },
} as const satisfies Record<string, Screen>;

export function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
}

export interface OpenPage {
  readonly page: Page;
  /** What the page complained about: errors and warnings of its console, and exceptions. */
  readonly complaints: string[];
}

export async function openPage(
  browser: Browser,
  url: string,
  screen: Screen = SCREENS.fullHd,
  colorScheme: 'light' | 'dark' = 'light',
): Promise<OpenPage> {
  const page = await browser.newPage({ viewport: screen, colorScheme, locale: 'en-GB' });
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(url);
  return { page, complaints };
}

/** Serious and critical findings of axe-core, each with the places it was found in. */
export async function accessibilityFindings(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const found = await page.evaluate(async () => {
    const { axe: run } = globalThis as unknown as { axe: { run: () => Promise<axe.AxeResults> } };
    return (await run.run()).violations;
  });
  return found
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, help, nodes }) => `${id}: ${help} (${nodes.map((node) => node.html).join(' | ')})`);
}

/** Whether anything of a page reaches beyond its screen, so that a wall would need a scroll bar. */
export function overflows(page: Page): Promise<boolean> {
  return page.evaluate(() => {
    const { scrollWidth, scrollHeight, clientWidth, clientHeight } = document.documentElement;
    return scrollWidth > clientWidth || scrollHeight > clientHeight;
  });
}
