/** Reads the bodies of calls that write, and says what is wrong with them and where. */

import type { z } from 'zod';
import { HttpError } from './errors.ts';

/** One thing wrong with a body, and where in it. */
export interface Problem {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** What a body says. Throws with every problem and its path in the body. */
export function read<T>(schema: z.ZodType<T>, body: unknown, code: string): T {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const problems = result.error.issues.map(({ path, message }): Problem => {
    return { path: path.map((part) => (typeof part === 'symbol' ? String(part) : part)), message };
  });
  throw refusedBody(code, problems);
}

export function refusedBody(code: string, problems: readonly Problem[]): HttpError {
  const message = problems
    .map((problem) => [problem.path.join('.'), problem.message].filter(Boolean).join(': '))
    .join('; ');
  return new HttpError(422, code, message, { problems });
}
