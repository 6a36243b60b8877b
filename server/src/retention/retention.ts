/** Once a day: keeps days that nothing can change any more by the minute, then removes readings that are old enough. */

import { DAY_MS, dayOf } from '../live/days.ts';
import type { Plans } from '../plan/plans.ts';
import { HistoryAway } from '../ports.ts';
import type { Clock, Log, MinuteStore, Prunable, ReadingStore, Timer } from '../ports.ts';
import { rollUp, type DayStore } from './roll-up.ts';

/** Readings older than 7 days are refused (T1): this long after its end a day is final, ms. */
const FINAL_AFTER_MS = 9 * DAY_MS;
/** How long to wait for a database that is away, ms. */
const AGAIN_MS = 600_000;
/** Lines asked for their last reading, beside the planned ones. */
const SOME_LINES = 50;

export interface RetentionParts {
  readonly readings: DayStore & Pick<ReadingStore, 'prunedBefore' | 'lines'>;
  readonly minutes: MinuteStore;
  readonly plans: Plans;
  readonly clock: Clock;
  readonly log: Log;
  readonly prunable: Prunable;
  /** Up to where readings may go, of those whose days are kept by the minute, epoch ms; -Infinity: none. */
  readonly pruneBefore: (now: number) => number;
}

export class Retention {
  readonly #parts: RetentionParts;
  readonly #stop = new AbortController();
  #timer: Timer | null = null;
  /** Until the database answers. */
  #soon: Timer | null = null;
  #running: Promise<void> | null = null;

  constructor(parts: RetentionParts) {
    this.#parts = parts;
  }

  /** Begins at once and does not wait for the end of it. */
  start(): void {
    this.#timer = this.#parts.clock.every(DAY_MS, () => void this.run());
    void this.run();
  }

  /** Resolves when the step under way is over; the rest is taken up at the next start. */
  async close(): Promise<void> {
    this.#timer?.cancel();
    this.#soon?.cancel();
    this.#stop.abort();
    await this.#running;
  }

  /** Resolves when everything due by now is done; never rejects. */
  run(): Promise<void> {
    this.#running ??= this.#run().finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  async #run(): Promise<void> {
    const { prunable, pruneBefore, log } = this.#parts;
    try {
      const now = await this.#present();
      if (now === -Infinity) return;
      const keptUntil = await this.#rollUpAll(dayOf(now - FINAL_AFTER_MS));
      const before = Math.min(pruneBefore(now), keptUntil);
      if (before === -Infinity || this.#stop.signal.aborted) return;
      const removed = await prunable.prune(before, this.#stop.signal);
      if (removed > 0) log.info({ removed, before }, 'old readings were removed');
    } catch (error) {
      if (error instanceof HistoryAway) {
        log.warn({ reason: error.message }, 'days wait for the database to be kept by the minute');
        this.#runSoon();
      } else {
        log.error({ error }, 'old readings could not be removed; it is tried again in a day');
      }
    }
  }

  #runSoon(): void {
    this.#soon?.cancel();
    this.#soon = this.#parts.clock.every(AGAIN_MS, () => {
      this.#soon?.cancel();
      void this.run();
    });
  }

  /** The present as far as readings tell it: a clock that runs ahead must not cost a year of them. */
  async #present(): Promise<number> {
    const { clock, plans, readings } = this.#parts;
    const now = clock.now();
    const ids = [...plans.everPlanned, ...(await readings.lines(SOME_LINES))];
    let latest = -Infinity;
    for (const id of new Set(ids)) {
      const [last] = await readings.before(id, now + 1, 1);
      latest = Math.max(latest, last?.at ?? -Infinity);
    }
    return latest;
  }

  /** Up to where every line's days are kept by the minute, epoch ms. */
  async #rollUpAll(endDay: number): Promise<number> {
    const { plans, log } = this.#parts;
    let until = endDay * DAY_MS;
    for (const id of plans.everPlanned) {
      try {
        await this.#rollUpLine(id, endDay);
      } catch (error) {
        until = -Infinity;
        if (error instanceof HistoryAway) throw error;
        log.error(
          { error, line: id },
          'days of a line could not be kept by the minute; it is tried again in a day',
        );
      }
      if (this.#stop.signal.aborted) return -Infinity;
    }
    return until;
  }

  async #rollUpLine(line: string, endDay: number): Promise<void> {
    const { readings, minutes, plans } = this.#parts;
    for (let day = await this.#firstDay(line, endDay); day < endDay; day++) {
      if (this.#stop.signal.aborted) return;
      await minutes.keepDay(line, await rollUp(readings, plans, line, day));
    }
  }

  /** The first day of a line that is not kept by the minute and whose readings are all there. */
  async #firstDay(line: string, endDay: number): Promise<number> {
    const { readings, minutes } = this.#parts;
    const wholeFrom = Math.max(Math.ceil(readings.prunedBefore / DAY_MS), 0);
    const last = await minutes.lastDay(line);
    if (last !== null) return Math.max(last + 1, wholeFrom);
    const query = { line, from: wholeFrom * DAY_MS, to: endDay * DAY_MS };
    for await (const [first] of readings.pages(query)) if (first) return dayOf(first.at);
    return endDay;
  }
}
