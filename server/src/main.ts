/** The process: arguments, environment, signals, exit code; nothing else. */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pino from 'pino';
import manifest from '../package.json' with { type: 'json' };
import { App } from './app.ts';
import { systemClock } from './clock.ts';
import { readConfig, type Config } from './config/config.ts';
import { SparingLog } from './sparing-log.ts';
import { StartError } from './start-error.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const CLIENT = {
  root: join(ROOT, 'client'),
  sources: [
    'client/src',
    'client/public',
    'client/index.html',
    'client/vite.config.js',
    'domain',
  ].map((path) => join(ROOT, path)),
};

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

function complain(problems: readonly string[]): void {
  process.exitCode = 1;
  process.stderr.write(
    `Lineside cannot start:\n${problems.map((each) => `  - ${each}\n`).join('')}`,
  );
}

async function run(config: Config, isDev: boolean): Promise<void> {
  const serializers = { error: pino.stdSerializers.err };
  const clock = systemClock;
  const lines = pino({ level: config.logLevel, serializers }, pino.destination(2));
  const log = new SparingLog(lines, clock);
  const app = new App({
    node: process.execPath,
    config,
    clock,
    log,
    version: manifest.version,
    client: CLIENT,
    isDev,
  });
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      // Whoever asks twice does not want to wait.
      if (stop.signal.aborted) process.exit(1);
      stop.abort();
    });
  }
  const stopped = new Promise<null>((resolve) => {
    stop.signal.addEventListener('abort', () => resolve(null));
  });
  try {
    const { httpUrl, mqttUrl } = await app.start(stop.signal);
    process.stdout.write(`lineside ready ${httpUrl} ${mqttUrl}\n`);
    const failure = await Promise.race([stopped, app.failed]);
    if (failure) {
      process.exitCode = 1;
      log.error({ error: failure }, 'the store has ended; Lineside ends too, to be started anew');
    }
  } catch (error) {
    if (error instanceof StartError) complain(error.problems);
    else if (!stop.signal.aborted)
      complain([error instanceof Error ? error.message : String(error)]);
  } finally {
    await app.close();
  }
}

try {
  process.loadEnvFile(join(process.cwd(), '.env'));
} catch {
  // No .env: the environment is all there is.
}
const result = readConfig({
  environment: process.env,
  folder: process.cwd(),
  demoPlantFile: join(ROOT, 'server', 'demo', 'plant.yaml'),
  readText,
  exists: existsSync,
  now: systemClock.now(),
});
if (result.ok) {
  await run(result.config, process.argv.includes('--dev'));
  process.exit();
} else {
  complain(result.problems);
}
