/** The moments of a shift worth jumping to: where the shortfall began, stops, silences, recoveries, changes of plan and product. */

import { bendsOf, type Bend } from './bends.ts';
import { boardAt, type Status } from './board.ts';
import type { LineFacts, Product } from './facts.ts';
import { productSpans } from './product.ts';
import type { Shift } from './shift.ts';
import { stopsBetween } from './stops.ts';
import type { Author } from './target.ts';

export type StatusMomentKind = 'behind' | 'critical' | 'recovered' | 'stopped' | 'noData';

interface StatusMoment {
  /** Epoch ms. */
  readonly at: number;
  readonly kind: StatusMomentKind;
}

export interface TargetMoment extends Bend {
  readonly kind: 'target';
}

/** The line makes another product: by plan, by hand, or as its readings name it. */
export interface ProductMoment {
  readonly at: number;
  readonly kind: 'product';
  readonly before: Product | null;
  readonly after: Product | null;
  /** `null`: nobody said, as where a reading names it. */
  readonly by: Author | null;
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
  const products = productMoments(facts, shift, end).filter(({ at }) => !told.has(at));
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

function productMoments(facts: LineFacts, shift: Shift, end: number): ProductMoment[] {
  const spans = productSpans(facts, shift.start, end + 1);
  return spans.flatMap(({ start, product }, index): ProductMoment[] => {
    const last = spans[index - 1];
    const by = facts.productChanges?.find(({ at }) => at === start)?.by ?? null;
    // The first word on what a line makes is no change.
    if (!last || (last.product === null && by === null)) return [];
    return [{ at: start, kind: 'product', before: last.product, after: product, by }];
  });
}

function changeOf(before: Status, after: Status): StatusMomentKind | null {
  if (after === before) return null;
  if (after === 'critical') return 'critical';
  if (after === 'behind') return before === 'critical' ? null : 'behind';
  return SHORT.has(before) ? 'recovered' : null;
}
