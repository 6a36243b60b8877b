/** Where zod found a mistake, as problems tell it. */

import type { Path, Problem } from '@lineside/domain/problem.ts';
import type { z } from 'zod';

/** JSON and YAML have no symbols for names, but types allow them. */
export function problemPath(path: readonly PropertyKey[]): Path {
  return path.map((part) => (typeof part === 'symbol' ? String(part) : part));
}

/** Everything that zod found. */
export function problemsIn({ issues }: z.ZodError): Problem[] {
  return issues.map(({ path, message }) => ({ path: problemPath(path), message }));
}
