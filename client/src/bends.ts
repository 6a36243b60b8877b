/** The words for changes of a shift's target and product. */

import type { Bend } from '@lineside/domain/bends.ts';
import type { Author, Target } from '@lineside/domain/target.ts';
import type { Turn } from '@lineside/domain/turns.ts';
import { perHour } from './words.ts';
import type { Formats } from './formats.ts';

/** `700 a shift`, `64/h`, `no target` */
export function targetWords(target: Target | null, formats: Formats): string {
  if (!target) return 'no target';
  return 'perHour' in target
    ? perHour(target.perHour, formats)
    : `${formats.number(target.perShift)} a shift`;
}

/** `target 100/h → 150/h, Lid` */
export function bendWords({ before, after, product }: Bend, formats: Formats): string {
  const change = `target ${targetWords(before, formats)} → ${targetWords(after, formats)}`;
  return product === null ? change : `${change}, ${product}`;
}

/** `product Housing → Lid` */
export function turnWords({ before, after }: Turn): string {
  return `product ${before?.name ?? 'no product'} → ${after?.name ?? 'no product'}`;
}

/** `, Anna: a rush order`; empty where nobody is known. */
export function byWhom(by: Author | null): string {
  if (!by) return '';
  return by.why === '' ? `, ${by.who}` : `, ${by.who}: ${by.why}`;
}
