/** Whether a line can still make its shift, what that takes, and how it will end: in words. */

import type { Board } from '@lineside/domain/board.ts';
import { rounded, type Formats } from './formats.ts';
import { lastHeard, perHour } from './words.ts';

export interface Verdict {
  readonly tone: 'lost' | 'open' | 'quiet';
  /** `needs 110/h, best 120/h`; empty where no pace is needed. */
  readonly pace: string;
  /** `recoverable`, `cannot recover alone`, `ends near 476 of 475`. */
  readonly outlook: string;
  /** `since 12:40`, of a line that cannot recover. */
  readonly since: string;
  /** `38 short at this pace`, by the forecast (S5); empty where nothing is. */
  readonly end: string;
  /** `likely 640–690`: the range of the forecast (S9); empty where there is none, or one too wide to tell anything. */
  readonly range: string;
  /** `no ideal cycle for lid`: without it nobody can say whether a shortfall can be recovered. */
  readonly lacks: string;
}

const NOTHING = { pace: '', outlook: '', since: '', end: '', range: '', lacks: '' };
const QUIET: Verdict = { tone: 'quiet', ...NOTHING };
/** What to do about it. */
export const LACK_REMEDY = 'add it on the plan page';

export function verdictOf(board: Board, formats: Formats): Verdict {
  const { shift, target, pace, status } = board;
  if (!shift) return QUIET;
  if (status === 'noData') return { ...QUIET, outlook: lastHeard(board, formats) };
  if (!target || !pace) return { ...QUIET, outlook: 'no target: give it one in the plan' };
  const range = rangeWords(board, formats);
  const end = shortfall(board, formats);
  const lacks = lackWords(board);
  if (pace.recoverable === false) {
    const { unrecoverableSince } = pace;
    const since = unrecoverableSince === null ? '' : `since ${formats.time(unrecoverableSince)}`;
    const outlook = 'cannot recover alone';
    return { tone: 'lost', pace: paceWords(board, formats), outlook, since, end, range, lacks: '' };
  }
  if (status !== 'behind' && status !== 'critical') {
    return { ...QUIET, outlook: ending(board, formats), range, lacks };
  }
  const outlook = pace.recoverable ? 'recoverable' : '';
  const open = { outlook, end: pace.recoverable ? '' : end };
  return { ...QUIET, tone: 'open', pace: paceWords(board, formats), ...open, range, lacks };
}

/** `cannot recover alone since 12:40: 38 short at this pace` */
export function outlookWords({ outlook, since, end }: Verdict): string {
  return [[outlook, since].filter(Boolean).join(' '), end].filter(Boolean).join(': ');
}

/** Whether the forecast says more than one count (S9). */
export function hasRange({ forecast }: Board): boolean {
  return forecast !== null && rounded(forecast.low) !== rounded(forecast.high);
}

/** `likely 640–690` of the good parts at the shift's end (S9); empty for a range too wide to tell anything. */
export function rangeWords(board: Board, formats: Formats): string {
  const { forecast, target } = board;
  if (!forecast || !hasRange(board)) return '';
  const [low, high] = [rounded(forecast.low), rounded(forecast.high)];
  // Early in a shift it may reach a hundred times as high as what is owed.
  if (target && high - low > target.shift) return '';
  return `likely ${formats.number(low)}–${formats.number(high)}`.replaceAll(' ', '\u00a0');
}

/** Rounded up to whole parts an hour: at the rate shown the target must be reached. */
export function neededPerHour(requiredPerHour: number): number {
  return Math.max(0, Math.ceil(requiredPerHour - 1e-6));
}

function paceWords({ pace }: Board, formats: Formats): string {
  const required = pace?.requiredPerHour ?? null;
  if (!pace || required === null) return '';
  const needs = `needs ${perHour(neededPerHour(required), formats)}`;
  return pace.idealPerHour === null
    ? needs
    : `${needs}, best ${perHour(Math.floor(pace.idealPerHour + 1e-6), formats)}`;
}

function shortfall({ forecast }: Board, formats: Formats): string {
  const short = rounded(forecast?.variance ?? 0);
  return short < 0 ? `${formats.number(-short)} short at this pace`.replaceAll(' ', '\u00a0') : '';
}

function lackWords({ pace, product }: Board): string {
  return pace?.idealPerHour === null && product ? `no ideal cycle for ${product.name}` : '';
}

function ending({ forecast, target }: Board, formats: Formats): string {
  if (!forecast || !target) return 'too early for a forecast';
  return `ends near ${formats.number(forecast.good)} of ${formats.number(target.shift)}`;
}
