/** A folder of data that is new, or an older one put back, takes up the last days of a time-series database that knows more. */

import type { Reading } from '@lineside/domain/reading.ts';
import type { ReadingHistory } from '../ports.ts';
import { KEPT_READINGS } from './prune.ts';
import type { SqliteStore } from './sqlite.ts';

/** Handed in together, as many as a busy commit takes. */
const TOGETHER = 2_000;

export interface AdoptParts {
  readonly local: SqliteStore;
  readonly history: ReadingHistory;
  /** The lines that the database knows. */
  readonly lines: readonly string[];
  /** From when on everything is taken up, epoch ms. */
  readonly from: number;
  readonly signal: AbortSignal;
}

/** Resolves to how many readings were taken up. Cut off at any point, it can be called again. */
export async function adopt({ local, history, lines, from, signal }: AdoptParts): Promise<number> {
  let adopted = 0;
  const keep = async (readings: readonly Reading[]): Promise<void> => {
    signal.throwIfAborted();
    for (let start = 0; start < readings.length; start += TOGETHER) {
      const together = readings.slice(start, start + TOGETHER);
      const areNew = await Promise.all(together.map((reading) => local.append(reading)));
      adopted += areNew.filter(Boolean).length;
    }
  };
  // Delivered again without others of its millisecond, a reading would take the place of one of them.
  const keepInstants = async (line: string, readings: readonly Reading[]): Promise<void> => {
    for (const at of new Set(readings.map((reading) => reading.at))) {
      await keep(await history.read(line, at, at + 1));
    }
  };
  for (const line of lines) {
    // What pruning would have left (KEPT_READINGS), and then everything.
    const before = await history.before(line, from, KEPT_READINGS);
    await keepInstants(line, before.slice(0, 1));
    await keepInstants(line, await history.lastOfEach(line, before[0]?.at ?? from));
    await keepInstants(line, await history.lastOfEach(line, from));
    await keep(before);
    for await (const page of history.pages({ line, from, to: Infinity })) await keep(page);
  }
  await local.adopted(lines.length > 0 ? from : null);
  return adopted;
}
