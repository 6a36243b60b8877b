/** Where a line turned to another product in a shift: by plan, by hand, or as its readings name it (P4). */

import type { LineFacts, Product } from './facts.ts';
import { productSpans } from './product.ts';
import type { Shift } from './shift.ts';
import type { Author } from './target.ts';

export interface Turn {
  /** Epoch ms. */
  readonly at: number;
  readonly before: Product | null;
  readonly after: Product | null;
  /** By plan or by hand, not as readings name it. */
  readonly isPlanned: boolean;
  /** `null`: nobody said, as where a reading names it. */
  readonly by: Author | null;
}

/** The changes of product inside a shift that are known at an instant, in order. */
export function turnsOf(facts: LineFacts, shift: Shift, at: number): Turn[] {
  const spans = productSpans(facts, shift.start, Math.min(shift.end, at + 1));
  return spans.flatMap(({ start, product }, index): Turn[] => {
    const last = spans[index - 1];
    const planned = facts.productChanges?.findLast((change) => change.at === start);
    // The first word on what a line makes is no change.
    if (!last || (last.product === null && !planned)) return [];
    const by = planned?.by ?? null;
    return [{ at: start, before: last.product, after: product, isPlanned: !!planned, by }];
  });
}
