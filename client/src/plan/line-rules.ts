/** What a line may have of its own: when it counts as stopped, silent or behind, and how its counter counts. */

import type { LineDraft } from './draft.ts';

export interface LineRule {
  readonly rule: keyof Omit<LineDraft, 'uid' | 'isIdOwn' | 'isSaved' | 'namedBy' | 'setByHand'>;
  readonly label: string;
  readonly unit: string;
  /** What holds without it. */
  readonly usual: string;
}

export const LINE_RULES: readonly LineRule[] = [
  { rule: 'stopAfterSeconds', label: 'Stopped after', unit: 's without a part', usual: '300' },
  { rule: 'staleAfterSeconds', label: 'No data after', unit: 's without a message', usual: 'auto' },
  { rule: 'behindPercent', label: 'Behind from', unit: '%', usual: '5' },
  { rule: 'criticalPercent', label: 'Critical from', unit: '%', usual: '15' },
  { rule: 'aheadPercent', label: 'Ahead from', unit: '%', usual: '5' },
  { rule: 'rollover', label: 'Counter starts again at', unit: '', usual: 'never' },
  { rule: 'correction', label: 'Falls that take parts back', unit: 'parts', usual: '0' },
];
