/** Writes readings into InfluxDB: as often as it takes, and past a reading that it refuses. */

import type { Reading } from '@lineside/domain/reading.ts';
import type { InfluxDatabase } from './database.ts';
import type { Failure } from './failure.ts';
import { pointsOf, PROBE, type PointOf } from './points.ts';
import { marksOf } from './told.ts';

/** A reading that InfluxDB does not take, and why, in its words. */
export interface RefusedReading {
  readonly reading: Reading;
  readonly reason: string;
}

export type Written =
  | { readonly ok: true; readonly refused: readonly RefusedReading[] }
  /** Nothing is known of the readings: write them again later. `refused`: somebody has to change something first. */
  | { readonly ok: false; readonly kind: 'later' | 'refused'; readonly trouble: string };

const MOST_POINTS = 5_000;
const DAY_MS = 86_400_000;

export class InfluxWriter {
  readonly #database: InfluxDatabase;
  readonly #retentionDays: number | null;
  /** Whether database and policy were there when last looked at. */
  #isEnsured = false;
  #notice: string | null = null;

  /** @param retentionDays `null`: for ever */
  constructor(database: InfluxDatabase, retentionDays: number | null) {
    this.#database = database;
    this.#retentionDays = retentionDays;
  }

  /** What an administrator should put right, though readings are taken all the same. */
  get notice(): string | null {
    return this.#notice;
  }

  /**
   * @param instants all readings of one line at one millisecond each; repeated, and with further
   * readings, they take the place of what was written before. Those older than the retention are left out.
   * @param now epoch ms
   */
  async write(instants: readonly (readonly Reading[])[], now: number): Promise<Written> {
    const written = await this.#write(instants, now);
    // After any failure the database may have been made anew.
    this.#isEnsured = written.ok;
    return written;
  }

  async #write(instants: readonly (readonly Reading[])[], now: number): Promise<Written> {
    const retentionDays = this.#retentionDays;
    if (!this.#isEnsured) {
      const ensured = await this.#database.ensure(retentionDays);
      if (!ensured.ok) return ensured;
      this.#notice = ensured.value;
    }
    const keptFrom = retentionDays === null ? -Infinity : now - retentionDays * DAY_MS;
    const kept = instants.filter(([first]) => first !== undefined && first.at >= keptFrom);
    const marked = await this.#mark(kept);
    if (!marked.ok) return marked;
    const sent = kept.flatMap(pointsOf);
    const refused: RefusedReading[] = [];
    for (let place = 0; place < sent.length; place += MOST_POINTS) {
      const written = await this.#send(sent.slice(place, place + MOST_POINTS));
      if (!written.ok) return written;
      refused.push(...written.refused);
    }
    return { ok: true, refused };
  }

  /** Before the readings: a mark without its reading does no harm. */
  async #mark(instants: readonly (readonly Reading[])[]): Promise<Written> {
    const marks = marksOf(instants.flat());
    for (let place = 0; place < marks.length; place += MOST_POINTS) {
      const answer = await this.#database.write(marks.slice(place, place + MOST_POINTS));
      if (!answer.ok && !isTooOld(answer)) return answer;
    }
    return { ok: true, refused: [] };
  }

  /** Halves what is refused until the bad reading stands alone. */
  async #send(sent: readonly PointOf[]): Promise<Written> {
    const answer = await this.#database.write(sent.map(({ point }) => point));
    if (answer.ok || isTooOld(answer)) return { ok: true, refused: [] };
    if (answer.status !== 400 && answer.status !== 413) return answer;
    if (sent.length > 1 && droppedOf(answer) !== sent.length) {
      const middle = Math.ceil(sent.length / 2);
      const first = await this.#send(sent.slice(0, middle));
      if (!first.ok) return first;
      const second = await this.#send(sent.slice(middle));
      return second.ok ? { ok: true, refused: [...first.refused, ...second.refused] } : second;
    }
    const harmless = await this.#database.write([PROBE]);
    if (!harmless.ok) return harmless;
    return { ok: true, refused: sent.map(({ reading }) => ({ reading, reason: answer.reason })) };
  }
}

/** InfluxDB has let go of that time already; all others of the request it has taken. */
const isTooOld = ({ reason }: Failure): boolean => reason.includes('beyond retention policy');

/** How many points a partial write says it left out. */
function droppedOf({ reason }: Failure): number | null {
  const dropped = /^partial write: .* dropped=(\d+)$/s.exec(reason)?.[1];
  return dropped === undefined ? null : Number(dropped);
}
