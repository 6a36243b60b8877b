/** A clock that moves when a test says so. */

import type { Clock, Timer } from '../../server/src/ports.ts';

interface Scheduled {
  dueAt: number;
  readonly intervalMs: number;
  readonly run: () => void;
}

export class FakeClock implements Clock {
  #now: number;
  readonly #timers = new Set<Scheduled>();

  /** @param now epoch ms */
  constructor(now: number) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  every(intervalMs: number, run: () => void): Timer {
    const timer = { dueAt: this.#now + intervalMs, intervalMs, run };
    this.#timers.add(timer);
    return { cancel: () => this.#timers.delete(timer) };
  }

  /** Lets time pass: whatever falls due runs in order. */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const next = [...this.#timers].sort((a, b) => a.dueAt - b.dueAt)[0];
      if (!next || next.dueAt > end) break;
      this.#now = Math.max(this.#now, next.dueAt);
      next.dueAt += next.intervalMs;
      next.run();
    }
    this.#now = end;
  }
}
