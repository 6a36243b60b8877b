/** A log that tests can read: an error that nobody expected fails the test that caused it. */

import type { Log } from '../../server/src/ports.ts';

export interface Logged {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly message: string;
}

export class TestLog implements Log {
  readonly errors: Logged[] = [];
  readonly warnings: Logged[] = [];

  readonly debug = (): void => undefined;
  readonly info = (): void => undefined;
  readonly warn = (fields: Logged['fields'], message: string): void => {
    this.warnings.push({ fields, message });
  };
  readonly error = (fields: Logged['fields'], message: string): void => {
    this.errors.push({ fields, message });
  };

  /** Throws when anything was logged as an error. */
  expectNoErrors(): void {
    if (this.errors.length === 0) return;
    throw new Error(
      `logged: ${this.errors.map(({ message, fields }) => `${message} ${String(fields['error'])}`).join('; ')}`,
    );
  }
}
