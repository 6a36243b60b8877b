/** The real InfluxDB: Debian's influxd on a free port, which can be stopped, killed and started again. */

import { spawnSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort, start, type Running } from '../bench/process.ts';
import { aFolder } from './product.ts';

export const hasInfluxd = spawnSync('influxd', ['version']).error === undefined;

export interface Influxd extends AsyncDisposable {
  /** Its address, without a database. */
  readonly http: string;
  readonly port: number;
  readonly folder: string;
  /** Of the process that runs now. */
  readonly pid: number;
  /** Ends it as a service manager does: what it has is written out. */
  stop: () => Promise<void>;
  /** Ends it as a power cut does. */
  kill: () => Promise<void>;
  /** Starts it again on the same port and folder, after it was stopped or killed. */
  start: () => Promise<void>;
  /** Runs a statement as a person would with its shell; `user:password` where it asks for them. */
  run: (statement: string, user?: string, database?: string) => Promise<unknown>;
  /** Writes lines of its line protocol; the answer's status. */
  write: (database: string, policy: string, lines: string) => Promise<number>;
}

export interface InfluxdOptions {
  /** Asks for a user and password from the first user on. */
  readonly auth?: boolean;
  /** More lines for its `[data]` section, such as `max-series-per-database = 1`. */
  readonly limits?: readonly string[];
  /** Instead of a folder of its own, which is removed at the end. */
  readonly folder?: string;
}

export async function startInfluxd(options: InfluxdOptions = {}): Promise<Influxd> {
  const made = options.folder === undefined ? await aFolder() : null;
  const folder = options.folder ?? made?.path ?? '';
  const [port, rpcPort] = [await freePort(), await freePort()];
  const config = await configure(folder, port, rpcPort, options);
  const run = (): Promise<Running> =>
    start({ command: 'influxd', args: ['-config', config], ready: /Listening on HTTP/ });
  let running = await run();
  const http = `http://127.0.0.1:${port}`;
  return {
    ...{ http, port, folder },
    get pid() {
      return running.pid;
    },
    stop: () => running.end('SIGTERM'),
    kill: () => running.end('SIGKILL'),
    start: async () => {
      running = await run();
    },
    run: (statement, user, database) => query(http, statement, user, database),
    write: async (database, policy, lines) => {
      const url = `${http}/write?db=${database}&rp=${policy}`;
      return (await fetch(url, { method: 'POST', body: lines })).status;
    },
    [Symbol.asyncDispose]: async () => {
      await running[Symbol.asyncDispose]();
      await made?.[Symbol.asyncDispose]();
    },
  };
}

async function configure(
  folder: string,
  port: number,
  rpcPort: number,
  { auth = false, limits = [] }: InfluxdOptions,
): Promise<string> {
  const config = join(folder, 'influxdb.conf');
  const inFolder = (name: string): string => JSON.stringify(join(folder, 'influx', name));
  await mkdir(join(folder, 'influx'), { recursive: true });
  await writeFile(
    config,
    [
      'reporting-disabled = true',
      `bind-address = "127.0.0.1:${rpcPort}"`,
      `[meta]\ndir = ${inFolder('meta')}`,
      `[data]\ndir = ${inFolder('data')}\nwal-dir = ${inFolder('wal')}`,
      ...limits,
      `[http]\nbind-address = "127.0.0.1:${port}"\nlog-enabled = false\nauth-enabled = ${auth}`,
    ].join('\n'),
  );
  return config;
}

async function query(
  http: string,
  statement: string,
  user?: string,
  database?: string,
): Promise<unknown> {
  const response = await fetch(`${http}/query`, {
    method: 'POST',
    body: new URLSearchParams({ q: statement, ...(database !== undefined && { db: database }) }),
    ...(user === undefined ? {} : { headers: { authorization: `Basic ${btoa(user)}` } }),
  });
  const answer = (await response.json()) as { readonly results?: readonly { error?: string }[] };
  const error = answer.results?.find((result) => result.error !== undefined)?.error;
  if (!response.ok || error !== undefined) {
    throw new Error(`${statement}: ${error ?? JSON.stringify(answer)}`);
  }
  return answer.results;
}
