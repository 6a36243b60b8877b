/** What is asked of the thread that talks to InfluxDB, and what it answers. */

import type { ReadRequest } from '../readings/protocol.ts';
import type { Rows } from '../readings/rows.ts';

export interface InfluxSettings {
  /** With its credentials: it leaves the process only towards InfluxDB. */
  readonly url: string;
  /** For a request with its whole answer. */
  readonly deadlineMs: number;
}

/** `piece`: the first whole instants of a span, epoch ms, about `limit` readings. */
export type InfluxRequest =
  | Extract<ReadRequest, { readonly ask: 'between' | 'before' | 'declared' }>
  | {
      readonly ask: 'piece';
      readonly line: string;
      readonly from: number;
      readonly to: number;
      readonly limit?: number | undefined;
    }
  | { readonly ask: 'lines' };

export interface RowsPiece {
  readonly rows: Rows;
  /** From where on the next piece is, epoch ms; `null`: that was all. */
  readonly next: number | null;
}
