/** Who looks at the plant during a soak: screens, some of which sleep and wake, replays of the past, a scraper. */

import type { Clock } from '../../server/src/ports.ts';
import type { Random } from '../support/random.ts';
import { Screen } from '../support/screen.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const SCREENS = 5;
const SCRAPE_EVERY_MS = MINUTE / 4;
const ASK_EVERY_MS = 5 * MINUTE;
const CHANGE_EVERY_MS = 6 * MINUTE;

export interface PeopleOptions {
  readonly http: string;
  readonly clock: Pick<Clock, 'now'>;
  readonly random: Random;
  readonly lines: readonly string[];
  /** The past that is asked for. */
  readonly past: { readonly from: number; readonly to: number };
}

export class People {
  readonly #options: PeopleOptions;
  readonly #screens: Screen[] = [];
  #asleep: Screen | null = null;
  #scrapeAt = -Infinity;
  #askAt = -Infinity;
  #changeAt = -Infinity;
  asked = 0;
  changes = 0;

  constructor(options: PeopleOptions) {
    this.#options = options;
  }

  async openScreens(): Promise<void> {
    const { http } = this.#options;
    for (let n = 0; n < SCREENS; n++) this.#screens.push(await Screen.open(http));
  }

  /** Replays every shift of the past once. */
  async openPast(shiftMs: number): Promise<void> {
    const { past } = this.#options;
    for (let at = past.from; at < past.to; at += shiftMs)
      await this.#get(`/api/views?at=${iso(at)}`);
  }

  /** Does what is due. */
  async act(): Promise<void> {
    const now = this.#options.clock.now();
    if (now >= this.#scrapeAt) {
      this.#scrapeAt = now + SCRAPE_EVERY_MS;
      for (const path of ['/metrics', '/api/health', '/']) await this.#get(path);
    }
    if (now >= this.#askAt) {
      this.#askAt = now + ASK_EVERY_MS;
      await this.#askForThePast();
    }
    if (now >= this.#changeAt) {
      this.#changeAt = now + CHANGE_EVERY_MS;
      await this.#changeScreens();
    }
  }

  close(): void {
    for (const screen of this.#screens) screen.close();
  }

  async #askForThePast(): Promise<void> {
    const { random, past, lines } = this.#options;
    const from = past.from + random.below(past.to - past.from - HOUR);
    const [at, to] = [iso(from), iso(from + HOUR)];
    const line = lines[random.below(lines.length)] ?? '';
    for (const path of [
      `/api/views?at=${at}`,
      `/api/lines/${line}/board?at=${at}`,
      `/api/lines/${line}/hours?at=${at}`,
      `/api/lines/${line}/stops?from=${at}&to=${to}`,
      `/api/lines/${line}/gaps?from=${at}&to=${to}`,
      `/api/readings?line=${line}&from=${at}&to=${to}&format=csv`,
      '/api/quarantine?limit=100',
      '/api/lines',
    ])
      await this.#get(path);
    this.asked += 1;
  }

  /** The sleeper wakes, the oldest screen is closed for a new one, and another falls asleep. */
  async #changeScreens(): Promise<void> {
    this.#asleep?.wake();
    this.#screens.shift()?.close();
    this.#screens.push(await Screen.open(this.#options.http));
    const awake = this.#screens.filter(({ isConnected }) => isConnected);
    this.#asleep = awake[this.#options.random.below(awake.length)] ?? null;
    this.#asleep?.sleep();
    this.changes += 1;
  }

  async #get(path: string): Promise<void> {
    const response = await fetch(this.#options.http + path);
    const body = await response.text();
    if (!response.ok) throw new Error(`${path}: ${response.status} ${body}`);
  }
}

const iso = (at: number): string => new Date(at).toISOString();
