/** Reads a command's options from the command line, and checks their values one by one. */

import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';
import { COMMANDS, optionsOf, usageOf, type CommandName } from './commands.ts';
import { FAULTS, isFaultName, type FaultName } from './faults.ts';
import { Refusal } from './refusal.ts';

/** One command's words, each option given or at its default. */
export interface Words {
  readonly command: CommandName;
  readonly values: ReadonlyMap<string, string | boolean>;
  readonly positionals: readonly string[];
  readonly help: boolean;
}

/** @throws {Refusal} for an option that the command does not have */
export function wordsOf(command: CommandName, args: readonly string[]): Words {
  const config: ParseArgsOptionsConfig = { help: { type: 'boolean', short: 'h' } };
  for (const [name, { value }] of optionsOf(command)) {
    config[name] = { type: value === null ? 'boolean' : 'string' };
  }
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: config,
      allowPositionals: COMMANDS[command].takes !== '',
    });
    const given = new Map<string, string | boolean>();
    for (const [name, { fallback }] of optionsOf(command)) {
      const value = values[name] ?? fallback;
      if (typeof value === 'string' || typeof value === 'boolean') given.set(name, value);
    }
    return { command, values: given, positionals, help: values['help'] === true };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Refusal(`${reason}\n\n${usageOf(command)}`);
  }
}

export function text({ command, values }: Words, name: string): string {
  const value = values.get(name);
  if (typeof value === 'string') return value;
  throw new Refusal(`${command} needs --${name}.\n\n${usageOf(command)}`);
}

export function url(words: Words, name: string, protocols: readonly string[]): string {
  const value = text(words, name);
  const protocol = URL.canParse(value) ? new URL(value).protocol : '';
  if (protocols.includes(protocol)) return value;
  throw new Refusal(
    `--${name} ${value} is no address: it begins with ${protocols.join('// or ')}//`,
  );
}

/** A number above 0 and up to `most`. */
export function amount(words: Words, name: string, most: number): number {
  const value = Number(text(words, name));
  if (value > 0 && value <= most) return value;
  throw new Refusal(`--${name} ${text(words, name)} is not a number above 0 and up to ${most}.`);
}

export function whole(words: Words, name: string, most: number): number {
  const value = amount(words, name, most);
  if (Number.isInteger(value)) return value;
  throw new Refusal(`--${name} ${value} is not a whole number.`);
}

/** Ids or names parted by commas. */
export const list = (words: Words, name: string): string[] =>
  text(words, name)
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');

export function faultNames(words: Words): FaultName[] {
  return list(words, 'fault').map((name) => {
    if (isFaultName(name)) return name;
    throw new Refusal(`There is no fault ${name}. There are: ${Object.keys(FAULTS).join(', ')}.`);
  });
}
