import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Browser } from 'playwright-core';
import type { ShiftEntry } from '@lineside/domain/wire.ts';
import { openBrowser, openPage } from '../support/browser.ts';
import { startProduct, until, type Product } from '../support/product.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const DAY = 86_400_000;

/** Two real machines, and what their recordings amount to (see the notice beside them). */
const MACHINES = [
  { line: 'hurco-1', file: 'Hurco01-20170809-20170810.txt', good: 4, unseen: 3, implausible: 1 },
  { line: 'hurco-2', file: 'Hurco02-20170124-20170125.txt', good: 3, unseen: 3, implausible: 0 },
];

const PLANT = `
plant: { name: Test bed, timeZone: UTC }
shifts:
  - { name: Morning, start: "00:00", end: "12:00" }
  - { name: Evening, start: "12:00", end: "00:00" }
products:
  - { id: part, name: Part, idealCycleSeconds: 60 }
lines:
${MACHINES.map(({ line }) => `  - { id: ${line}, name: ${line}, area: Milling, product: part, target: { perHour: 1 } }`).join('\n')}
`;

interface Count {
  readonly good: number;
  readonly unseen: number;
  readonly implausible: number;
}
interface Stop {
  readonly kind: string;
}

let product: Product;
let browser: Browser;
const from = new Date(Date.now() - 3 * DAY).toISOString();
const to = (): string => new Date(Date.now() + 60_000).toISOString();

beforeAll(async () => {
  browser = await openBrowser();
  product = await startProduct({ plant: PLANT });
  for (const { line, file } of MACHINES) {
    const recording = resolve(ROOT, 'tests/fixtures/real', file);
    const options = ['--line', line, '--mqtt', product.mqtt];
    await promisify(execFile)(
      process.execPath,
      ['simulators/cli.ts', 'replay-recorded', recording, ...options],
      { cwd: ROOT },
    );
  }
});

afterAll(async () => {
  await browser.close();
  await product[Symbol.asyncDispose]();
});

test.each(MACHINES)(
  'C2-C6: the recorded machine $line gives its parts',
  async ({ line, good, unseen, implausible }) => {
    const count = await product.get<Count>(`/api/lines/${line}/count?from=${from}&to=${to()}`);
    expect(count).toMatchObject({ good, unseen, implausible });
  },
);

test.each(MACHINES)('C6 R2: the silences of $line are never stops', async ({ line }) => {
  const stops = await product.get<Stop[]>(`/api/lines/${line}/stops?from=${from}&to=${to()}`);
  expect(stops.length).toBeGreaterThan(0);
  const shifts = await product.get<ShiftEntry[]>(`/api/shifts?from=${from}&to=${to()}`);
  expect(shifts.length).toBeGreaterThan(0);
  expect(stops.filter(({ kind }) => kind === 'stopped')).toEqual([]);
});

test.each(MACHINES)(
  'C5 C6: a person sees on the page of $line what was unseen or implausible',
  async ({ line, ...expected }) => {
    const shifts = await product.get<ShiftEntry[]>(`/api/shifts?from=${from}&to=${to()}`);
    const shown = { unseen: 0, implausible: 0 };
    for (const shift of shifts) {
      const at = new Date(
        Math.min(Date.parse(shift.end) - 1_000, Date.now() - 1_000),
      ).toISOString();
      const { count } = await product.get<{ count: Count }>(`/api/lines/${line}/board?at=${at}`);
      if (count.unseen + count.implausible === 0) continue;
      shown.unseen += count.unseen;
      shown.implausible += count.implausible;
      const { page, complaints } = await openPage(
        browser,
        `${product.http}/lines/${line}?at=${at}`,
      );
      const text = await until(
        () => page.locator('main').innerText(),
        (main) => main.includes('Needed from here'),
      );
      if (count.unseen > 0) expect(text).toMatch(new RegExp(`${count.unseen} part.* unseen`));
      if (count.implausible > 0)
        expect(text).toMatch(new RegExp(`${count.implausible} .*implausible`));
      expect(complaints).toEqual([]);
      await page.close();
    }
    expect(shown).toEqual({ unseen: expected.unseen, implausible: expected.implausible });
  },
);
