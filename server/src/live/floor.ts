/** The floor as it is now: a ledger for every planned line, and the names of the lines nobody planned. */

import type { LineFacts } from '@lineside/domain/facts.ts';
import type { Reading } from '@lineside/domain/reading.ts';
import type { LinePoints, LineView } from '@lineside/domain/wire.ts';
import type { Plans, Window } from '../plan/plans.ts';
import type { Clock, Log, ReadingStore } from '../ports.ts';
import { Allowance } from './allowance.ts';
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

/**
 * Points a second, of all lines together, in whole views that late readings made due: that much a weak
 * screen still draws while twenty lines hand in their past. What is due longest goes first.
 */
const CORRECTED_POINTS_PER_SECOND = 40_000;
/** Readings may be this far ahead of the clock (T1), and are loaded too, ms. */
const AHEAD_MS = 10 * 60_000;

export class Floor {
  readonly discovered: Discovered;
  readonly #parts: FloorParts;
  readonly #lines = new Map<string, LiveLine>();
  /** Readings that came while their line was being loaded. */
  readonly #waiting = new Map<string, Reading[]>();
  readonly #corrections = new Allowance(CORRECTED_POINTS_PER_SECOND);
  #window: Window = { zeroAt: 0, until: -Infinity };
  #loading: Promise<void> = Promise.resolve();
  #isLoading = false;
  #isOpen = false;

  constructor(parts: FloorParts) {
    this.#parts = parts;
    this.discovered = new Discovered(parts.plans);
  }

  async start(): Promise<void> {
    for (const id of await this.#parts.store.lines(-1)) this.discovered.note(id);
    await this.turn();
    this.#isOpen = true;
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

  /**
   * Takes up a changed plan: lines come, go, and have what is planned now. Resolves when those are
   * loaded that are to be counted anew.
   */
  async replan(): Promise<void> {
    const { clock, plans } = this.#parts;
    const planned = new Set(plans.lines.map(({ id }) => id));
    for (const id of planned) this.discovered.forget(id);
    for (const [id, line] of this.#lines) {
      if (planned.has(id)) continue;
      this.#lines.delete(id);
      if (line.isHeard) this.discovered.note(id);
    }
    const window = liveWindow(plans.calendar, clock.now());
    const { zeroAt, until } = this.#window;
    if (window.zeroAt !== zeroAt || window.until !== until) this.#window = window;
    await this.#reload([...planned].filter((id) => !this.#isReplanned(id)));
  }

  /** Gives a line what is planned now; `false`: it is to be counted anew. */
  #isReplanned(id: string): boolean {
    const { plans } = this.#parts;
    const line = this.#lines.get(id);
    if (line?.inView.window !== this.#window) return false;
    const { ledger, countingKey } = line.inView;
    if (countingKey !== plans.countingKey(id, this.#window)) return false;
    line.replan(plans.factsOf(id, ledger.track, this.#window));
    return true;
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
    const views = this.#takeViews(lines, now);
    const points = lines.map((line) => line.takePoints()).filter((each) => each !== null);
    return { points, views: [...views, ...this.discovered.takeNews(this.#window)] };
  }

  #takeViews(lines: readonly LiveLine[], now: number): LineView[] {
    const views: LineView[] = [];
    for (const line of lines.toSorted((a, b) => a.viewSentAt - b.viewSentAt)) {
      const due = line.viewDue(now);
      if (due === null || (due === 'correction' && !this.#corrections.isLeft(now))) continue;
      const view = line.takeView(now);
      if (due === 'correction') this.#corrections.spend(view.track.at.length);
      views.push(view);
    }
    return views;
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
    const { zeroAt, until } = this.#window;
    const covers = inView?.window === this.#window && at >= zeroAt && at < until;
    return covers ? inView.facts : null;
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
    const window = this.#window;
    this.#waiting.set(id, []);
    try {
      const known = { zeroAt: window.zeroAt, until: clock.now() + AHEAD_MS };
      const { ledger, completeFrom } = await loadLine(store, plans, id, known);
      // The plan may have been changed meanwhile.
      if (!plans.lineOf(id)) return;
      const countingKey = plans.countingKey(id, window);
      const facts = plans.factsOf(id, ledger.track, window);
      const inView: InView = { ledger, facts, window, countingKey, completeFrom };
      const waiting = this.#waiting.get(id) ?? [];
      ledger.add(waiting.filter(({ at }) => at >= completeFrom));
      const line = this.#lines.get(id) ?? new LiveLine(id, inView);
      // At the start there is no screen yet that has to be told of a line.
      if (this.#isOpen) line.replace(inView);
      this.#lines.set(id, line);
    } finally {
      this.#waiting.delete(id);
    }
  }
}
