import { expect, test } from 'vitest';
import { openBrowser, openPage } from '../support/browser.ts';
import { Inspector, INSPECTED } from '../support/inspector.ts';
import { byLength } from '../support/length.ts';
import { metric } from '../support/metrics.ts';
import { aPlantMidShift } from '../support/plants.ts';
import { startProduct, until, type Product } from '../support/product.ts';
import { Publisher } from '../support/publisher.ts';
import { expectTruth, Screen } from '../support/screen.ts';
import { seeded, type Random } from '../support/random.ts';

const LINES = Array.from({ length: 20 }, (_, n) => `line-${n + 1}`);
const PER_SECOND = 1_000;
const BATCH_MS = 20;
const SLEEPERS = 20;
/** How long screens sleep before memory is measured, and once more after it. */
const SLEEP_MS = byLength(3_000, 90_000);
/** Together more than the operating system takes in for a connection that nobody reads. */
const NAGS = 12;
const REMEMBERED_PER_LINE = 6_000;
const LONG = { timeout: byLength(60_000, 600_000) };
const MIB = 1024 * 1024;
const HOUR = 3_600_000;
const LATE = 0.05;

/** Lines that count on and on, 1,000 readings a second in all; one in twenty tells of an hour ago. */
class Plant {
  readonly #publisher: Publisher;
  readonly #random: Random;
  #seq = 0;

  constructor(publisher: Publisher, random: Random) {
    this.#publisher = publisher;
    this.#random = random;
  }

  get readings(): number {
    return this.#seq;
  }

  async run(ms: number): Promise<void> {
    const began = performance.now();
    for (let [elapsed, sent] = [0, 0]; elapsed < ms; elapsed = performance.now() - began) {
      for (; sent < (elapsed * PER_SECOND) / 1000; sent++) await this.#tell();
      await new Promise((next) => setTimeout(next, BATCH_MS));
    }
    await this.#publisher.settled();
  }

  /** What happened in the last hour, so that whole views are large. */
  async remember(readingsPerLine: number): Promise<void> {
    const began = Date.now() - HOUR;
    for (let n = 0; n < readingsPerLine; n++) {
      const ts = began + Math.floor((n * HOUR) / readingsPerLine);
      for (const line of LINES) await this.#publish(line, { good: 0, ts });
    }
    await this.#publisher.settled();
  }

  async #tell(): Promise<void> {
    const seq = this.#seq++;
    const line = LINES[seq % LINES.length] ?? '';
    const good = Math.floor(seq / LINES.length);
    const isLate = this.#random.next() < LATE;
    const reading = isLate
      ? { good: 0, ts: Date.now() - HOUR - this.#random.below(HOUR) }
      : { good, ts: Date.now() };
    await this.#publish(line, reading);
  }

  async #publish(line: string, reading: object): Promise<void> {
    const payload = JSON.stringify(reading);
    await this.#publisher.publish({ topic: `lineside/${line}/output`, payload });
  }
}

/** Bytes in use: of the heap, and of what is to be sent. */
async function inUse(product: Product, inspector: Inspector): Promise<number> {
  const heap = await inspector.heapInUse();
  return heap + (await metric(product, 'nodejs_external_memory_bytes'));
}

test(
  `${SLEEPERS} screens that sleep cost the server nothing, others go on, and after waking all are right`,
  LONG,
  async () => {
    const random = seeded();
    await using product = await startProduct({ plant: aPlantMidShift(LINES), env: INSPECTED });
    const inspector = await Inspector.open(product);
    const publisher = await Publisher.connect(product.mqtt, 'plant', 2_000);
    const plant = new Plant(publisher, random);
    await plant.remember(REMEMBERED_PER_LINE);
    await plant.run(1_000);
    const screens = await Promise.all(
      Array.from({ length: SLEEPERS + 2 }, () => Screen.open(product.http)),
    );
    const [awake, asleep] = [screens.slice(0, 2), screens.slice(2)];
    expect(await metric(product, 'lineside_sockets')).toBe(screens.length);
    for (const screen of asleep) {
      screen.sleep();
      screen.nag(NAGS);
    }
    await until(
      () => metric(product, 'lineside_sockets_behind'),
      (behind) => behind === SLEEPERS,
    );
    await plant.run(SLEEP_MS);
    const [first, told] = [await inUse(product, inspector), plant.readings];
    await plant.run(SLEEP_MS);
    const grown = (await inUse(product, inspector)) - first;
    const readings = plant.readings - told;
    inspector.close();
    for (const screen of asleep) screen.wake();
    const cursors = (): Promise<Set<string | null>> =>
      Promise.resolve(new Set(screens.map(({ cursor }) => cursor)));
    await until(cursors, (different) => different.size === 1);
    for (const screen of screens) await expectTruth(screen, product, LINES);
    console.log(
      `${SLEEPERS} screens asleep for ${(2 * SLEEP_MS) / 1000} s at ${PER_SECOND} readings/s: memory ${(grown / MIB).toFixed(1)} MiB more in the second half, ${readings} readings; awake: ${awake[0]?.frames ?? 0} frames, asked ${awake[0]?.asked ?? 0} times; asleep: asked ${Math.max(...asleep.map(({ asked }) => asked))} times`,
    );
    for (const screen of awake) {
      expect(screen.asked).toBe(1);
      expect(screen.frames).toBeGreaterThan(SLEEP_MS / 1000);
    }
    // The floor keeps every reading of the shift; nothing may be kept for those who sleep.
    expect(grown).toBeLessThan(MIB + readings * 300);
    expect(product.logged().split('\n').length).toBeLessThan(10);
    for (const screen of screens) screen.close();
    publisher.close();
  },
);

test('a page in a frozen tab shows what is true soon after it thaws', LONG, async () => {
  const random = seeded();
  await using product = await startProduct({ plant: aPlantMidShift(LINES) });
  const publisher = await Publisher.connect(product.mqtt, 'plant', 2_000);
  const plant = new Plant(publisher, random);
  const browser = await openBrowser();
  try {
    const { page, complaints } = await openPage(browser, `${product.http}/lines/line-1`);
    await plant.run(1_000);
    const lifecycle = await page.context().newCDPSession(page);
    await lifecycle.send('Page.setWebLifecycleState', { state: 'frozen' });
    await plant.run(SLEEP_MS);
    await lifecycle.send('Page.setWebLifecycleState', { state: 'active' });
    const { count } = await product.get<{ readonly count: { readonly good: number } }>(
      '/api/lines/line-1/board',
    );
    expect(count.good).toBeGreaterThan(100);
    await until(
      () => page.locator('main dl').innerText(),
      (text) => text.replaceAll(',', '').replaceAll(/\s+/g, ' ').includes(`Actual ${count.good} `),
    );
    expect(complaints).toEqual([]);
  } finally {
    await browser.close();
    publisher.close();
  }
});
