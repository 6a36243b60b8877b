/** The server inside the test's own process: free ports, a folder of its own, a clock that the test moves. */

import { join, resolve } from 'node:path';
import { App } from '../../server/src/app.ts';
import type { Config } from '../../server/src/config/config.ts';
import { MORNING } from './builders.ts';
import { FakeClock } from './fakeClock.ts';
import { TestLog } from './log.ts';
import { aPlant } from './plants.ts';
import { writtenPlan } from './plans.ts';
import { aFolder } from './product.ts';

export interface AppOptions {
  /** `null`: none. */
  readonly plant?: string | null;
  readonly clock?: FakeClock;
  /** Kept between starts; without one it is made, and removed at the end. */
  readonly folder?: string;
  /** How long readings are kept; without it 400 days. */
  readonly retentionDays?: number;
  /** Whether it serves the pages too. */
  readonly pages?: boolean;
}

export interface StartedApp extends AsyncDisposable {
  readonly http: string;
  readonly mqtt: string;
  readonly clock: FakeClock;
  readonly log: TestLog;
  /** An answer of the API, whatever its status. */
  ask: (path: string) => Promise<{ readonly status: number; readonly body: unknown }>;
}

const ROOT = resolve(import.meta.dirname, '../..');
const CLIENT = { root: join(ROOT, 'client'), sources: [join(ROOT, 'client/src')] };

/** @param plantText `null`: there is no plant file */
export function aConfig(dataDir: string, plantText: string | null, retentionDays = 400): Config {
  const address = { host: '127.0.0.1', port: 0 };
  const addresses = { http: address, mqtt: address };
  const outside = { mqttUrl: null, influxUrl: null };
  const rest = { ...outside, demo: false, retentionDays, logLevel: 'silent' } as const;
  const plantFile = plantText === null ? null : writtenPlan(plantText);
  return { ...addresses, dataDir, ...rest, plantFile };
}

export async function startApp(options: AppOptions = {}): Promise<StartedApp> {
  const made = options.folder === undefined ? await aFolder() : null;
  const folder = options.folder ?? made?.path ?? '';
  const clock = options.clock ?? new FakeClock(MORNING);
  const log = new TestLog();
  const { plant = aPlant(['press-1', 'press-2']) } = options;
  const config = aConfig(folder, plant, options.retentionDays);
  const client = options.pages ? CLIENT : null;
  const parts = { config, clock, log, version: 'test', client, isDev: false };
  const app = new App({ ...parts, node: process.execPath });
  const { httpUrl, mqttUrl } = await app.start(new AbortController().signal);
  return {
    http: httpUrl,
    mqtt: mqttUrl,
    clock,
    log,
    async ask(path) {
      const response = await fetch(httpUrl + path);
      return { status: response.status, body: (await response.json()) as unknown };
    },
    async [Symbol.asyncDispose]() {
      await app.close();
      await made?.[Symbol.asyncDispose]();
      log.expectNoErrors();
    },
  };
}
