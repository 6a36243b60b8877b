/** What a screen may ask of the stream. */

import type { SubscribeRequest } from '@lineside/domain/wire.ts';
import { z } from 'zod';
import { ID_PATTERN } from '../config/plan.ts';

const MOST_LINES = 1_000;

const schema = z.object({
  lines: z.union([z.literal('all'), z.array(z.string().regex(ID_PATTERN)).max(MOST_LINES)], {
    error: `lines must be "all" or a list of at most ${MOST_LINES} line ids`,
  }),
  after: z.string().max(200).optional(),
});

export type Subscription =
  | { readonly ok: true; readonly request: SubscribeRequest }
  | { readonly ok: false; readonly message: string };

export function readSubscription(request: unknown): Subscription {
  const parsed = schema.safeParse(request);
  if (!parsed.success) {
    const message = parsed.error.issues.map((issue) => issue.message).join('; ');
    return { ok: false, message };
  }
  const { lines, after } = parsed.data;
  return { ok: true, request: { lines, ...(after !== undefined && { after }) } };
}
