/** The replay clock: a cursor that a person moves, or that plays on at some speed. */

import { PULSE_MS, type Clock } from '../clock.svelte.ts';
import type { Timer } from '../timer.ts';

/** Times as fast as life. */
export const SPEEDS = [1, 10, 60, 300, 600] as const;
export type Speed = (typeof SPEEDS)[number];
export const USUAL_SPEED: Speed = 60;

export class ReplayClock implements Clock {
  readonly silentSeconds = 0;
  #at = $state(0);
  #playing = $state(false);
  #speed = $state<Speed>(USUAL_SPEED);
  /** The cursor waits here while what it would show is being fetched. */
  waiting = $state(false);
  readonly #timer: Timer;
  readonly #latest: () => number;
  readonly #onMove: () => void;
  #movedAt = 0;

  /**
   * @param latest the last moment there can be anything to show for: now, as the server has it
   * @param onMove runs whenever the cursor, its speed or its play has changed
   */
  constructor(timer: Timer, at: number, latest: () => number, onMove: () => void) {
    this.#timer = timer;
    this.#latest = latest;
    this.#onMove = onMove;
    this.#at = Math.min(at, latest());
  }

  get at(): number {
    return this.#at;
  }

  get now(): number {
    return this.#at;
  }

  get playing(): boolean {
    return this.#playing;
  }

  get speed(): Speed {
    return this.#speed;
  }

  set speed(speed: Speed) {
    this.#speed = speed;
    this.#onMove();
  }

  /** Whether there is nothing after the cursor yet. */
  get atLatest(): boolean {
    return this.#at >= this.#latest();
  }

  start(): () => void {
    return this.#timer.every(PULSE_MS, () => {
      this.#advance();
    });
  }

  play(): void {
    this.#playing = true;
    this.#movedAt = this.#timer.elapsed();
    this.#onMove();
  }

  pause(): void {
    this.#playing = false;
    this.#onMove();
  }

  seek(at: number): void {
    this.#at = Math.min(at, this.#latest());
    this.#onMove();
  }

  #advance(): void {
    const elapsed = this.#timer.elapsed();
    const passed = elapsed - this.#movedAt;
    this.#movedAt = elapsed;
    if (!this.#playing || this.waiting) return;
    this.seek(this.#at + passed * this.#speed);
  }
}
