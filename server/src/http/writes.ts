/** What every call that changes something is held to: JSON, of a bounded size, from this server's own pages or from a program. */

import express, { type RequestHandler } from 'express';
import type { z } from 'zod';
import { isSameOrigin } from '../live/origin.ts';
import { HttpError } from './errors.ts';

/** One thing wrong with a body, and where in it. */
export interface Problem {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** For the routes of calls that write: refuses other origins and other types, and reads the body. */
export function jsonBody(): RequestHandler[] {
  return [checkSender, express.json({ limit: '1mb' })];
}

const checkSender: RequestHandler = (request, _response, next) => {
  if (!isSameOrigin(request)) {
    const message = 'pages of other servers may not write here; open Lineside by this address';
    throw new HttpError(403, 'otherOrigin', message);
  }
  if (!request.is('application/json')) {
    const message = 'send JSON, with Content-Type: application/json';
    throw new HttpError(415, 'notJson', message);
  }
  next();
};

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
