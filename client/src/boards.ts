/** Boards as screens need them together: worst first, what to show when nobody is heard, and their sum. */

import type { Board } from '@lineside/domain/board.ts';

/** The same board when the server itself is not heard: its numbers are the last known ones. */
export function unheard(board: Board): Board {
  if (board.status === 'offShift') return board;
  return { ...board, status: 'noData', state: { name: 'noData', since: board.lastReadingAt } };
}

/** Smaller is worse. */
function rank({ status, state }: Board): number {
  if (status === 'noData') return 2;
  if (status === 'critical' || state.name === 'stopped') return 0;
  return { behind: 1, noTarget: 3, onTarget: 3, ahead: 4, offShift: 5 }[status];
}

/** Sorts boards worst first: by how bad, then by minutes of work missing, then by name. */
export function worstFirst(a: Board, b: Board): number {
  const minutes = (board: Board): number => Math.round(board.variance?.minutes ?? 0);
  return rank(a) - rank(b) || minutes(a) - minutes(b) || a.line.name.localeCompare(b.line.name);
}

/** Whether somebody must decide something: the line stands, or cannot make its shift at its best pace. */
export function needsDecision({ status, state, pace }: Board): boolean {
  if (status === 'noData' || status === 'offShift') return false;
  return state.name === 'stopped' || pace?.recoverable === false;
}

/** Whether a line is behind and nobody can say if it can catch up, for want of an ideal cycle (S7). */
export function isUnjudged({ status, pace }: Board): boolean {
  return (status === 'behind' || status === 'critical') && pace?.recoverable === null;
}

export function isUrgent(board: Board): boolean {
  return board.status !== 'offShift' && rank(board) === 0;
}

/** The plant as the sum of those of its lines that are heard from and have a target. */
export interface PlantSum {
  readonly heard: number;
  readonly unheard: number;
  readonly units: number;
  readonly targetNow: number;
  readonly good: number;
  /** Over lines that have one. */
  readonly forecast: number | null;
  readonly planned: number;
  readonly downtimeMinutes: number;
}

export function sumOf(boards: readonly Board[]): PlantSum {
  const inShift = boards.filter((board) => board.shift !== null);
  const heard = inShift.filter(({ status }) => status !== 'noData');
  const measured = heard.filter((board) => board.target && board.variance);
  const foreseen = measured.filter((board) => board.forecast);
  const total = (some: readonly Board[], value: (board: Board) => number | undefined): number =>
    some.reduce((sum, board) => sum + (value(board) ?? 0), 0);
  return {
    heard: heard.length,
    unheard: inShift.length - heard.length,
    units: total(measured, (board) => board.variance?.units),
    targetNow: total(measured, (board) => board.target?.now),
    good: total(measured, (board) => board.count?.good),
    forecast: foreseen.length === 0 ? null : total(foreseen, (board) => board.forecast?.good),
    planned: total(foreseen, (board) => board.target?.shift),
    downtimeMinutes: total(inShift, (board) => board.downtimeMinutes ?? 0),
  };
}
