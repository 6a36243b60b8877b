/** Where a shift's plan changed while it ran, who changed it and why: what explains a bend. */

import type { LineFacts } from '@lineside/domain/facts.ts';
import { productAt } from '@lineside/domain/product.ts';
import { targetsOf } from '@lineside/domain/product-target.ts';
import type { Shift } from '@lineside/domain/shift.ts';
import type { Author, Target } from '@lineside/domain/target.ts';
import { perHour } from './words.ts';
import type { Formats } from './formats.ts';

export interface Bend {
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
    const product = productAt(facts, change.at);
    const isByProduct = product?.id !== productAt(facts, change.at - 1)?.id;
    return [
      { at: change.at, before, after, by, product: isByProduct ? (product?.name ?? null) : null },
    ];
  });
}

/** Another product by plan or by hand. */
export interface Turn {
  readonly at: number;
  /** The products' names. */
  readonly before: string;
  readonly after: string;
  readonly by: Author | null;
}

/** The changes of product inside a shift that somebody planned or made by hand, known at an instant, in order (P4). */
export function turnsOf(facts: LineFacts, shift: Shift, at: number): Turn[] {
  const inside = (facts.productChanges ?? []).filter(
    (change) => change.at > shift.start && change.at < shift.end && change.at <= at,
  );
  return inside.flatMap((change): Turn[] => {
    const [before, after] = [change.at - 1, change.at].map(
      (moment) => productAt(facts, moment)?.name ?? 'no product',
    ) as [string, string];
    return before === after ? [] : [{ at: change.at, before, after, by: change.by ?? null }];
  });
}

const isSame = (a: Target | null, b: Target | null): boolean =>
  JSON.stringify(a) === JSON.stringify(b);

/** `700 a shift`, `64/h`, `no target` */
export function targetWords(target: Target | null, formats: Formats): string {
  if (!target) return 'no target';
  return 'perHour' in target
    ? perHour(target.perHour, formats)
    : `${formats.number(target.perShift)} a shift`;
}
