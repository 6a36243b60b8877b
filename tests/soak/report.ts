/** What a soak saw, as a table, and whether the promises held. */

import type { MemoryInUse } from '../support/inspector.ts';
import type { Lag } from './lag.ts';
import { mean, slopePerHour } from './slope.ts';

/** What is promised. */
const MOST_MIB_PER_HOUR = 1;
const MOST_LAG_MS = 50;
const MIB = 1024 * 1024;

/** One look at the server, simulated hours after the start. */
export interface Look {
  readonly hour: number;
  /** The share of its shift that is over. */
  readonly phase: number;
  readonly memory: MemoryInUse;
  /** Since the look before. */
  readonly lag: Lag;
  readonly idleLag: Lag;
}

const COLUMNS = ['hour', 'in use', 'resident', 'lag p50', 'p99', 'max', 'idle p50', 'p99', 'max'];
const WIDTH = 10;

const row = (cells: readonly string[]): string =>
  cells.map((cell) => cell.padStart(WIDTH)).join('');
export const header = row(COLUMNS);

export function lookRow({ hour, memory, lag, idleLag }: Look): string {
  const times = [lag, idleLag].flatMap(({ p50, p99, max }) => [p50, p99, max]);
  return row([
    hour.toFixed(2),
    `${mebibytes(memory.inUse)} MiB`,
    `${mebibytes(memory.resident)} MiB`,
    ...times.map((ms) => ms.toFixed(1)),
  ]);
}

const mebibytes = (bytes: number): string => (bytes / MIB).toFixed(1);

export interface Slopes {
  /** Of what is in use, MiB per simulated hour. */
  readonly inUse: number;
  /**
   * Of what the process has from the system, MiB per simulated hour: told, not judged, since it goes up
   * and down by ten MiB with what the allocators keep in reserve.
   */
  readonly resident: number;
  /** By how much more is in use for every hour into a shift, MiB. */
  readonly withinShift: number;
}

/** After the first hour. */
export function slopesOf(all: readonly Look[], shiftHours: number): Slopes {
  const looks = all.filter(({ hour }) => hour >= 1);
  const slope = (bytes: (memory: MemoryInUse) => number): number =>
    slopePerHour(
      looks.map(({ phase, hour, memory }) => ({ phase, hour, value: bytes(memory) / MIB })),
    );
  const inUse = slope((memory) => memory.inUse);
  const level = (phase: number): number =>
    mean(
      looks
        .filter((look) => look.phase === phase)
        .map(({ hour, memory }) => memory.inUse / MIB - inUse * hour),
    );
  const phases = [...new Set(looks.map(({ phase }) => phase))].sort((a, b) => a - b);
  const [first = NaN, last = NaN] = [phases[0], phases.at(-1)];
  return {
    inUse,
    resident: slope((memory) => memory.resident),
    withinShift: (level(last) - level(first)) / ((last - first) * shiftHours),
  };
}

export interface Seen {
  /** Simulated hours in a real one. */
  readonly speed: number;
  readonly slopes: Slopes;
  /** Of the whole run, looking into the server included. */
  readonly lag: Lag;
  readonly idleLag: Lag;
}

export interface Judged {
  readonly figures: string;
  /** Promises that do not hold. */
  readonly problems: readonly string[];
}

export function judge({ speed, slopes, lag, idleLag }: Seen): Judged {
  const { inUse, resident, withinShift } = slopes;
  const isJudged = !Number.isNaN(inUse);
  const memory = isJudged
    ? `memory in use ${signed(inUse)} MiB an hour after the first (${signed(inUse * speed)} a real hour), ` +
      `resident ${signed(resident)}; a shift takes ${signed(withinShift)} an hour while it lasts`
    : 'too few shifts to judge memory';
  const problems = [
    ...(inUse < MOST_MIB_PER_HOUR || !isJudged
      ? []
      : [`more than ${MOST_MIB_PER_HOUR} MiB an hour`]),
    ...(lag.p99 < MOST_LAG_MS ? [] : [`event-loop lag of ${MOST_LAG_MS} ms or more`]),
  ];
  const figures =
    `${memory}; event-loop lag p99 ${lag.p99.toFixed(1)} ms, p50 ${lag.p50.toFixed(1)} ms ` +
    `(a process that does nothing: p99 ${idleLag.p99.toFixed(1)} ms, p50 ${idleLag.p50.toFixed(1)} ms)`;
  return { figures, problems };
}

const signed = (value: number): string => `${value < 0 ? '' : '+'}${value.toFixed(2)}`;
