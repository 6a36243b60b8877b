/** The shift book as the pages share it: what is open, when to ask anew, and who writes here. */

import type { OpenGap } from '@lineside/domain/book-wire.ts';
import type { Timer } from '../timer.ts';
import { who } from '../who.svelte.ts';
import type { BookRequests } from './book-requests.ts';

/** Hours end, and late readings come, without anybody writing. */
const ASK_EVERY_MS = 60_000;

export class Book {
  readonly requests: BookRequests;
  readonly #timer: Timer;
  #gaps = $state.raw<readonly OpenGap[] | null>(null);
  #asked = $state(0);
  #watchers = 0;

  constructor(requests: BookRequests, timer: Timer) {
    this.requests = requests;
    this.#timer = timer;
  }

  /** Short hours of all lines that are not closed; `null` until known. */
  get gaps(): readonly OpenGap[] | null {
    return this.#gaps;
  }

  /** Grows when what was read of the book may be out of date. */
  get turns(): number {
    return this.#asked;
  }

  /** The name of whoever writes at this screen. */
  get who(): string {
    return who.name;
  }

  set who(name: string) {
    who.name = name;
  }

  /** Keeps the list of what is open up to date; the answer stops that. */
  watch(): () => void {
    this.#watchers += 1;
    this.refresh();
    const stop = this.#timer.every(ASK_EVERY_MS, () => {
      this.refresh();
    });
    return () => {
      this.#watchers -= 1;
      stop();
    };
  }

  /** Something was written, here or at another screen. */
  refresh(): void {
    if (this.#watchers === 0) return;
    this.#asked += 1;
    const asked = this.#asked;
    this.requests.open().then(
      ({ gaps }) => {
        if (asked === this.#asked) this.#gaps = gaps;
      },
      // What is known stays; the next turn asks again.
      () => undefined,
    );
  }
}
