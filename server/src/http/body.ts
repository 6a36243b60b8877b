/** Reads the body of a call that writes, and names everything in it that is wrong. */

import type { Problem } from '@lineside/domain/problem.ts';
import type { z } from 'zod';
import { problemsIn } from '../config/problem-path.ts';
import { HttpError } from './errors.ts';

/** What a body says. Throws with every problem and its path in the body. */
export function readBody<T>(schema: z.ZodType<T>, body: unknown, code: string): T {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  throw refusedBody(code, problemsIn(result.error));
}

export function refusedBody(code: string, problems: readonly Problem[]): HttpError {
  const message = problems
    .map((problem) => [problem.path.join('.'), problem.message].filter(Boolean).join(': '))
    .join('; ');
  return new HttpError(422, code, message, { problems });
}
