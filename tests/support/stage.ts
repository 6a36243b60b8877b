/** The product before a real InfluxDB, with a source, a screen and somebody who looks at boards all the time. */

import type { Health } from '@lineside/domain/wire.ts';
import { expect } from 'vitest';
import type { Influxd } from './influxd.ts';
import { metric } from './metrics.ts';
import { aPlant } from './plants.ts';
import { startProduct, until, type Product } from './product.ts';
import { Publisher } from './publisher.ts';
import { expectTruth, Screen } from './screen.ts';
import { expectEverywhere, Source } from './source.ts';

const DRAIN_MS = 310_000;
const LOOK_EVERY_MS = 100;

export interface StageOptions {
  readonly influxd: Influxd;
  readonly database: string;
  readonly lines: readonly string[];
  /** Where the product finds InfluxDB, if not at its own port. */
  readonly port?: number;
  /** `user:password`, as in an address. */
  readonly user?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export class Stage implements AsyncDisposable {
  readonly product: Product;
  readonly publisher: Publisher;
  readonly screen: Screen;
  readonly source: Source;
  readonly #options: StageOptions;
  readonly #stop = new AbortController();
  readonly #looking: Promise<void>;
  /** Boards that were asked for so far, and how long the slowest took, ms. */
  boards = 0;
  slowestMs = 0;

  private constructor(
    options: StageOptions,
    parts: Pick<Stage, 'product' | 'publisher' | 'screen'>,
  ) {
    this.#options = options;
    this.product = parts.product;
    this.publisher = parts.publisher;
    this.screen = parts.screen;
    this.source = new Source(options.lines);
    this.#looking = this.#look();
    // Told at the end, by `expectShown`.
    this.#looking.catch(() => undefined);
  }

  static async open(options: StageOptions): Promise<Stage> {
    const { influxd, database, lines, port = influxd.port, user, env } = options;
    const INFLUX_URL = `http://${user === undefined ? '' : `${user}@`}127.0.0.1:${port}/${database}`;
    const product = await startProduct({ plant: aPlant(lines), env: { INFLUX_URL, ...env } });
    try {
      const publisher = await Publisher.connect(product.mqtt, 'gateway', 2_000);
      const screen = await Screen.open(product.http);
      return new Stage(options, { product, publisher, screen });
    } catch (error) {
      await product[Symbol.asyncDispose]();
      throw error;
    }
  }

  send(count: number): Promise<void> {
    return this.source.send(this.publisher, count);
  }

  health(): Promise<Health> {
    return this.product.get<Health>('/api/health');
  }

  /** Waits until the product says in these words that InfluxDB takes nothing, and nothing else is wrong. */
  async troubled(words: RegExp): Promise<Health> {
    const health = await until(
      () => this.health(),
      ({ status, store }) => status === 'degraded' && words.test(store.databaseTrouble ?? ''),
      60_000,
    );
    expect(health).toMatchObject({ ready: true, store: { reachable: true, trouble: null } });
    expect(await metric(this.product, 'lineside_database_reachable')).toBe(0);
    return health;
  }

  /** Waits until InfluxDB has everything; seconds that took. */
  async delivered(): Promise<number> {
    const began = performance.now();
    await until(
      () => this.health(),
      ({ status, store }) => status === 'ok' && store.spooled === 0,
      DRAIN_MS,
    );
    return (performance.now() - began) / 1000;
  }

  /** The screen gets what is told now, and every board that was asked for so far was answered. */
  async expectShown(): Promise<void> {
    const { frames, asked } = this.screen;
    const { boards, source } = this;
    await this.send(source.lines.length);
    await until(
      () => Promise.resolve(this.screen.frames),
      (now) => now > frames,
    );
    await until(
      () => this.#differences(),
      (difference) => difference === null,
    );
    await until(
      () => Promise.race([this.#looking.then(() => Infinity), Promise.resolve(this.boards)]),
      (now) => now > boards,
    );
    expect(this.screen.asked).toBe(asked);
  }

  /** Nothing is lost, nothing is there twice, the order is kept, and no number is missed. */
  async expectEverywhere(user?: string): Promise<void> {
    const { influxd, database } = this.#options;
    await expectEverywhere(this.source, this.product, influxd, database, user);
    const { readings } = await this.health();
    expect(readings).toMatchObject({ accepted: this.source.sent, duplicates: 0, missed: 0 });
  }

  /** A secret is in nothing that the product tells. */
  async expectSecret(secret: string): Promise<void> {
    const { product } = this;
    const pages = ['/metrics', '/api/health', '/api/plant', '/api/quarantine'];
    const answers = await Promise.all(
      pages.map(async (path) => (await fetch(product.http + path)).text()),
    );
    const told = [...product.printed, product.logged(), ...answers].join('\n');
    for (const word of [secret, encodeURIComponent(secret)]) expect(told).not.toContain(word);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#looking.catch(() => undefined);
    this.screen.close();
    this.publisher.close();
    await this.product[Symbol.asyncDispose]();
  }

  async #look(): Promise<void> {
    const { lines } = this.#options;
    for (; !this.#stop.signal.aborted; this.boards += 1) {
      const began = performance.now();
      await this.product.get(`/api/lines/${lines[this.boards % lines.length]}/board`);
      this.slowestMs = Math.max(this.slowestMs, performance.now() - began);
      await new Promise((next) => setTimeout(next, LOOK_EVERY_MS));
    }
  }

  async #differences(): Promise<string | null> {
    try {
      await expectTruth(this.screen, this.product, this.source.lines);
      return null;
    } catch (error) {
      return String(error);
    }
  }
}
