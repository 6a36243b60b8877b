/** Which lines a wall shows when it has more of them than room: pages that turn, urgent lines that stay. */

export interface WallPages<T> {
  readonly shown: readonly T[];
  /** Counts from 0. */
  readonly page: number;
  readonly pages: number;
}

/**
 * Urgent lines stay pinned on top while the others take turns below; one place always turns, so
 * that no line is ever out of sight for good. When urgent lines alone overflow, they take turns too.
 *
 * @param turn how many times the page has turned
 */
export function wallPages<T>(
  lines: readonly T[],
  rows: number,
  turn: number,
  isUrgent: (line: T) => boolean,
): WallPages<T> {
  if (lines.length <= rows) return { shown: lines, page: 0, pages: 1 };
  const urgent = lines.filter(isUrgent);
  const pinned = urgent.length < rows ? urgent : [];
  const turning = pinned.length === 0 ? lines : lines.filter((line) => !isUrgent(line));
  const room = rows - pinned.length;
  const pages = Math.max(1, Math.ceil(turning.length / room));
  const page = turn % pages;
  return { shown: [...pinned, ...turning.slice(page * room, (page + 1) * room)], page, pages };
}

/** Seconds a page stays, as asked for, held between 15 and 30; 20 where nothing sensible is asked. */
export function rotateSeconds(asked: string | null): number {
  const seconds = Number(asked ?? 20);
  return seconds > 0 ? Math.min(30, Math.max(15, seconds)) : 20;
}

/** A positive number from a query, or a default. */
export function positive(asked: string | null, otherwise: number): number {
  const value = Number(asked);
  return value > 0 && Number.isFinite(value) ? value : otherwise;
}

/** The page's offset against burn-in after so many steps, px: once round a small square and back. */
export function pixelShift(step: number): readonly [x: number, y: number] {
  const round = [
    [0, 0],
    [4, 0],
    [4, 4],
    [0, 4],
    [-4, 4],
    [-4, 0],
    [-4, -4],
    [0, -4],
    [4, -4],
  ] as const;
  return round[step % round.length] ?? [0, 0];
}
