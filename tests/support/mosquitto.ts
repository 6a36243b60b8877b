/** The real Mosquitto: its broker, and its command-line clients, which nobody here wrote. */

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { freePort, start } from '../bench/process.ts';
import { aFolder } from './product.ts';

export const hasMosquitto =
  spawnSync('mosquitto', ['-h']).error === undefined &&
  spawnSync('mosquitto_sub', ['--help']).error === undefined;

/** The broker on a free port, with nothing kept on disk. */
export async function startMosquitto(): Promise<{ readonly mqtt: string } & AsyncDisposable> {
  const folder = await aFolder();
  const port = await freePort();
  const file = join(folder.path, 'mosquitto.conf');
  await writeFile(file, `listener ${port} 127.0.0.1\nallow_anonymous true\npersistence false\n`);
  const running = await start({ command: 'mosquitto', args: ['-c', file], ready: / running$/ });
  return {
    mqtt: `mqtt://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      await running[Symbol.asyncDispose]();
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
