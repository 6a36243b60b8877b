/** What somebody is about to write of an hour: what holds, until they type, then theirs; kept as a draft. */

import type { BookHour } from '@lineside/domain/book-wire.ts';
import type { HourEntry } from '@lineside/domain/book.ts';
import { draftOf, keepDraft } from './draft.ts';

interface Fields {
  readonly reason: string;
  readonly countermeasure: string;
  readonly done: boolean;
}

interface Draft extends Partial<Fields> {
  /** When the reason was written that held as the typing began; `null`: there was none. */
  readonly over: string | null;
}

export class HourText {
  readonly #about: string;
  readonly #told: () => BookHour;
  /** Fields that were typed into. */
  #typed = $state.raw<Partial<Fields>>({});
  #over = $state.raw<string | null>(null);
  /** The hour as it stood when this text was saved: it may not have been told anew yet. */
  #saved = $state.raw<BookHour | null>(null);

  /** @param told the hour as it stands */
  constructor(line: string, told: () => BookHour) {
    this.#told = told;
    this.#about = `${line}/${told().start}`;
    const { over = null, ...typed } = (draftOf(this.#about) ?? {}) as Partial<Draft>;
    this.#typed = typed;
    this.#over = over;
  }

  /** The hour as it stands, by whichever was told last. */
  get hour(): BookHour {
    const told = this.#told();
    return this.#saved && this.#saved.history.length > told.history.length ? this.#saved : told;
  }

  get reason(): string {
    return this.#typed.reason ?? this.#standing.reason;
  }

  set reason(reason: string) {
    this.#type({ reason });
  }

  get countermeasure(): string {
    return this.#typed.countermeasure ?? this.#standing.countermeasure;
  }

  set countermeasure(countermeasure: string) {
    this.#type({ countermeasure });
  }

  get done(): boolean {
    return this.#typed.done ?? this.#standing.done;
  }

  set done(done: boolean) {
    this.#type({ done });
  }

  /** Whether there is anything to save. */
  get changed(): boolean {
    const { reason, countermeasure, done } = this.#standing;
    return (
      this.reason.trim() !== reason ||
      this.countermeasure.trim() !== countermeasure ||
      (this.done && this.countermeasure.trim() !== '') !== done
    );
  }

  /** A reason that somebody else has written since the typing began. */
  get meanwhile(): BookHour['reason'] {
    const { reason } = this.hour;
    return this.changed && reason && reason.at !== this.#over ? reason : null;
  }

  get entry(): HourEntry {
    const { reason, countermeasure } = this;
    const countermeasureDone = this.done && countermeasure.trim() !== '';
    return { kind: 'reason', reason, countermeasure, countermeasureDone };
  }

  /** Through a closed sheet and a reload. */
  keep(): void {
    const draft: Draft = { ...this.#typed, over: this.#over };
    keepDraft(this.#about, this.changed ? draft : null);
  }

  /** It was saved, and only what was typed since then is still its own. */
  saved(hour: BookHour): void {
    this.#saved = hour;
    this.#over = hour.reason?.at ?? null;
    if (!this.changed) this.#typed = {};
  }

  get #standing(): Fields {
    const { reason } = this.hour;
    return {
      reason: reason?.reason ?? '',
      countermeasure: reason?.countermeasure ?? '',
      done: reason?.countermeasureDone ?? false,
    };
  }

  #type(field: Partial<Fields>): void {
    const isFirst = Object.keys(this.#typed).length === 0;
    if (isFirst) this.#over = this.hour.reason?.at ?? null;
    const standing = this.#standing;
    const typed = { ...this.#typed, ...field };
    const names = Object.keys(typed) as (keyof Fields)[];
    const own = names.filter((name) => typed[name] !== standing[name]);
    this.#typed = Object.fromEntries(own.map((name) => [name, typed[name]]));
  }
}
