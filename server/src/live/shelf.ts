/** Views of past shifts, kept as the text that screens get: a shift that is over is asked for again and again. */

import type { Reading } from '@lineside/domain/reading.ts';
import type { Window } from '../plan/plans.ts';

/** Characters kept at most, of all views together. */
const MOST_CHARACTERS = 64_000_000;

interface Kept extends Window {
  readonly line: string;
  readonly text: Promise<string>;
  characters: number;
}

const keyOf = (line: string, { zeroAt, until }: Window): string => `${line} ${zeroAt} ${until}`;

export class Shelf {
  /** The one asked for last is the last. */
  readonly #views = new Map<string, Kept>();
  #characters = 0;

  /** A line's view over a window: the kept one, or else what `load` makes. */
  view(line: string, window: Window, load: () => Promise<string>): Promise<string> {
    const key = keyOf(line, window);
    const known = this.#views.get(key);
    this.#views.delete(key);
    const kept = known ?? { ...window, line, text: load(), characters: 0 };
    this.#views.set(key, kept);
    if (!known) void this.#weigh(key, kept);
    return kept.text;
  }

  /** Forgets, even while they are being loaded, the views that a reading bears on. */
  add({ line, at }: Pick<Reading, 'line' | 'at'>): void {
    for (const [key, kept] of this.#views) {
      if (kept.line === line && at <= kept.until) this.#drop(key, kept);
    }
  }

  /** Forgets every view: a changed plan may bear on any. */
  clear(): void {
    for (const [key, kept] of this.#views) this.#drop(key, kept);
  }

  /** Forgets a view that stands in for a better one. */
  forget(line: string, window: Window): void {
    const key = keyOf(line, window);
    const kept = this.#views.get(key);
    if (kept) this.#drop(key, kept);
  }

  async #weigh(key: string, kept: Kept): Promise<void> {
    try {
      const { length } = await kept.text;
      if (this.#views.get(key) !== kept) return;
      kept.characters = length;
      this.#characters += length;
    } catch {
      // Whoever asked is told; the next one who asks tries again.
      this.#drop(key, kept);
    }
    for (const [oldest, entry] of this.#views) {
      if (this.#characters <= MOST_CHARACTERS) return;
      this.#drop(oldest, entry);
    }
  }

  #drop(key: string, kept: Kept): void {
    if (this.#views.get(key) !== kept) return;
    this.#views.delete(key);
    this.#characters -= kept.characters;
  }
}
