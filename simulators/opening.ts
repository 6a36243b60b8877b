/** How the demo begins: a new story about the plant as it is, or the one that was begun before. */

import { patiently } from './patience.ts';
import { askForLines, askForShifts, specsOf } from './plant.ts';
import { Refusal } from './refusal.ts';
import { badShift } from './scenario.ts';
import type { Surroundings } from './surroundings.ts';
import { readTold, type Told } from './told.ts';

const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
/** Readings older than 7 days are refused (T1): stay clear of that while the seeding takes its time. */
export const OLDEST_MS = 7 * DAY_MS - HOUR_MS;

export interface DemoOptions {
  readonly http: string;
  readonly mqtt: string;
  readonly stateFile: string;
  readonly seed: string;
  readonly days: number;
  /** The most messages per second of the past. */
  readonly perSecond: number;
}

/** Goes on with the story that was begun; lines that are new since then join it. */
export async function begin(options: DemoOptions, around: Surroundings): Promise<Told> {
  const { http, seed, stateFile } = options;
  const now = around.clock.now();
  const [entries, shifts] = await patiently(
    () =>
      Promise.all([
        askForLines(http, around.signal),
        askForShifts(http, now - OLDEST_MS, now + DAY_MS, around.signal),
      ]),
    8,
    around,
  );
  if (entries.length === 0)
    throw new Refusal('The plant has no lines: add some to its plant file.');
  const specs = specsOf(entries, shifts);
  const kept = await readTold(stateFile);
  if (kept?.story.seed !== seed) {
    const story = { seed, toldAt: now, badShiftId: badShift(shifts, now), lines: specs };
    return { story, shiftIds: [], through: 0 };
  }
  const known = kept.story.lines.filter(({ id }) => specs.some((spec) => spec.id === id));
  const added = specs.filter(({ id }) => !known.some((spec) => spec.id === id));
  return { ...kept, story: { ...kept.story, lines: [...known, ...added] } };
}
