/** Where a shift's target changed while it ran, who changed it and why: what explains a bend. */

import type { LineFacts } from './facts.ts';
import { productAt } from './product.ts';
import { targetsOf } from './product-target.ts';
import type { Shift } from './shift.ts';
import type { Author, Target } from './target.ts';

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
    const isInside = change.at > shift.start && change.at < shift.end && change.at <= at;
    if (index === 0 || !isInside || isSame(before, change.target)) return [];
    const { target: after, by = null } = change;
    return [{ at: change.at, before, after, by, product: newProductAt(facts, change.at) }];
  });
}

function newProductAt(facts: LineFacts, at: number): string | null {
  const product = productAt(facts, at);
  return product?.id === productAt(facts, at - 1)?.id ? null : (product?.name ?? null);
}

const isSame = (a: Target | null, b: Target | null): boolean =>
  JSON.stringify(a) === JSON.stringify(b);
