/** The command line of the simulators: the only file here that touches the process. */

import { systemClock } from './clock.ts';
import { commandNamed, usage, usageOf } from './commands.ts';
import { runDemo } from './demo.ts';
import { runLoad } from './load.ts';
import { amount, faultNames, list, text, url, whole, wordsOf, type Words } from './options.ts';
import { Refusal } from './refusal.ts';
import { replayRecorded } from './replay-recorded.ts';
import { runLines } from './run.ts';
import type { Surroundings } from './surroundings.ts';

const WEB = ['http:', 'https:'];
const BROKER = ['mqtt:', 'mqtts:', 'ws:', 'wss:'];

function start(words: Words, around: Surroundings): Promise<void> {
  const mqtt = url(words, 'mqtt', BROKER);
  switch (words.command) {
    case 'demo':
      return runDemo(
        {
          http: url(words, 'http', WEB),
          mqtt,
          stateFile: text(words, 'state'),
          seed: text(words, 'seed'),
          days: amount(words, 'days', 7),
          perSecond: amount(words, 'rate', 100_000),
        },
        around,
      );
    case 'run':
      return runLines(
        {
          http: url(words, 'http', WEB),
          mqtt,
          lines: list(words, 'line'),
          speed: amount(words, 'speed', 2),
          faults: faultNames(words),
          seed: text(words, 'seed'),
          catchUp: words.values.get('catch-up') === true,
        },
        around,
      );
    case 'replay-recorded': {
      const [file] = words.positionals;
      if (file === undefined) throw new Refusal(usageOf(words.command));
      return replayRecorded({ file, mqtt, line: text(words, 'line') }, around);
    }
    case 'load':
      return runLoad(
        {
          mqtt,
          perSecond: amount(words, 'rate', 1_000_000),
          lines: whole(words, 'lines', 100_000),
          count: whole(words, 'count', 100_000_000),
          connections: whole(words, 'connections', 1_000),
          prefix: text(words, 'prefix'),
        },
        around,
        (line) => {
          console.log(JSON.stringify(line));
        },
      );
  }
}

async function main(args: readonly string[], signal: AbortSignal): Promise<void> {
  const [word = '--help', ...rest] = args;
  if (word === '--help' || word === '-h') {
    console.log(usage());
    return;
  }
  const command = commandNamed(word);
  if (!command) throw new Refusal(`There is no command ${word}.\n\n${usage()}`);
  const words = wordsOf(command, rest);
  if (words.help) {
    console.log(usageOf(command));
    return;
  }
  const log = (line: string): void => {
    console.error(line);
  };
  await start(words, { clock: systemClock, signal, log });
}

const stop = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.on(name, () => {
    // A second one means it.
    if (stop.signal.aborted) process.exit(1);
    stop.abort();
  });
}
// Whoever started it may be killed without a word: left to itself, it would talk on for ever.
const startedBy = process.ppid;
setInterval(() => {
  if (process.ppid !== startedBy) stop.abort();
}, 1_000).unref();
process.on('disconnect', () => {
  stop.abort();
});

try {
  await main(process.argv.slice(2), stop.signal);
} catch (error) {
  if (!stop.signal.aborted) {
    console.error(error instanceof Refusal ? error.message : error);
    process.exitCode = 1;
  }
}
// Its work done, nothing that may still be open keeps it.
process.exit();
