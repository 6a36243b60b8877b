/** The floor as it is now: a ledger for every planned line, and the names of the lines nobody planned. */

import type { LineFacts } from '@lineside/domain/facts.ts';
import type { Reading } from '@lineside/domain/reading.ts';
import type { LinePoints, LineView } from '@lineside/domain/wire.ts';
import type { Plans, Window } from '../plan/plans.ts';
import type { Clock, Log, ReadingStore } from '../ports.ts';
import { Discovered } from './discovered.ts';
import { LiveLine, type InView } from './live-line.ts';
import { loadLine } from './past.ts';
import { liveWindow } from './windows.ts';

export interface FloorParts {
  readonly store: Pick<ReadingStore, 'read' | 'before' | 'lastOfEach' | 'lines'>;
  readonly plans: Plans;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
}

/** What screens have not been told yet. */
export interface News {
  readonly points: readonly LinePoints[];
  readonly views: readonly LineView[];
}

/** Readings may be this far ahead of the clock (T1), and are loaded too, ms. */
const AHEAD_MS = 10 * 60_000;

export class Floor {
  readonly discovered: Discovered;
  readonly #parts: FloorParts;
  readonly #lines = new Map<string, LiveLine>();
  /** Readings that came while their line was being loaded. */
  readonly #waiting = new Map<string, Reading[]>();
  #window: Window = { zeroAt: 0, until: -Infinity };
  #loading: Promise<void> = Promise.resolve();
  #isLoading = false;

  constructor(parts: FloorParts) {
    this.#parts = parts;
    this.discovered = new Discovered(parts.plans);
  }

  async start(): Promise<void> {
    for (const id of await this.#parts.store.lines(-1)) this.discovered.note(id);
    await this.turn();
  }

  /** Takes a stored reading. Adding one again changes nothing. */
  add(reading: Reading): void {
    this.#waiting.get(reading.line)?.push(reading);
    const line = this.#lines.get(reading.line);
    if (line) line.add(reading);
    else this.discovered.note(reading.line);
  }

  /** Loads every line anew when the window in view is over: at each change of shift. */
  async turn(): Promise<void> {
    if (this.#isLoading) return;
    const { clock, plans } = this.#parts;
    const now = clock.now();
    if (now >= this.#window.until) {
      this.#window = liveWindow(plans.calendar, now);
      await this.#reload(plans.lines.map(({ id }) => id));
    } else {
      const overgrown = [...this.#lines.values()].filter((line) => line.isOvergrown);
      if (overgrown.length > 0) await this.#reload(overgrown.map(({ id }) => id));
    }
  }

  /** Messages missing so far in the planned lines' views (C8). */
  get missedMessages(): number {
    return this.#lines.values().reduce((sum, line) => sum + line.missedMessages, 0);
  }

  get hasNews(): boolean {
    return this.discovered.hasNews || this.#lines.values().some((line) => line.hasNews);
  }

  /** Everything new since the last call. */
  takeNews(): News {
    const now = this.#parts.clock.now();
    const lines = [...this.#lines.values()];
    const views = lines.map((line) => line.takeView(now)).filter((view) => view !== null);
    const points = lines.map((line) => line.takePoints()).filter((each) => each !== null);
    return { points, views: [...views, ...this.discovered.takeNews(this.#window)] };
  }

  /** Ids of all lines that screens can show. */
  get ids(): string[] {
    return [...this.#lines.keys(), ...this.discovered.ids];
  }

  view(id: string): LineView | null {
    return this.#lines.get(id)?.view() ?? this.discovered.view(id, this.#window);
  }

  /** A planned line's facts when the ledger in memory covers an instant; else they are in the store. */
  factsAt(id: string, at: number): LineFacts | null {
    const inView = this.#lines.get(id)?.inView;
    return inView && at >= inView.zeroAt && at < this.#window.until ? inView.facts : null;
  }

  /** Resolves when no line is being loaded. */
  async settled(): Promise<void> {
    await this.#loading;
  }

  #reload(ids: readonly string[]): Promise<void> {
    this.#loading = this.#loading.then(() => this.#loadAll(ids));
    return this.#loading;
  }

  async #loadAll(ids: readonly string[]): Promise<void> {
    this.#isLoading = true;
    for (const id of ids) {
      try {
        await this.#load(id);
      } catch (error) {
        this.#parts.log.error({ error, line: id }, 'a line could not be loaded; it is tried again');
        this.#window = { ...this.#window, until: -Infinity };
      }
    }
    this.#isLoading = false;
  }

  async #load(id: string): Promise<void> {
    const { store, plans, clock } = this.#parts;
    const { zeroAt, until } = this.#window;
    this.#waiting.set(id, []);
    try {
      const window = { zeroAt, until: clock.now() + AHEAD_MS };
      const { ledger, completeFrom } = await loadLine(store, plans, id, window);
      const facts = plans.factsOf(id, ledger.track, { zeroAt, until });
      const inView: InView = { ledger, facts, zeroAt, completeFrom };
      const waiting = this.#waiting.get(id) ?? [];
      ledger.add(waiting.filter(({ at }) => at >= completeFrom));
      const line = this.#lines.get(id);
      if (line) line.replace(inView);
      else this.#lines.set(id, new LiveLine(id, inView));
    } finally {
      this.#waiting.delete(id);
    }
  }
}
