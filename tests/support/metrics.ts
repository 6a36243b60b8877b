/** What `/metrics` tells. */

import type { Product } from './product.ts';

/** The sum of a metric over its labels; 0 for one that is not told. */
export async function metric(product: Pick<Product, 'http'>, name: string): Promise<number> {
  const text = await (await fetch(`${product.http}/metrics`)).text();
  const values = text
    .split('\n')
    .filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`))
    .map((line) => Number(line.slice(line.lastIndexOf(' ') + 1)));
  return values.reduce((sum, value) => sum + value, 0);
}
