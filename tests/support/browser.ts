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

/** Whether a page has to be moved sideways to be read. */
export function overflowsSideways(page: Page): Promise<boolean> {
  return page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
}

/** Texts that reach beyond the screen or beyond a box that cuts what it cannot hold. */
export function cutTexts(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const TOLERATED_PX = 2;
    const cut: string[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const text = node.textContent?.trim() ?? '';
      if (text === '' || !node.parentElement) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      const { left, right, top, bottom, width } = range.getBoundingClientRect();
      const own = node.parentElement.getBoundingClientRect();
      // What only a screen reader is told is a pixel large.
      if (width === 0 || own.width <= 1) continue;
      for (let box: Element | null = node.parentElement; box; box = box.parentElement) {
        const isRoot = box === document.documentElement;
        if (!isRoot && getComputedStyle(box).overflow === 'visible') continue;
        const edge = isRoot
          ? new DOMRect(0, 0, innerWidth, innerHeight)
          : box.getBoundingClientRect();
        const beyond = Math.max(
          edge.left - left,
          right - edge.right,
          edge.top - top,
          bottom - edge.bottom,
        );
        if (beyond > TOLERATED_PX)
          cut.push(`${text}: ${Math.round(beyond)} px beyond ${box.tagName}.${box.className}`);
      }
    }
    return cut;
  });
}
