/** The running product as a user starts it: a process of its own, on free ports, with its own folder. */

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

const ROOT = resolve(import.meta.dirname, '../..');

export interface ProductOptions {
  /** The plant file's text; without one the demo plant runs. */
  readonly plant?: string;
  /** Kept between starts; without one it is made, and removed at the end. */
  readonly folder?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** A command that runs it, such as `['sh', '-c', 'exec "$0" "$@"']`. */
  readonly through?: readonly string[];
}

export interface Product {
  readonly http: string;
  readonly mqtt: string;
  readonly pid: number;
  /** What it printed to stdout, line by line. */
  readonly printed: readonly string[];
  /** What it logged to stderr. */
  logged: () => string;
  get: <Answer>(path: string) => Promise<Answer>;
  /** Ends it as Ctrl-C does; its exit code. */
  stop: () => Promise<number | null>;
  /** Its exit code, once it has ended. */
  readonly ended: Promise<number | null>;
  /** Ends it as a power cut does. */
  kill: () => Promise<void>;
  [Symbol.asyncDispose]: () => Promise<void>;
}

/** A new empty folder that goes when the scope does. */
export async function aFolder(): Promise<{ readonly path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), 'lineside-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

export async function startProduct(options: ProductOptions = {}): Promise<Product> {
  const made = options.folder === undefined ? await aFolder() : null;
  const folder = options.folder ?? made?.path ?? '';
  const plantFile = join(folder, 'plant.yaml');
  if (options.plant !== undefined) await writeFile(plantFile, options.plant);
  const [command, ...before] = [...(options.through ?? []), process.execPath];
  const child = spawn(command, [...before, 'server/src/main.ts'], {
    cwd: ROOT,
    env: {
      ...process.env,
      PORT: '0',
      MQTT_PORT: '0',
      DATA_DIR: join(folder, 'data'),
      LOG_LEVEL: 'warn',
      ...(options.plant === undefined ? { DEMO: 'on' } : { PLANT_FILE: plantFile }),
      ...options.env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const log: string[] = [];
  child.stderr.setEncoding('utf8').on('data', (text: string) => log.push(text));
  const printed: string[] = [];
  const [http, mqtt] = await untilReady(child, printed, log);
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    if (child.exitCode === null && child.signalCode === null) {
      const gone = once(child, 'exit');
      child.kill(signal);
      await gone;
    }
    return child.exitCode;
  };
  return {
    ...{ http, mqtt, printed, ended, pid: child.pid ?? 0 },
    logged: () => log.join(''),
    get: (path) => getJson(http + path),
    stop: () => end('SIGINT'),
    kill: async () => {
      await end('SIGKILL');
    },
    [Symbol.asyncDispose]: async () => {
      await end('SIGKILL');
      await made?.[Symbol.asyncDispose]();
    },
  };
}

async function untilReady(
  child: ChildProcess,
  printed: string[],
  log: readonly string[],
): Promise<readonly [http: string, mqtt: string]> {
  const { promise, resolve: found, reject } = Promise.withResolvers<readonly [string, string]>();
  child.once('exit', (code) => {
    reject(new Error(`ended with ${code ?? 'a signal'} before it was ready:\n${log.join('')}`));
  });
  if (!child.stdout) throw new Error('no stdout');
  createInterface({ input: child.stdout }).on('line', (line) => {
    printed.push(line);
    const ready = /^lineside ready (http:\S+) (mqtts?:\S+)$/.exec(line);
    if (ready) found([ready[1] ?? '', ready[2] ?? '']);
  });
  return promise;
}

async function getJson<Answer>(url: string): Promise<Answer> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  return (await response.json()) as Answer;
}

/** Asks again and again until an answer fits: for what has no event to wait for. */
export async function until<Answer>(
  ask: () => Promise<Answer>,
  fits: (answer: Answer) => boolean,
  timeoutMs = 30_000,
): Promise<Answer> {
  const giveUpAt = performance.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (fits(answer)) return answer;
    if (performance.now() > giveUpAt) {
      throw new Error(`not in ${timeoutMs} ms; the last answer was ${JSON.stringify(answer)}`);
    }
    await new Promise((again) => setTimeout(again, 100));
  }
}
