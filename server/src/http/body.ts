/** Reads the body of a call that writes, and names everything in it that is wrong. */

import type { Problem } from '@lineside/domain/problem.ts';
import type { z } from 'zod';
import { problemPath } from '../config/problem-path.ts';
import { HttpError } from './errors.ts';

/** What a body says. Throws with every problem and its path in the body. */
export function readBody<T>(schema: z.ZodType<T>, body: unknown, code: string): T {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const problems = result.error.issues.map(({ path, message }): Problem => {
    return { path: problemPath(path), message };
  });
  throw refusedBody(code, problems);
}

export function refusedBody(code: string, problems: readonly Problem[]): HttpError {
  const message = problems
    .map((problem) => [problem.path.join('.'), problem.message].filter(Boolean).join(': '))
    .join('; ');
  return new HttpError(422, code, message, { problems });
}
