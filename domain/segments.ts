/** What a line made in a shift, product by product, and the changeovers in between (P5). */

import { countBetween } from './board.ts';
import type { LineFacts, Product } from './facts.ts';
import { productSpans } from './product.ts';
import { targetsOf } from './product-target.ts';
import { plannedBetween, type Shift, type Span } from './shift.ts';
import { timelineFor } from './stops.ts';
import { expectedAt, targetCurve } from './target.ts';

/** A stretch of a shift in which the line makes one product, as known at some instant. */
export interface ProductSegment extends Span {
  readonly product: Product | null;
  readonly good: number;
  readonly reject: number;
  /** Good parts due in it; `null` without a target. */
  readonly target: number | null;
  readonly plannedMinutes: number;
  /** Planned minutes of it in declared changeover. */
  readonly changeoverMinutes: number;
}

const MINUTE = 60_000;

/** The segments of a shift up to an instant, in order. */
export function segmentsOf(facts: LineFacts, shift: Shift, at: number): ProductSegment[] {
  const end = Math.min(shift.end, at);
  const { track } = facts;
  const curve = targetCurve(shift, targetsOf(facts), at);
  const changeovers = changeoversOf(facts, shift, at);
  return productSpans(facts, shift.start, end).map((span) => {
    const isLast = span.end === end && end < shift.end;
    const after = isLast ? track.totalsAt(end) : track.totalsBefore(span.end);
    const { good, reject } = countBetween(track.totalsBefore(span.start), after);
    const planned = (from: number, to: number): number =>
      plannedBetween(shift, Math.max(from, span.start), Math.min(to, span.end)) / MINUTE;
    return {
      ...span,
      good,
      reject,
      target: curve && expectedAt(curve, span.end) - expectedAt(curve, span.start),
      plannedMinutes: planned(span.start, span.end),
      changeoverMinutes: changeovers.reduce((sum, each) => sum + planned(each.start, each.end), 0),
    };
  });
}

/** When the line was in declared changeover in a shift, as known at an instant. */
export function changeoversOf(facts: LineFacts, shift: Shift, at: number): Span[] {
  const end = Math.min(shift.end, at);
  return timelineFor(facts)
    .between(shift.start, end)
    .filter(({ activity }) => activity === 'changeover')
    .map((segment) => ({ start: segment.start, end: segment.end }));
}
