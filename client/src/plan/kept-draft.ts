/** What somebody wrote and has not saved yet, kept by this browser against a closed tab. */

import type { WrittenPlan } from '@lineside/domain/plan.ts';
import { keep, kept } from '../kept.ts';
import type { Draft } from './draft.ts';

export interface KeptDraft {
  /** When it was last written, epoch ms. */
  readonly at: number;
  /** The plan it began from. */
  readonly version: number;
  readonly base: WrittenPlan;
  readonly draft: Draft;
}

const NAME = 'plan-draft';
/** Drafts of another shape are of no use. */
const SHAPE = 1;

export function keptDraft(): KeptDraft | null {
  try {
    const found = JSON.parse(kept(NAME) ?? 'null') as (KeptDraft & { shape: number }) | null;
    return found?.shape === SHAPE ? found : null;
  } catch {
    return null;
  }
}

export function keepDraft(draft: KeptDraft): void {
  keep(NAME, JSON.stringify({ shape: SHAPE, ...draft }));
}

export function dropDraft(): void {
  keep(NAME, 'null');
}
