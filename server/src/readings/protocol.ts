/** What the store asks of its two threads, and what they answer. */

import type { Refused, StoreCounts } from '../ports.ts';
import type { Missing } from './audit.ts';
import type { Rows } from './rows.ts';
import type { SpoolTarget } from './spool.ts';

export interface WriterOptions {
  readonly file: string;
  /** Where readings are to be delivered to; `null`: nowhere. */
  readonly spoolTarget: SpoolTarget | null;
}

/** Everything that one commit makes durable. */
export interface Batch {
  readonly rows: Rows;
  readonly refused: readonly Refused[];
  readonly days: readonly DayRow[];
  /** Up to which of the spool's numbers the time-series database has everything; 0: nothing new. */
  readonly delivered: number;
  /** What the time-series database was given, and no longer has. */
  readonly respooled: readonly Missing[];
  readonly adopted: Adopted | null;
}

/** The last days of the time-series database are taken up: since an instant, epoch ms; `null`: there were none. */
export interface Adopted {
  readonly from: number | null;
}

/** A line's day by the minute as it is stored. */
export interface DayRow {
  readonly line: string;
  readonly day: number;
  readonly track: Uint8Array;
}

export interface Committed {
  /** For each row 1 when it was new, 0 when it was there before. */
  readonly isNew: Uint8Array<ArrayBuffer>;
  readonly counts: StoreCounts;
  /** Readings that the time-series database does not have yet. */
  readonly spooled: number;
  /** How long the commit took, ms. */
  readonly tookMs: number;
}

/** Up to where readings have been looked at: a line's number, and epoch ms. */
export interface PruneCursor {
  readonly line: number;
  readonly at: number;
}

/** One step of removing the readings before an instant, epoch ms. */
export interface PruneStep {
  readonly before: number;
  /** Before which instant those of lines go that are kept in this database alone. */
  readonly aloneBefore: number;
  readonly cursor: PruneCursor;
}

export interface Pruned {
  readonly removed: number;
  /** Where the next step goes on; `null`: that was all. */
  readonly next: PruneCursor | null;
}

export type WriteRequest =
  | { readonly ask: 'write'; readonly batch: Batch }
  | { readonly ask: 'prune'; readonly step: PruneStep };

/** A row's key within its line. */
export type RowKey = readonly number[];

export interface PageRequest {
  readonly ask: 'page';
  readonly line: string;
  readonly after: RowKey;
  readonly to: number;
  readonly limit: number;
}

export interface Page {
  readonly rows: Rows;
  /** Key of the page's last row. */
  readonly last: RowKey;
}

export type ReadRequest =
  | { readonly ask: 'between'; readonly line: string; readonly from: number; readonly to: number }
  | { readonly ask: 'before'; readonly line: string; readonly at: number; readonly limit: number }
  | { readonly ask: 'declared'; readonly line: string; readonly at: number }
  | PageRequest
  | { readonly ask: 'days'; readonly line: string; readonly from: number; readonly to: number }
  | { readonly ask: 'lastDay'; readonly line: string }
  | { readonly ask: 'lines'; readonly limit: number }
  | { readonly ask: 'refused'; readonly limit: number }
  | { readonly ask: 'formerTargets' }
  | { readonly ask: 'instance' }
  | { readonly ask: 'pruned' }
  | { readonly ask: 'spoolStart' }
  | { readonly ask: 'delivery' };

/** What is known of the time-series database that has, or is to have, every reading. */
export interface DeliveryState {
  /** Readings before this instant were removed here before they could be delivered, epoch ms; `null`: none. */
  readonly since: number | null;
  /** Whether this database has taken up the last days from there. */
  readonly isAdopted: boolean;
}

/** A call to a thread, and its answer under the same number. */
export interface Call<Request> {
  readonly id: number;
  readonly request: Request;
}

export type Answer =
  | { readonly id: number; readonly ok: true; readonly value: unknown }
  | { readonly id: number; readonly ok: false; readonly message: string };
