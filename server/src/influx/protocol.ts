/** What is asked of the thread that talks to InfluxDB, and what it answers. */

import type { ReadRequest } from '../readings/protocol.ts';
import type { Rows } from '../readings/rows.ts';

export interface InfluxSettings {
  /** With its credentials: it leaves the process only towards InfluxDB. */
  readonly url: string;
  /** `null`: for ever. */
  readonly retentionDays: number | null;
  /** For a request with its whole answer. */
  readonly deadlineMs: number;
}

/** `write`: rows of an instant stand together. `piece`: the first whole instants of a span, epoch ms. */
export type InfluxRequest =
  | { readonly ask: 'write'; readonly rows: Rows; readonly now: number }
  | Extract<ReadRequest, { readonly ask: 'between' | 'before' | 'declared' }>
  | { readonly ask: 'piece'; readonly line: string; readonly from: number; readonly to: number }
  | { readonly ask: 'lines' };

export interface RowsPiece {
  readonly rows: Rows;
  /** From where on the next piece is, epoch ms; `null`: that was all. */
  readonly next: number | null;
}

/** Refused rows by their place among those that were sent. */
export type RowsWritten =
  | { readonly ok: true; readonly refused: readonly { place: number; reason: string }[] }
  | { readonly ok: false; readonly kind: 'later' | 'refused'; readonly trouble: string };
