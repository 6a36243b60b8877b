/** The moment a screen shows: the server's own time when live, the player's cursor in replay. */

import type { Timer } from './timer.ts';

export interface Clock {
  /** The moment boards are shown for, epoch ms; `null` until it is known. */
  readonly at: number | null;
  /** The time on the clock face: it runs on while boards wait for the server. */
  readonly now: number | null;
  /** Whole seconds since the server was last heard; 0 in replay, which needs no server. */
  readonly silentSeconds: number;
}

/** Screens change at most this often. */
export const PULSE_MS = 250;
/** Boards stop where the server fell silent: a target that ran on against a frozen count would lie. */
export const FREEZE_AFTER_MS = 5_000;
/** After this long without the server, nothing on screen may look live. */
export const LOST_AFTER_SECONDS = 10;
const FACE_MS = 1_000;

/** The server's time, carried on between its ticks by a clock that nobody can set. */
export class LiveClock implements Clock {
  #at = $state<number | null>(null);
  #now = $state<number | null>(null);
  #silentSeconds = $state(0);
  readonly #timer: Timer;
  readonly #onPulse: () => void;
  #heard: { readonly serverTime: number; readonly elapsed: number } | null = null;
  #fresh = false;
  #shownAt = -Infinity;
  #startedAt = 0;

  /** @param onPulse runs just before each change of the clock, at most every {@link PULSE_MS} */
  constructor(timer: Timer, onPulse: () => void = () => undefined) {
    this.#timer = timer;
    this.#onPulse = onPulse;
  }

  get at(): number | null {
    return this.#at;
  }

  get now(): number | null {
    return this.#now;
  }

  get silentSeconds(): number {
    return this.#silentSeconds;
  }

  /** Starts the hands; the answer stops them. */
  start(): () => void {
    this.#startedAt = this.#timer.elapsed();
    return this.#timer.every(PULSE_MS, () => {
      this.#pulse();
    });
  }

  /** Takes the server's word for the time, epoch ms. */
  hear(serverTime: number): void {
    const first = this.#heard === null;
    this.#heard = { serverTime, elapsed: this.#timer.elapsed() };
    this.#fresh = true;
    if (first) this.#pulse();
  }

  #pulse(): void {
    const elapsed = this.#timer.elapsed();
    if (!this.#fresh && elapsed - this.#shownAt < FACE_MS) return;
    this.#fresh = false;
    this.#shownAt = elapsed;
    const silentMs = elapsed - (this.#heard?.elapsed ?? this.#startedAt);
    this.#silentSeconds = Math.floor(silentMs / 1000);
    this.#onPulse();
    if (!this.#heard) return;
    this.#now = this.#heard.serverTime + silentMs;
    this.#at = this.#heard.serverTime + Math.min(silentMs, FREEZE_AFTER_MS);
  }
}
