/** A log that says the same sentence once and then counts: a flood of faults must not become a flood of lines. */

import type { Clock, Log } from './ports.ts';

const SAID_EVERY_MS = 10_000;
/** Sentences remembered at once; they are the program's own, so these are many. */
const MOST_SENTENCES = 1_000;

type Level = 'info' | 'warn' | 'error';
type Fields = Readonly<Record<string, unknown>>;

interface Said {
  readonly level: Level;
  readonly message: string;
  leftOut: number;
  /** Of the last one left out. */
  fields: Fields;
}

/** What repeats within ten seconds is said at their end, once, with how often it was left out. */
export class SparingLog implements Log {
  readonly #log: Log;
  readonly #said = new Map<string, Said>();

  constructor(log: Log, clock: Pick<Clock, 'every'>) {
    this.#log = log;
    clock.every(SAID_EVERY_MS, () => this.#sayRest());
  }

  readonly debug = (fields: Fields, message: string): void => this.#log.debug(fields, message);
  readonly info = (fields: Fields, message: string): void => this.#say('info', fields, message);
  readonly warn = (fields: Fields, message: string): void => this.#say('warn', fields, message);
  readonly error = (fields: Fields, message: string): void => this.#say('error', fields, message);

  #say(level: Level, fields: Fields, message: string): void {
    const key = `${level} ${message}`;
    const said = this.#said.get(key);
    if (said) {
      said.leftOut += 1;
      said.fields = fields;
      return;
    }
    if (this.#said.size < MOST_SENTENCES) {
      this.#said.set(key, { level, message, leftOut: 0, fields });
    }
    this.#log[level](fields, message);
  }

  #sayRest(): void {
    for (const [key, said] of this.#said) {
      const { level, message, leftOut, fields } = said;
      // Once a quiet span has passed, the next one is news again.
      if (leftOut === 0) this.#said.delete(key);
      else this.#log[level]({ ...fields, leftOut }, message);
      said.leftOut = 0;
    }
  }
}
