/** What a wall tile says first: one figure, and the words below it. */

import type { Board } from '@lineside/domain/board.ts';
import type { Formats } from '../formats.ts';
import { minutesWords, type StatusWords } from '../words.ts';

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
      return figure(words.value || words.word, [words.word + since, gap], !words.value);
    case 'noData':
      return figure('NO DATA', [silenceWords(board, words, now)], true);
    case 'quiet':
      return figure(words.word, [], true);
    case 'critical':
    case 'behind':
    case 'ahead':
    case 'onTarget':
      return figure(
        formats.number(Math.abs(board.variance?.units ?? 0)),
        [words.word, workWords(board), doingWords(board, formats)],
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

function doingWords({ state }: Board, formats: Formats): string {
  if (state.since === null) return '';
  if (state.name === 'break') return `on break since ${formats.time(state.since)}`;
  if (state.name === 'idle') return `idle since ${formats.time(state.since)}`;
  return `${state.name === 'running' ? 'running' : state.name} since ${formats.time(state.since)}`;
}

function silenceWords(board: Board, words: StatusWords, now: number): string {
  if (board.lastReadingAt === null || now < board.lastReadingAt) return 'never heard from';
  return `not heard from for ${words.value}`;
}

/** Long names are set smaller: the share of the usual size that fits about ten letters a line. */
export function nameScale(name: string): number {
  const longest = Math.max(...name.split(/\s+/).map((word) => word.length), name.length / 2);
  return Math.min(1, 8.5 / Math.max(longest, 1));
}
