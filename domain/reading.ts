/** One line's counts at one moment, as its source reported them, and what makes two reports the same. */

/** What a source may declare about its line. */
export const DECLARED_STATES = ['running', 'stopped', 'changeover', 'idle'] as const;
export type DeclaredState = (typeof DECLARED_STATES)[number];

/**
 * One message of a line, decoded. Totals are running counters; increments count parts since the
 * last message (C1). Absent fields are `null`.
 */
export interface Reading {
  readonly line: string;
  /** The reading's own time when it gave one, else its time of arrival; epoch ms UTC (T1). */
  readonly at: number;
  /** When it reached us; epoch ms UTC. */
  readonly receivedAt: number;
  readonly kind: 'total' | 'increment';
  /** Whole parts, 0 or more. */
  readonly good: number | null;
  /** Whole parts, 0 or more. */
  readonly reject: number | null;
  /** The source's own sequence number. */
  readonly seq: number | null;
  readonly state: DeclaredState | null;
  /** From this reading on the line makes this product. */
  readonly product: string | null;
  /** The line's availability, from its status topic; such a reading carries no counts. */
  readonly online: boolean | null;
}

const byNumber = (a: number | null, b: number | null): number => (a ?? -1) - (b ?? -1);

const byText = (a: string | null, b: string | null): number => {
  const left = a ?? '';
  const right = b ?? '';
  return left < right ? -1 : left > right ? 1 : 0;
};

/**
 * The order of one line's readings: their own time, then their sequence (C3). What follows only
 * makes the order total, so that it never depends on the order of arrival. Readings that compare
 * as 0 are the same reading: delivered twice, it counts once.
 */
export function compareReadings(a: Reading, b: Reading): number {
  return (
    a.at - b.at ||
    byNumber(a.seq, b.seq) ||
    byText(a.kind, b.kind) ||
    byNumber(a.good, b.good) ||
    byNumber(a.reject, b.reject) ||
    byText(a.state, b.state) ||
    byText(a.product, b.product) ||
    byNumber(
      a.online === null ? null : Number(a.online),
      b.online === null ? null : Number(b.online),
    )
  );
}
