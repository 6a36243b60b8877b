/** The table of refused messages: the newest of them, bounded in number and in bytes. */

import type { DatabaseSync } from 'node:sqlite';
import type { Refused } from '../ports.ts';

const MOST_KEPT = 100_000;
const MOST_KEPT_BYTES = 64 * 1024 * 1024;
/** The oldest go in so many at once. */
const TRIMMED_AT_ONCE = 1_000;

interface Kept {
  readonly messages: number;
  readonly bytes: number;
}

const BYTES = 'octet_length(topic) + octet_length(payload) + octet_length(reason)';

/** Writes within the transaction of whoever calls it. */
export class QuarantineTable {
  readonly #insert;
  readonly #measure;
  readonly #trim;
  /** `null`: not known, as after a transaction that was taken back. */
  #kept: Kept | null = null;

  constructor(database: DatabaseSync) {
    this.#insert = database.prepare(
      `INSERT INTO quarantine (received_at, topic, payload, reason) VALUES (?, ?, ?, ?) RETURNING ${BYTES} AS bytes`,
    );
    this.#measure = database.prepare(
      `SELECT count(*) AS messages, ifnull(sum(${BYTES}), 0) AS bytes FROM quarantine`,
    );
    this.#trim = database.prepare(
      `DELETE FROM quarantine WHERE id IN (SELECT id FROM quarantine ORDER BY id LIMIT ${TRIMMED_AT_ONCE})
       RETURNING ${BYTES} AS bytes`,
    );
  }

  write(refused: readonly Refused[]): void {
    if (refused.length === 0) return;
    let { messages, bytes } = (this.#kept ??= this.#measure.get() as unknown as Kept);
    for (const { receivedAt, topic, payload, reason } of refused) {
      messages += 1;
      bytes += Number(this.#insert.get(receivedAt, topic, payload, reason)?.['bytes']);
    }
    while (messages > MOST_KEPT || bytes > MOST_KEPT_BYTES) {
      const trimmed = this.#trim.all();
      messages -= trimmed.length;
      bytes -= trimmed.reduce((sum, row) => sum + Number(row['bytes']), 0);
    }
    this.#kept = { messages, bytes };
  }

  /** What was written last may have been taken back. */
  forget(): void {
    this.#kept = null;
  }
}
