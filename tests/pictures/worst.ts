/** Where a picture tells most: the line and the shift of the demo plant that went worst. */

import type { Board } from '@lineside/domain/board.ts';
import type { LineEntry, ShiftEntry } from '@lineside/domain/wire.ts';
import { until, type Product } from '../support/product.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Into the shift at which the worst one is shown. */
const SHOWN_AFTER_MS = 4.75 * HOUR;
const HISTORY_WITHIN_MS = 20 * 60_000;

/** A board as the API writes it. */
type Told = Pick<Board, 'variance'> & { readonly lastReadingAt: string | null };

/** How one line did in one shift, at a moment of it. */
interface Done {
  readonly line: string;
  /** As it stands in an address. */
  readonly at: string;
  readonly minutes: number;
}

const inUrl = (at: number): string => new Date(at).toISOString().replace('.000Z', 'Z');

function boardOf(product: Product, line: string, at: number): Promise<Told> {
  return product.get(`/api/lines/${line}/board?at=${inUrl(at)}`);
}

/** Of every line in every shift of the past week, once the demo has told all of that past. */
export async function worstPast(product: Product, lines: readonly LineEntry[]): Promise<Done> {
  const now = Date.now();
  const shifts = await product.get<ShiftEntry[]>(
    `/api/shifts?from=${inUrl(now - 6 * DAY)}&to=${inUrl(now)}`,
  );
  let worst: Done = { line: '', at: '', minutes: Infinity };
  for (const shift of shifts.filter(({ end }) => Date.parse(end) < now)) {
    const end = Date.parse(shift.end);
    const at = Date.parse(shift.start) + SHOWN_AFTER_MS;
    for (const { id } of lines) {
      const isTold = ({ lastReadingAt }: Told): boolean =>
        lastReadingAt !== null && Date.parse(lastReadingAt) > end - HOUR;
      await until(() => boardOf(product, id, end - 1), isTold, HISTORY_WITHIN_MS);
      const minutes = (await boardOf(product, id, at)).variance?.minutes ?? 0;
      if (minutes < worst.minutes) worst = { line: id, at: inUrl(at), minutes };
    }
  }
  return worst;
}

/** The lines, the one that lags most at the moment first. */
export async function worstFirst(product: Product, lines: readonly LineEntry[]): Promise<string[]> {
  const minutes = new Map<string, number>();
  for (const { id } of lines) {
    const { variance } = await product.get<Told>(`/api/lines/${id}/board`);
    minutes.set(id, variance?.minutes ?? 0);
  }
  return [...minutes].toSorted(([, one], [, other]) => one - other).map(([id]) => id);
}
