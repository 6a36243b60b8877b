/** The commands of the simulators with all their options, and how they are explained. */

import { FAULTS } from './faults.ts';

interface Option {
  readonly value: string | null;
  readonly fallback?: string;
  readonly says: string;
}

const http: Option = {
  value: 'URL',
  fallback: 'http://127.0.0.1:3000',
  says: "Lineside's address",
};
const mqtt: Option = { value: 'URL', fallback: 'mqtt://127.0.0.1:1883', says: 'the broker' };
const seed: Option = { value: 'WORD', fallback: 'lineside', says: 'same word, same production' };
const faultList = Object.entries(FAULTS)
  .map(([name, says]) => `\n${' '.repeat(24)}${name}: ${says}`)
  .join('');

export const COMMANDS = {
  demo: {
    takes: '',
    says: 'every line of the plant live, and the past days in the background',
    options: {
      http,
      mqtt,
      state: { value: 'FILE', says: 'keeps what was told: a second start goes on (required)' },
      days: { value: 'N', fallback: '7', says: 'how far back, at most 7' },
      rate: { value: 'N', fallback: '1000', says: 'the most messages per second of the past' },
      seed,
    },
  },
  run: {
    takes: '',
    says: 'chosen lines of the running plant, live',
    options: {
      http,
      mqtt,
      line: { value: 'ID,ID', fallback: '', says: 'which lines; left out: all' },
      speed: { value: 'X', fallback: '1', says: 'share of its target that a line keeps to' },
      fault: { value: 'NAME,NAME', fallback: '', says: `faults of its gateway:${faultList}` },
      'catch-up': { value: null, says: 'first publish the current shift so far' },
      seed,
    },
  },
  'replay-recorded': {
    takes: 'FILE',
    says: 'a recorded machine (time|name|value), its last reading moved to now',
    options: { mqtt, line: { value: 'ID', says: 'the line that it is to be (required)' } },
  },
  load: {
    takes: '',
    says: 'steady load for measuring; prints JSON lines',
    options: {
      mqtt,
      rate: { value: 'N', fallback: '100', says: 'messages per second' },
      lines: { value: 'K', fallback: '10', says: 'over how many lines' },
      count: { value: 'N', fallback: '1000', says: 'messages in all' },
      connections: { value: 'C', fallback: '1', says: 'over how many connections' },
      prefix: { value: 'WORD', fallback: 'load-', says: 'lines are called by it and a number' },
    },
  },
} as const satisfies Record<
  string,
  { takes: string; says: string; options: Record<string, Option> }
>;

export type CommandName = keyof typeof COMMANDS;
/** `line` is another word for `run`; `null` for a word that is no command. */
export const commandNamed = (word: string): CommandName | null => {
  if (word === 'line') return 'run';
  return Object.hasOwn(COMMANDS, word) ? (word as CommandName) : null;
};

export const optionsOf = (command: CommandName): [string, Option][] =>
  Object.entries<Option>(COMMANDS[command].options);

export function usage(): string {
  const commands = Object.entries(COMMANDS).map(
    ([name, { takes, says }]) => `  ${`${name} ${takes}`.padEnd(22)}${says}`,
  );
  return [
    'Simulated lines for Lineside, over real MQTT.',
    '',
    'npm run simulate -- COMMAND [options]',
    '',
    ...commands,
    '',
    'COMMAND --help shows the options of one.',
  ].join('\n');
}

export function usageOf(command: CommandName): string {
  const { takes, says } = COMMANDS[command];
  const rows = optionsOf(command).map(([name, { value, fallback, says: meaning }]) => {
    const left = `  --${name}${value === null ? '' : ` ${value}`}`.padEnd(24);
    return `${left}${meaning}${fallback ? ` (${fallback})` : ''}`;
  });
  return [`npm run simulate -- ${command} ${takes}`.trim(), '', says, '', ...rows].join('\n');
}
