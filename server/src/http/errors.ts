/** How requests go wrong: one shape for every error answer. */

import type { ErrorRequestHandler, RequestHandler } from 'express';
import { HistoryAway, type Log } from '../ports.ts';

export class HttpError extends Error {
  readonly status: number;
  readonly code: string;
  /** What the answer tells beside the error. */
  readonly details: object;

  /** @param message says what to do instead */
  constructor(status: number, code: string, message: string, details: object = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.details = details;
  }
}

export const badRequest = (message: string): HttpError => new HttpError(400, 'badRequest', message);

export const unknownLine = (id: string): HttpError => {
  const shown = JSON.stringify(id.slice(0, 100));
  return new HttpError(404, 'unknownLine', `there is no line ${shown}; GET /api/lines lists them`);
};

export const unknownCall: RequestHandler = (request) => {
  throw new HttpError(404, 'unknownCall', `there is no ${request.method} ${request.path}`);
};

export function answerErrors(log: Log): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    const known = error instanceof HttpError ? error : (away(error) ?? fromExpress(error));
    if (!known) log.error({ error, path: request.path }, 'a request failed');
    if (response.headersSent) {
      next(error);
      return;
    }
    const { status, code, message, details } =
      known ?? new HttpError(500, 'internal', 'the server failed; its log says why');
    response.status(status).json({ error: { code, message }, ...details });
  };
}

function away(error: unknown): HttpError | null {
  return error instanceof HistoryAway ? new HttpError(503, 'historyAway', error.message) : null;
}

/** Express marks what the client did wrong, such as a path that cannot be decoded, with a status. */
function fromExpress(error: unknown): HttpError | null {
  if (!(error instanceof Error) || !('status' in error)) return null;
  const { status } = error;
  if (typeof status !== 'number' || status < 400 || status >= 500) return null;
  return new HttpError(status, 'badRequest', error.message);
}
