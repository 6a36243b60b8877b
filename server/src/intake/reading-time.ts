/** A reading's own time, and whether it can be believed (T1). */

import { refusal, type Refusal } from './refusal.ts';
import { shown } from './shown.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const MOST_AHEAD_MS = 5 * MINUTE;
const MOST_BEHIND_MS = 7 * DAY;

type ReadingTime = { readonly ok: true; readonly at: number; readonly timed: boolean } | Refusal;

/** The common spelling, which Date understands at a fraction of Temporal's price. */
const COMMON = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z$/;

/** @param ts as sent; absent, the reading's time is its arrival */
export function readTime(ts: unknown, receivedAt: number): ReadingTime {
  if (ts === undefined || ts === null) return { ok: true, at: receivedAt, timed: false };
  const exact = typeof ts === 'number' ? ts : typeof ts === 'string' ? parseIso(ts) : null;
  if (exact === null || !Number.isFinite(exact)) {
    const rule = 'ts must be epoch milliseconds, or ISO 8601 with its offset';
    return refusal('time', `${rule} (2026-11-23T09:30:00Z), not ${shown(ts)}`);
  }
  const at = Math.floor(exact);
  if (isPlausible(at, receivedAt)) return { ok: true, at, timed: true };
  return refusal('time', implausible(at, receivedAt));
}

const isPlausible = (at: number, receivedAt: number): boolean =>
  at <= receivedAt + MOST_AHEAD_MS && at >= receivedAt - MOST_BEHIND_MS;

function parseIso(text: string): number | null {
  if (COMMON.test(text)) {
    const at = Date.parse(text);
    // Date takes 30 February for 2 March; Temporal below refuses it.
    if (Number(text.slice(8, 10)) <= 28 && !Number.isNaN(at)) return at;
  }
  try {
    return Temporal.Instant.from(text).epochMilliseconds;
  } catch {
    return null;
  }
}

function implausible(at: number, receivedAt: number): string {
  const units: [string, number][] = [
    ['seconds', at * 1000],
    ['microseconds', at / 1000],
    ['nanoseconds', at / 1_000_000],
  ];
  const unit = units.find(([, scaled]) => isPlausible(scaled, receivedAt))?.[0];
  if (unit) return `ts ${at} looks like ${unit}; send milliseconds`;
  const ahead = at > receivedAt;
  const distance = spoken(Math.abs(at - receivedAt));
  return ahead
    ? `ts is ${distance} ahead of its arrival; at most 5 minutes are believed: check the source's clock`
    : `ts is ${distance} before its arrival; at most 7 days are believed: check the source's clock`;
}

function spoken(ms: number): string {
  return ms < 2 * DAY ? `${Math.round(ms / MINUTE)} minutes` : `${Math.round(ms / DAY)} days`;
}
