/** Every word that says how a line is doing: one place to read them, one place to translate. */

import type { Board } from '@lineside/domain/board.ts';
import { briefDuration, duration, minutesLong, type Formats } from './formats.ts';

/** What a screen's colours and shapes follow. */
export type Tone =
  'stopped' | 'critical' | 'behind' | 'action' | 'noData' | 'onTarget' | 'ahead' | 'quiet';
export type ShapeName = 'square' | 'down' | 'up' | 'disc' | 'diamond' | 'bars' | 'none';

/** `■ STOPPED 12 min 40 s`, in its three parts and with its tone. */
export interface StatusWords {
  readonly tone: Tone;
  readonly shape: ShapeName;
  readonly word: string;
  /** Units or a duration; empty where the word says it all. */
  readonly value: string;
  /** The same where room is scarce: `12 min`. */
  readonly brief: string;
}

export const GLYPHS: Readonly<Record<ShapeName, string>> = {
  square: '■',
  down: '▼',
  up: '▲',
  disc: '●',
  diamond: '◆',
  bars: '▮▮',
  none: '',
};

/** @param now when the words are read, epoch ms: later than the board's moment while the server is silent */
export function statusWords(board: Board, formats: Formats, now = board.at): StatusWords {
  const { status, state, variance } = board;
  const units = formats.number(Math.abs(variance?.units ?? 0));
  const counted = { value: units, brief: units };
  if (status === 'offShift') return { tone: 'quiet', shape: 'bars', word: 'OFF SHIFT', ...UNSAID };
  if (status === 'noData') {
    return { tone: 'noData', shape: 'none', word: 'NO DATA', ...lasting(board.lastReadingAt, now) };
  }
  if (state.name === 'stopped') {
    return { tone: 'stopped', shape: 'square', word: 'STOPPED', ...lasting(state.since, now) };
  }
  if (state.name === 'changeover') {
    return { tone: 'action', shape: 'diamond', word: 'CHANGEOVER', ...lasting(state.since, now) };
  }
  switch (status) {
    case 'critical':
    case 'behind':
      return { tone: status, shape: 'down', word: 'BEHIND', ...counted };
    case 'ahead':
      return { tone: 'ahead', shape: 'up', word: 'AHEAD', ...counted };
    case 'onTarget':
      return { tone: 'onTarget', shape: 'disc', word: 'ON TARGET', ...UNSAID };
    case 'noTarget':
      return { tone: 'quiet', shape: 'disc', word: 'NO TARGET', ...UNSAID };
  }
}

type Value = Pick<StatusWords, 'value' | 'brief'>;
const UNSAID: Value = { value: '', brief: '' };

function lasting(since: number | null, now: number): Value {
  if (since === null) return UNSAID;
  return { value: duration(now - since), brief: briefDuration(now - since) };
}

/** What the line is doing, in a sentence's words: `running since 08:12`. */
export function stateWords(board: Board, formats: Formats): string {
  const { name, since } = board.state;
  const words = {
    running: 'running',
    stopped: 'stopped',
    changeover: 'changeover',
    idle: 'idle',
    break: 'on break',
    noData: 'not heard from',
    offShift: 'off shift',
  }[name];
  return since === null ? words : `${words} since ${formats.time(since)}`;
}

/** `21 min behind`, `4 min ahead`; empty without a rate to measure by. */
export function minutesWords(board: Board): string {
  const minutes = board.variance?.minutes ?? null;
  if (minutes === null || Math.round(Math.abs(minutes)) === 0) return '';
  return `${minutesLong(Math.abs(minutes))} ${minutes < 0 ? 'behind' : 'ahead'}`;
}

/** Signed minutes of work: `−21`, `+4`. */
export function signedMinutes(board: Board, formats: Formats): string {
  const minutes = board.variance?.minutes ?? null;
  return minutes === null ? '–' : formats.signed(minutes);
}

/** `92/h` */
export function perHour(rate: number, formats: Formats): string {
  return `${formats.number(rate)}/h`;
}

export function lastHeard(board: Board, formats: Formats): string {
  if (board.lastReadingAt === null) return 'never heard from';
  return `last heard ${formats.time(board.lastReadingAt)}`;
}

/** The age of the line's data; `–` before its first. */
export function dataAge(board: Board, now = board.at): string {
  return board.lastReadingAt === null ? '–' : briefDuration(now - board.lastReadingAt);
}

/** What a person should know about how the count came about. */
export function countRemarks(board: Board, formats: Formats): string[] {
  const { unseen = 0, implausible = 0, missedMessages = 0 } = board.count ?? {};
  const remarks: string[] = [];
  if (unseen > 0) {
    const parts = unseen === 1 ? '1 part was' : `${formats.number(unseen)} parts were`;
    remarks.push(`${parts} made unseen, while the line was not heard from.`);
  }
  if (implausible > 0) {
    const jumps = implausible === 1 ? '1 implausible jump' : `${implausible} implausible jumps`;
    remarks.push(`${jumps} of the counter not counted: check the source.`);
  }
  if (missedMessages > 0) {
    const seen =
      board.lastGapAt === null ? '' : `, last noticed at ${formats.time(board.lastGapAt)}`;
    const gap = `gap in the sequence numbers${seen}`;
    const counted = 'Running totals make up for them, increments do not.';
    remarks.push(`${lostWords(board, formats)} on the way (${gap}). ${counted}`);
  }
  return remarks;
}

/** `37 messages lost`; empty where none is (C8). */
export function lostWords(board: Board, formats: Formats): string {
  const missed = board.count?.missedMessages ?? 0;
  if (missed === 0) return '';
  return missed === 1 ? '1 message lost' : `${formats.number(missed)} messages lost`;
}

/** `1 line`, `3 lines`. */
export function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** Why a shift of long ago shows no single readings (H1). */
export function byMinuteWords(retentionDays: number | null): string {
  const kept = retentionDays === null ? '' : `: single readings are kept for ${retentionDays} days`;
  return `Shown by the minute${kept}.`;
}
