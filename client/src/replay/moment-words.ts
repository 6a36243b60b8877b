/** What happened at a moment, in words: the rest of a sentence that begins with the line's name. */

import type { Moment, StatusMomentKind } from '@lineside/domain/moments.ts';
import { bendWords, byWhom, turnWords } from '../bends.ts';
import type { Formats } from '../formats.ts';
import type { ShapeName, Tone } from '../words.ts';

interface MomentWords {
  readonly shape: ShapeName;
  readonly word: string;
  readonly tone: Tone;
}

const STATUS_WORDS: Readonly<Record<StatusMomentKind, MomentWords>> = {
  behind: { shape: 'down', word: 'falls behind', tone: 'behind' },
  critical: { shape: 'down', word: 'falls critically behind', tone: 'critical' },
  recovered: { shape: 'up', word: 'has caught up', tone: 'quiet' },
  stopped: { shape: 'square', word: 'stops', tone: 'stopped' },
  noData: { shape: 'none', word: 'is not heard from', tone: 'noData' },
};

export function momentWords(moment: Moment, formats: Formats): MomentWords {
  const change = { shape: 'diamond', tone: 'action' } as const;
  switch (moment.kind) {
    case 'target':
      return { ...change, word: `${bendWords(moment, formats)}${byWhom(moment.by)}` };
    case 'product':
      return { ...change, word: `${turnWords(moment)}${byWhom(moment.by)}` };
    default:
      return STATUS_WORDS[moment.kind];
  }
}
