/** The moments of a shift worth jumping to: where the shortfall began, stops, silences, recoveries, changes of plan and product. */

import { bendsOf, type Bend } from './bends.ts';
import { boardAt, type Status } from './board.ts';
import type { LineFacts } from './facts.ts';
import type { Shift } from './shift.ts';
import { stopsBetween } from './stops.ts';
import { turnsOf, type Turn } from './turns.ts';

export type StatusMomentKind = 'behind' | 'critical' | 'recovered' | 'stopped' | 'noData';

interface StatusMoment {
  /** Epoch ms. */
  readonly at: number;
  readonly kind: StatusMomentKind;
}

export interface TargetMoment extends Bend {
  readonly kind: 'target';
}

export interface ProductMoment extends Turn {
  readonly kind: 'product';
}

export type Moment = StatusMoment | TargetMoment | ProductMoment;

const MINUTE = 60_000;
const SHORT: ReadonlySet<Status> = new Set(['behind', 'critical']);

/** Moments of one shift up to an instant, sorted; changes of status are found to the minute. */
export function momentsOf(facts: LineFacts, shift: Shift, until = shift.end): Moment[] {
  const end = Math.min(shift.end - 1, until);
  const bends = bendsOf(facts, shift, end).map((bend) => ({ ...bend, kind: 'target' as const }));
  const moments = [...statusMoments(facts, shift, end), ...bends];
  // A bend that a product brought tells of the product, too.
  const told = new Set(bends.filter(({ product }) => product !== null).map(({ at }) => at));
  const turns = turnsOf(facts, shift, end).filter(({ at }) => !told.has(at));
  const products = turns.map((turn) => ({ ...turn, kind: 'product' as const }));
  return [...moments, ...products].sort((a, b) => a.at - b.at);
}

function statusMoments(facts: LineFacts, shift: Shift, end: number): StatusMoment[] {
  const moments: StatusMoment[] = stopsBetween(facts, shift.start, end).map(({ start, kind }) => ({
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
  return moments;
}

function changeOf(before: Status, after: Status): StatusMomentKind | null {
  if (after === before) return null;
  if (after === 'critical') return 'critical';
  if (after === 'behind') return before === 'critical' ? null : 'behind';
  return SHORT.has(before) ? 'recovered' : null;
}
