/** What went wrong between us and InfluxDB, in plain words that say what to do next. */

import { POLICY } from './points.ts';

export interface Failure {
  readonly ok: false;
  /** `later`: may pass by itself. `refused`: InfluxDB said no; somebody has to change something. */
  readonly kind: 'later' | 'refused';
  /** For a person; never with credentials. */
  readonly trouble: string;
  /** The HTTP status, or what it would have been. `null`: there was no answer. */
  readonly status: number | null;
  /** InfluxDB's own words, as far as it gave any. */
  readonly reason: string;
}

export type Answer<Value> = { readonly ok: true; readonly value: Value } | Failure;

/** Whom a request went to. */
export interface Addressee {
  /** Host and port. */
  readonly host: string;
  readonly database: string;
  readonly user: string;
}

/** The deadline passed before the whole answer was there. */
export class DeadlineError extends Error {
  constructor(deadlineMs: number) {
    super(`no answer within ${deadlineMs / 1000} s`);
  }
}

interface RequestError extends Error {
  /** Of network errors. */
  readonly code?: string;
  /** Of answers that are errors. */
  readonly res?: { readonly statusCode?: number };
}

/** @param error as the package `influx` throws it */
export function failureOf(error: unknown, to: Addressee): Failure {
  if (!(error instanceof Error)) return noAnswer(String(error), to);
  const { code, res } = error as RequestError;
  if (res?.statusCode !== undefined) return answered(res.statusCode, saidIn(error.message), to);
  if (error.name === 'ResultError' || error.message.startsWith(RESULT)) {
    return answeredWithin(error.message.replace(RESULT, ''), to);
  }
  if (error instanceof SyntaxError) return answered(NO_INFLUX, error.message, to);
  if (code === undefined && error.constructor.name === 'ServiceNotAvailableError') {
    return answered(500, error.message, to);
  }
  return noAnswer(
    error instanceof DeadlineError ? error.message : (code ?? error.message),
    to,
    code,
  );
}

const RESULT = 'Error from InfluxDB: ';
/** Stands for an answer that InfluxDB does not give. */
const NO_INFLUX = 300;

/** An error that came inside of an answer with status 200. */
export function answeredWithin(reason: string, to: Addressee): Failure {
  if (reason.includes('not found')) return answered(404, reason, to);
  if (reason.includes('not authorized')) return answered(403, reason, to);
  return answered(500, reason, to);
}

function noAnswer(reason: string, { host }: Addressee, code = ''): Failure {
  const advice = /CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO/.test(code)
    ? 'its certificate must be valid for this name; have it renewed, or its authority trusted with NODE_EXTRA_CA_CERTS'
    : 'check that it runs and can be reached there, and that INFLUX_URL is right';
  const trouble = `InfluxDB at ${host} does not answer (${reason}): ${advice}`;
  return { ok: false, kind: 'later', trouble, status: null, reason };
}

function answered(status: number, reason: string, to: Addressee): Failure {
  const kind = status >= 500 || status === 429 || status === 408 ? 'later' : 'refused';
  const trouble = `InfluxDB at ${to.host} ${adviceOn(status, reason, to)}`;
  return { ok: false, kind, trouble, status, reason };
}

function adviceOn(status: number, reason: string, { database, user }: Addressee): string {
  if (status === 401) {
    return `does not accept the user and password (${reason}): correct them in INFLUX_URL`;
  }
  if (status === 403) {
    const grant = `GRANT ALL ON "${database}" TO "${user}"`;
    return `does not allow this to the user "${user}" (${reason}): an administrator has to run: ${grant}`;
  }
  if (status === 404 && reason.includes('not found:')) {
    return `lacks the database "${database}" or its part for Lineside (${reason}): it is made before readings are written next`;
  }
  if (status === 404 || status < 400) {
    return `does not speak the API of InfluxDB 1.x (${reason}): check INFLUX_URL`;
  }
  if (status === 413) return `takes no request of this size: raise max-body-size in its settings`;
  if (status === 429) return `is overloaded (${reason}): give it more room, or less to do`;
  if (status >= 500) {
    // Measured: until it is restarted it fails on, and behind a torn log it loses what it takes after one restart.
    return `fails (${reason}): see its log; if its disk was full, make room and restart InfluxDB twice`;
  }
  return `refuses what "${database}" is sent (${reason}): check the limits in its settings, and that no other program writes to the policy "${POLICY}"`;
}

/** The reason inside `A 400 Bad Request error occurred: {"error":"..."}`. */
function saidIn(message: string): string {
  const body = message.replace(/^A .*? error occurred: /s, '').trim();
  try {
    const parsed = JSON.parse(body) as { readonly error?: unknown } | null;
    if (typeof parsed?.error === 'string') return parsed.error;
  } catch {
    // No JSON: told as it is.
  }
  return body.slice(0, 300) || message;
}
