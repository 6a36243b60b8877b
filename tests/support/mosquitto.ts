/** The real Mosquitto: its broker, and its command-line clients, which nobody here wrote. */

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { freePort, start, type Running } from '../bench/process.ts';
import { aFolder } from './product.ts';

export const hasMosquitto =
  spawnSync('mosquitto', ['-h']).error === undefined &&
  spawnSync('mosquitto_sub', ['--help']).error === undefined;

export interface MosquittoOptions {
  /** Its configuration below `listener`; anonymous clients are let in without one. */
  readonly config?: readonly string[];
  /** Whether sessions and what waits for them outlive the process, as far as it has them on disk. */
  readonly persistence?: boolean;
}

export interface Mosquitto extends AsyncDisposable {
  readonly mqtt: string;
  readonly port: number;
  /** Ends it as a power cut does. */
  kill: () => Promise<void>;
  /** Ends it in order: sessions go to disk. */
  stop: () => Promise<void>;
  /** Starts it at the same port, with other settings if they are given. */
  start: (config?: readonly string[]) => Promise<void>;
}

/** The broker on a free port. */
export async function startMosquitto(options: MosquittoOptions = {}): Promise<Mosquitto> {
  const mosquitto = await aMosquitto(options);
  await mosquitto.start();
  return mosquitto;
}

/** The broker with a port of its own, not started yet. */
export async function aMosquitto(options: MosquittoOptions = {}): Promise<Mosquitto> {
  const folder = await aFolder();
  const port = await freePort();
  const file = join(folder.path, 'mosquitto.conf');
  const persistence = options.persistence
    ? ['persistence true', `persistence_location ${folder.path}/`]
    : ['persistence false'];
  let running: Running | null = null;
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    await running?.end(signal);
    running = null;
  };
  return {
    port,
    mqtt: `mqtt://127.0.0.1:${port}`,
    async start(config = options.config ?? ['allow_anonymous true']) {
      await writeFile(
        file,
        [`listener ${port} 127.0.0.1`, ...persistence, ...config, ''].join('\n'),
      );
      running = await start({ command: 'mosquitto', args: ['-c', file], ready: / running$/ });
    },
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
    async [Symbol.asyncDispose]() {
      await end('SIGKILL');
      await folder[Symbol.asyncDispose]();
    },
  };
}

const at = (url: string): string[] => ['-h', new URL(url).hostname, '-p', new URL(url).port];

/** mosquitto_pub; resolves once it is done, which for QoS 1 and 2 means acknowledged. */
export async function publish(url: string, ...args: readonly string[]): Promise<void> {
  const child = spawn('mosquitto_pub', [...at(url), ...args], { stdio: 'ignore' });
  const [code] = (await once(child, 'exit')) as [number];
  if (code !== 0) throw new Error(`mosquitto_pub ${args.join(' ')}: ${code}`);
}

export interface Subscriber {
  /** What it received once it is done: as many messages as it was asked for (`-C`). */
  readonly messages: Promise<string[]>;
}

/** mosquitto_sub, subscribed. A message reads `<topic> <qos> <retain> <payload>`. */
export async function subscribe(url: string, ...args: readonly string[]): Promise<Subscriber> {
  const format = ['-d', '-W', '20', '-F', '=%t %q %r %p'];
  // It would keep what it has to say to a pipe until there is a lot of it.
  const child = spawn('stdbuf', ['-oL', 'mosquitto_sub', ...at(url), ...format, ...args]);
  const { promise: subscribed, resolve, reject } = Promise.withResolvers<undefined>();
  const said: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => {
    said.push(line);
    if (line.includes('received SUBACK')) resolve(undefined);
  });
  const messages = once(child, 'close').then(([code]) => {
    const told = said.filter((line) => line.startsWith('=')).map((line) => line.slice(1));
    if (code === 0) return told;
    throw new Error(`mosquitto_sub ${args.join(' ')} ended with ${code}:\n${said.join('\n')}`);
  });
  // What waited for its session may be all it wants, before its subscription is confirmed.
  messages.then(() => resolve(undefined), reject);
  await subscribed;
  return { messages };
}
