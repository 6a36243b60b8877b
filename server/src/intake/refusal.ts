/** What decoding answers: a reading, or the reason why a message is none. */

import type { Reading } from '@lineside/domain/reading.ts';

export type RefusalName =
  | 'topic'
  | 'line'
  | 'size'
  | 'text'
  | 'json'
  | 'empty'
  | 'count'
  | 'kind'
  | 'time'
  | 'sequence'
  | 'state'
  | 'product'
  | 'status';

export interface Refusal {
  readonly ok: false;
  readonly name: RefusalName;
  /** What is wrong with the message and what would be right. */
  readonly reason: string;
}

export type Decoded =
  | {
      readonly ok: true;
      readonly reading: Reading;
      /** Whether the reading gave its own time; else its `at` is its arrival. */
      readonly timed: boolean;
    }
  | Refusal;

export const refusal = (name: RefusalName, reason: string): Refusal => ({
  ok: false,
  name,
  reason,
});
