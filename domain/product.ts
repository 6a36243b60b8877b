/** Which product a line makes when: by plan, by hand, or as its readings name it, whichever spoke last (P4). */

import type { LineFacts, Product } from './facts.ts';
import type { Span } from './shift.ts';

/** A span in which a line makes one product. */
export interface ProductSpan extends Span {
  readonly product: Product | null;
}

/** The product in force at an instant, from what is known by then. */
export function productAt(facts: LineFacts, at: number): Product | null {
  return productAfter(facts, facts.track.indexAt(at), at);
}

/** The product in force at an instant of which the last point at or before it is known. */
export function productAfter(facts: LineFacts, index: number, at: number): Product | null {
  const { track, productChanges = [] } = facts;
  const named = track.productOf(index);
  const change = productChanges.findLast((each) => each.at <= at);
  if (change && (named === null || change.at > track.productSinceOf(index))) {
    return change.product === null ? null : described(facts, change.product);
  }
  return named === null ? facts.product : described(facts, named);
}

function described({ product, products }: LineFacts, id: string): Product {
  if (id === product?.id) return product;
  return products.find((each) => each.id === id) ?? { id, name: id, idealCycleSeconds: null };
}

/** Whether readings name a product that no plan around this time describes. */
export function isUndescribed({ product, products }: LineFacts, made: Product | null): boolean {
  return made !== null && ![product, ...products].some((each) => each?.id === made.id);
}

/** What a line makes from one instant to another, one span for each product in turn. */
export function productSpans(facts: LineFacts, from: number, to: number): ProductSpan[] {
  const { track, productChanges = [] } = facts;
  const times = [from, ...productChanges.map(({ at }) => at)];
  for (let n = 0; n < track.namings.length; n++) times.push(track.atOf(track.namings.at(n)));
  const starts = [...new Set(times)].filter((at) => at >= from && at < to).sort((a, b) => a - b);
  const spans: ProductSpan[] = [];
  for (const start of starts) {
    const product = productAt(facts, start);
    const last = spans.at(-1);
    if (last && last.product?.id === product?.id) continue;
    if (last) spans[spans.length - 1] = { ...last, end: start };
    spans.push({ start, end: to, product });
  }
  return spans;
}

/** Good parts per planned hour at the best sustained speed; `null` when nobody has said it. */
export function idealPerHour(product: Product | null): number | null {
  const cycle = product?.idealCycleSeconds ?? null;
  return cycle === null ? null : 3600 / cycle;
}
