/** Where a shift's target changed while it ran, who changed it and why: what explains a bend. */

import type { LineFacts } from './facts.ts';
import { targetsOf } from './product-target.ts';
import type { Shift } from './shift.ts';
import { isSameTarget, type Author, type Target } from './target.ts';

export interface Bend {
  /** Epoch ms. */
  readonly at: number;
  readonly before: Target | null;
  readonly after: Target | null;
  readonly by: Author | null;
  /** The product that brought it (S11), by name; `null`: it was no product. */
  readonly product: string | null;
}

/** The changes of target inside a shift that are known at an instant, in order. */
export function bendsOf(facts: LineFacts, shift: Shift, at: number): Bend[] {
  const targets = targetsOf(facts);
  return targets.flatMap((change, index): Bend[] => {
    const before = targets[index - 1]?.target ?? null;
    const { target: after, by = null, product = null } = change;
    const isInside = change.at > shift.start && change.at < shift.end && change.at <= at;
    if (index === 0 || !isInside || isSameTarget(before, after)) return [];
    return [{ at: change.at, before, after, by, product }];
  });
}
