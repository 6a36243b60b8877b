/** Where a shift's target changed while it ran, who changed it and why: what explains a bend. */

import type { LineFacts } from './facts.ts';
import type { Shift } from './shift.ts';
import type { Author, Target } from './target.ts';

export interface Bend {
  /** Epoch ms. */
  readonly at: number;
  readonly before: Target | null;
  readonly after: Target | null;
  readonly by: Author | null;
}

/** The changes of target inside a shift that are known at an instant, in order. */
export function bendsOf({ targets }: LineFacts, shift: Shift, at: number): Bend[] {
  return targets.flatMap((change, index): Bend[] => {
    const before = targets[index - 1]?.target ?? null;
    const isInside = change.at > shift.start && change.at < shift.end && change.at <= at;
    if (index === 0 || !isInside || isSame(before, change.target)) return [];
    return [{ at: change.at, before, after: change.target, by: change.by ?? null }];
  });
}

const isSame = (a: Target | null, b: Target | null): boolean =>
  JSON.stringify(a) === JSON.stringify(b);
