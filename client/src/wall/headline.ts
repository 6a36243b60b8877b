/** What a wall tile says first: one figure, and the words below it. */

import type { Board } from '@lineside/domain/board.ts';
import type { Formats } from '../formats.ts';
import { LACK_REMEDY, type Verdict } from '../verdict.ts';
import { minutesWords, stateWords, type StatusWords } from '../words.ts';

export interface Headline {
  readonly figure: string;
  /** The figure is a word and needs less height than digits. */
  readonly isText: boolean;
  readonly caption: string;
}

export function headlineOf(
  board: Board,
  words: StatusWords,
  formats: Formats,
  now: number,
): Headline {
  const { state } = board;
  const since = state.since === null ? '' : ` since ${formats.time(state.since)}`;
  const gap = gapWords(board, formats);
  switch (words.tone) {
    case 'stopped':
    case 'action':
      return figure(words.brief || words.word, [words.word + since, gap], !words.brief);
    case 'noData':
      return figure('NO DATA', [silenceWords(board, words, now)], true);
    case 'quiet':
      return figure(words.word, [], true);
    case 'critical':
    case 'behind':
    case 'ahead':
    case 'onTarget':
      return figure(
        words.tone === 'onTarget'
          ? formats.signed(board.variance?.units ?? 0)
          : formats.number(Math.abs(board.variance?.units ?? 0)),
        [words.word, words.tone === 'onTarget' ? minutesWords(board) : workWords(board)],
        false,
      );
  }
}

function figure(text: string, captions: readonly string[], isText: boolean): Headline {
  return { figure: text, isText, caption: captions.filter(Boolean).join(' · ') };
}

function gapWords({ variance }: Board, formats: Formats): string {
  if (!variance || Math.abs(variance.units) < 1) return '';
  const units = formats.number(Math.abs(variance.units));
  return variance.units < 0 ? `▼ ${units} behind` : `▲ ${units} ahead`;
}

/** `21 min` of work; on which side of the target the word before it says. */
function workWords(board: Board): string {
  return minutesWords(board).replace(/ (behind|ahead)$/, '');
}

function silenceWords(board: Board, words: StatusWords, now: number): string {
  if (board.lastReadingAt === null || now < board.lastReadingAt) return 'never heard from';
  return `not heard from for ${words.brief}`;
}

/** What the line does and since when, where its headline does not say so already. */
export function doingWords(board: Board, words: StatusWords, formats: Formats): string {
  const told =
    ['stopped', 'action', 'noData'].includes(words.tone) || board.state.name === 'offShift';
  return told ? '' : stateWords(board, formats);
}

/** How a name is set: at the usual size in one line, else in as many as there may be. */
export interface NameSetting {
  /** Share of the usual size. */
  readonly scale: number;
  readonly lines: 1 | 2;
}

/** @param room letters that fit a line at the usual size */
export function nameSetting(name: string, room: number, mostLines: 1 | 2): NameSetting {
  const words = name.split(' ');
  if (name.length <= room || mostLines === 1 || words.length === 1) {
    return { scale: fitting(room, name.length), lines: 1 };
  }
  const widest = words.slice(1).map((_, index) => {
    const first = words.slice(0, index + 1).join(' ');
    return Math.max(first.length, name.length - first.length - 1);
  });
  return { scale: fitting(room, Math.min(...widest)), lines: 2 };
}

/** Share of the usual size at which a text fits a line that holds `room` letters of that size. */
export function fitting(room: number, letters: number): number {
  return Math.min(1, room / Math.max(1, letters));
}

const MOST_VERDICT_LINES = 3;
/** A name that is longer than that would make the words around it too small; it stands on the tile already. */
const MOST_LACK_LETTERS = 26;
const NAMELESS_LACK = 'no ideal cycle';

/** A verdict in as few words and lines as a tile has room for; where there is room, with the likely range. */
export function verdictLines(verdict: Verdict): string[] {
  const { tone, pace, outlook, since, end, range, lacks } = verdict;
  if (lacks && tone !== 'quiet') {
    const said = lacks.length > MOST_LACK_LETTERS ? NAMELESS_LACK : lacks;
    return [pace, said, LACK_REMEDY].filter(Boolean);
  }
  const brief = since ? `unrecoverable ${since}` : outlook;
  return [pace, brief, end, range].filter(Boolean).slice(0, MOST_VERDICT_LINES);
}

/** In digits; what separates thousands is narrow. */
function widthOf(number: string): number {
  const digits = number.replaceAll(/\D/g, '').length;
  return digits + 0.45 * (number.length - digits);
}

/** Share of the usual size at which two counts fit beside each other. */
export function countScale(good: string, target: string): number {
  return Math.min(1, 7.4 / (widthOf(good) + 0.7 * widthOf(target) + 1.3));
}
