/** What the screens ask of the server about the past and the calendar. */

import type { ShiftEntry, ViewsAnswer } from '@lineside/domain/wire.ts';
import { get, getPast, type Fetch } from './http.ts';

export function fetchViews(fetch: Fetch, at: number, signal: AbortSignal): Promise<ViewsAnswer> {
  return getPast(fetch, `/api/views?at=${new Date(at).toISOString()}&lines=all`, signal);
}

/** The shifts that start in a span, oldest first. */
export function fetchShifts(fetch: Fetch, from: number, to: number): Promise<ShiftEntry[]> {
  const query = `from=${new Date(from).toISOString()}&to=${new Date(to).toISOString()}`;
  return get(fetch, `/api/shifts?${query}`);
}
