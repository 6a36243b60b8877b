import { describe, expect, test } from 'vitest';
import {
  COMMANDS,
  commandNamed,
  usage,
  usageOf,
  type CommandName,
} from '../../simulators/commands.ts';
import { amount, faultNames, list, text, url, whole, wordsOf } from '../../simulators/options.ts';

const names = Object.keys(COMMANDS) as CommandName[];

test('help names every command, and each command all its options', () => {
  for (const name of names) {
    expect(usage()).toContain(name);
    for (const option of Object.keys(COMMANDS[name].options)) {
      expect(usageOf(name)).toContain(`--${option}`);
    }
  }
});

test('line is another word for run; what is no command is none', () => {
  expect(commandNamed('line')).toBe('run');
  expect(commandNamed('load')).toBe('load');
  expect(commandNamed('constructor')).toBe(null);
});

test('what is left out has its default', () => {
  const words = wordsOf('run', ['--speed', '0.8', '--line', 'press-1, press-2,', '--catch-up']);
  expect(url(words, 'mqtt', ['mqtt:'])).toBe('mqtt://127.0.0.1:1883');
  expect(amount(words, 'speed', 2)).toBe(0.8);
  expect(list(words, 'line')).toEqual(['press-1', 'press-2']);
  expect(words.values.get('catch-up')).toBe(true);
  expect(faultNames(words)).toEqual([]);
});

describe('what cannot be is refused with what to do', () => {
  test('an option that the command does not have', () => {
    expect(() => wordsOf('load', ['--speed', '1'])).toThrow(/'--speed'[^]*--rate N/);
  });

  test('an option that is needed', () => {
    expect(() => text(wordsOf('demo', []), 'state')).toThrow('demo needs --state');
  });

  test('an address of another kind', () => {
    const words = wordsOf('run', ['--http', 'mqtt://here', '--mqtt', 'nowhere']);
    expect(() => url(words, 'http', ['http:'])).toThrow('http://');
    expect(() => url(words, 'mqtt', ['mqtt:'])).toThrow('mqtt://');
  });

  test.each(['0', '-1', 'many', '1e9', ''])('an amount of "%s"', (value) => {
    expect(() => amount(wordsOf('load', [`--rate=${value}`]), 'rate', 1000)).toThrow('up to 1000');
  });

  test('half a message', () => {
    expect(() => whole(wordsOf('load', ['--count', '1.5']), 'count', 10)).toThrow('whole');
  });

  test('a fault that nobody knows', () => {
    const words = wordsOf('run', ['--fault', 'late,constructor']);
    expect(() => faultNames(words)).toThrow(/constructor.*reset, repeat, late, offline, glitch/);
  });
});
