/** Where zod found a mistake, as problems tell it. */

import type { Path } from '@lineside/domain/problem.ts';

/** JSON and YAML have no symbols for names, but types allow them. */
export function problemPath(path: readonly PropertyKey[]): Path {
  return path.map((part) => (typeof part === 'symbol' ? String(part) : part));
}
