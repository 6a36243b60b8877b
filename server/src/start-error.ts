/** Why the server cannot start, in sentences for the person who starts it. */

import type { Address } from './config/config.ts';

export class StartError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}

const REASONS = new Map([
  ['EADDRINUSE', 'is already in use; stop the other program'],
  ['EACCES', 'is not allowed for this user; run as another one'],
]);

/** Turns the failure to open a port into a sentence that names the setting to change. */
export async function opened(
  port: Promise<number>,
  { host, port: asked }: Address,
  variable: string,
): Promise<number> {
  try {
    return await port;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
      const setting = variable.replace('PORT', 'HOST');
      throw new StartError([`${setting}: ${host} is not an address of this machine`]);
    }
    const reason = REASONS.get(code) ?? `cannot be opened (${String(error)}); free it`;
    throw new StartError([
      `${variable}: port ${asked} on ${host} ${reason}, or set ${variable} to another port`,
    ]);
  }
}
