/** Where a shift's product was changed while it ran, and the words for changes of its plan. */

import type { LineFacts } from '@lineside/domain/facts.ts';
import { productAt } from '@lineside/domain/product.ts';
import type { Shift } from '@lineside/domain/shift.ts';
import type { Author, Target } from '@lineside/domain/target.ts';
import { perHour } from './words.ts';
import type { Formats } from './formats.ts';

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

/** `700 a shift`, `64/h`, `no target` */
export function targetWords(target: Target | null, formats: Formats): string {
  if (!target) return 'no target';
  return 'perHour' in target
    ? perHour(target.perHour, formats)
    : `${formats.number(target.perShift)} a shift`;
}

/** `, Anna: a rush order`; empty where nobody is known. */
export function byWhom(by: Author | null): string {
  if (!by) return '';
  return by.why === '' ? `, ${by.who}` : `, ${by.who}: ${by.why}`;
}
