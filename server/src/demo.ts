/** Runs the demo plant's simulated lines as a program of its own, which publishes over MQTT like any line. */

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Log } from './ports.ts';

export interface DemoParts {
  /** The program that runs the simulators. */
  readonly node: string;
  readonly httpUrl: string;
  readonly mqttUrl: string;
  readonly dataDir: string;
  readonly log: Log;
}

const SIMULATOR = fileURLToPath(new URL('../../simulators/cli.ts', import.meta.url));
const PATIENCE_MS = 2_000;

export class Demo {
  readonly #parts: DemoParts;
  #child: ChildProcess | null = null;
  #isClosing = false;

  constructor(parts: DemoParts) {
    this.#parts = parts;
  }

  start(): void {
    const { node, httpUrl, mqttUrl, dataDir, log } = this.#parts;
    const state = join(dataDir, 'simulator.json');
    const options = ['--http', httpUrl, '--mqtt', mqttUrl, '--state', state];
    const child = spawn(node, [SIMULATOR, 'demo', ...options], {
      // Stdout is the server's own: it says when the server is ready, and nothing else.
      stdio: ['ignore', 2, 2, 'ipc'],
    });
    child.once('error', (error) =>
      log.error({ error }, 'the simulated lines could not be started'),
    );
    child.once('exit', (code) => {
      if (!this.#isClosing)
        log.error({ code }, 'the simulated lines ended; restart to have them back');
    });
    this.#child = child;
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    const child = this.#child;
    if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    const impatience = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
    await ended;
    clearTimeout(impatience);
  }
}
