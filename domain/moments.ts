/** The moments of a shift worth jumping to: where the shortfall began, stops, silences, recoveries. */

import { boardAt, type Status } from './board.ts';
import type { LineFacts } from './facts.ts';
import type { Shift } from './shift.ts';
import { stopsBetween } from './stops.ts';

export type MomentKind = 'behind' | 'critical' | 'recovered' | 'stopped' | 'noData';

export interface Moment {
  /** Epoch ms. */
  readonly at: number;
  readonly kind: MomentKind;
}

const MINUTE = 60_000;
const SHORT: ReadonlySet<Status> = new Set(['behind', 'critical']);

/** Moments of one shift up to an instant, sorted; changes of status are found to the minute. */
export function momentsOf(facts: LineFacts, shift: Shift, until = shift.end): Moment[] {
  const end = Math.min(shift.end - 1, until);
  const moments: Moment[] = stopsBetween(facts, shift.start, end).map(({ start, kind }) => ({
    at: start,
    kind,
  }));
  let before: Status = 'onTarget';
  for (let at = shift.start; at <= end; at += MINUTE) {
    const { status } = boardAt(facts, at);
    if (status === 'noData') continue;
    const kind = changeOf(before, status);
    if (kind) moments.push({ at, kind });
    before = status;
  }
  return moments.sort((a, b) => a.at - b.at);
}

function changeOf(before: Status, after: Status): MomentKind | null {
  if (after === before) return null;
  if (after === 'critical') return 'critical';
  if (after === 'behind') return before === 'critical' ? null : 'behind';
  return SHORT.has(before) ? 'recovered' : null;
}
