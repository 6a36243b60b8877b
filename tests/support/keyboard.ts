/** A page used by keyboard alone, as somebody without a mouse does. */

import { expect } from 'vitest';
import type { Page } from 'playwright-core';

/** What the keyboard is on, as a screen reader would name it. */
export function onNow(page: Page): Promise<string> {
  return page.evaluate(() => {
    const { activeElement: element } = document;
    if (!element) return '';
    const labels = 'labels' in element ? (element.labels as NodeListOf<HTMLElement> | null) : null;
    const said = element.getAttribute('aria-label') ?? labels?.[0]?.textContent;
    return (said ?? element.textContent).trim().replace(/\s+/g, ' ');
  });
}

/** Goes on with Tab until it is on what is so called; at most so far as a person would. */
export async function tabTo(page: Page, name: string | RegExp, most = 120): Promise<void> {
  const seen: string[] = [];
  for (let times = 0; times < most; times++) {
    await page.keyboard.press('Tab');
    const on = await onNow(page);
    if (typeof name === 'string' ? on === name : name.test(on)) return;
    seen.push(on);
  }
  expect.fail(`Tab never came to ${String(name)}, but to ${seen.join(', ')}`);
}

/** Writes over what is in the field, and goes on to the next. */
export async function fillIn(page: Page, text: string): Promise<void> {
  await page.keyboard.press('Control+A');
  await page.keyboard.type(text);
  await page.keyboard.press('Tab');
}
