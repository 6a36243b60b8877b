/** Lines that send readings but are not in the plan: listed, and no more kept of them in memory than that. */

import { Track } from '@lineside/domain/track.ts';
import { viewOf } from '@lineside/domain/view.ts';
import type { LineView } from '@lineside/domain/wire.ts';
import type { Plans, Window } from '../plan/plans.ts';

const MOST_LISTED = 1_000;

export class Discovered {
  readonly #plans: Plans;
  readonly #ids = new Set<string>();
  #news: string[] = [];

  constructor(plans: Plans) {
    this.#plans = plans;
  }

  get ids(): string[] {
    return [...this.#ids];
  }

  get hasNews(): boolean {
    return this.#news.length > 0;
  }

  note(id: string): void {
    if (this.#ids.size >= MOST_LISTED || this.#ids.has(id) || this.#plans.lineOf(id)) return;
    this.#ids.add(id);
    this.#news.push(id);
  }

  /** A line that is planned now is no discovery any more. */
  forget(id: string): void {
    this.#ids.delete(id);
    this.#news = this.#news.filter((each) => each !== id);
  }

  has(id: string): boolean {
    return this.#ids.has(id);
  }

  view(id: string, window: Window): LineView | null {
    if (!this.#ids.has(id)) return null;
    const facts = this.#plans.factsOf(id, new Track(null), window);
    return viewOf(facts, { zeroAt: window.zeroAt, until: window.zeroAt, discovered: true });
  }

  /** Views of the lines found since the last call. */
  takeNews(window: Window): LineView[] {
    const views = this.#news.map((id) => this.view(id, window)).filter((view) => view !== null);
    this.#news = [];
    return views;
  }
}
