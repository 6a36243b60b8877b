/** Reads the questions in a URL, and says what to write instead of what it does not understand. */

import type { Request } from 'express';
import { badRequest } from './errors.ts';

const DAY = 86_400_000;
/** Instants that every part of the server can compute with. */
const EARLIEST = Date.UTC(2000, 0, 1);
const LATEST = Date.UTC(2200, 0, 1);

export function text(request: Request, name: string): string | undefined {
  const value = request.query[name];
  if (value === undefined || value === '') return undefined;
  if (typeof value === 'string') return value;
  throw badRequest(`give ${name} once`);
}

/** An instant as ISO 8601 with offset or as epoch milliseconds; epoch ms. */
export function instant(request: Request, name: string, fallback: number): number {
  const value = text(request, name);
  if (value === undefined) return fallback;
  const at = parseInstant(value);
  if (at !== null) return at;
  throw badRequest(
    `${name} must be an instant such as 2026-11-23T09:30:00Z or 2026-11-23T10:30:00%2B01:00, not ${JSON.stringify(value.slice(0, 100))}`,
  );
}

/** Epoch ms of an instant in either way of writing, or `null` for what is none. */
export function parseInstant(value: string): number | null {
  const at = /^-?\d+$/.test(value) ? Number(value) : parseIso(value);
  return at !== null && at >= EARLIEST && at < LATEST ? at : null;
}

/** A plus sign arrives as a space unless it was escaped. */
function parseIso(value: string): number | null {
  try {
    return Temporal.Instant.from(value.replace(' ', '+')).epochMilliseconds;
  } catch {
    return null;
  }
}

export interface AskedSpan {
  readonly from: number;
  readonly to: number;
}

export function span(request: Request, fallback: AskedSpan, mostDays: number): AskedSpan {
  const from = instant(request, 'from', fallback.from);
  const to = instant(request, 'to', Math.max(fallback.to, from));
  if (from > to) throw badRequest('from must not be after to');
  if (to - from > mostDays * DAY) throw badRequest(`ask for at most ${mostDays} days at a time`);
  return { from, to };
}

export function count(request: Request, name: string, fallback: number, most: number): number {
  const value = text(request, name);
  if (value === undefined) return fallback;
  const number = Number(value);
  if (Number.isInteger(number) && number >= 1 && number <= most) return number;
  throw badRequest(`${name} must be a whole number from 1 to ${most}`);
}
