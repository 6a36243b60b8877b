/** How honest the forecast's range is: the share of simulated shifts whose outcome lay in the range of half-time (S9). */

import { boardAt } from '@lineside/domain/board.ts';
import { instantAfter, plannedTotal } from '@lineside/domain/shift.ts';
import { KINDS, simulated } from './shifts.ts';

const SHIFTS_OF_A_KIND = 20;

interface Seen {
  readonly isInside: boolean;
  /** The range's width in percent of the outcome. */
  readonly width: number;
}

export function forecast(): Promise<string[]> {
  const seed = process.env['SEED'] ?? 'lineside';
  const seen = Object.keys(KINDS).map((kind) => ({ kind, shifts: shiftsOf(seed, kind) }));
  const all = seen.flatMap(({ shifts }) => shifts);
  return Promise.resolve([
    `range of the forecast at half-time, ${all.length} simulated shifts (seed ${seed}): ${told(all)}`,
    ...seen.map(({ kind, shifts }) => `  ${kind}: ${told(shifts)}`),
  ]);
}

function shiftsOf(seed: string, kind: string): Seen[] {
  return Array.from({ length: SHIFTS_OF_A_KIND }, (_, number) => {
    const { shift, facts, outcome } = simulated(seed, kind, number);
    const range = boardAt(facts, instantAfter(shift, plannedTotal(shift) / 2)).forecast;
    if (!range) throw new Error('no forecast at half-time');
    const [low, high] = [Math.round(range.low), Math.round(range.high)];
    return { isInside: low <= outcome && outcome <= high, width: (high - low) / outcome };
  });
}

function told(shifts: readonly Seen[]): string {
  const inside = shifts.filter(({ isInside }) => isInside).length / shifts.length;
  const width = shifts.reduce((sum, each) => sum + each.width, 0) / shifts.length;
  return `${percent(inside)} inside, the range ${percent(width)} of the outcome wide`;
}

const percent = (share: number): string => `${(share * 100).toFixed(0)} %`;
