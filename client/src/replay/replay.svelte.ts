/** Replay as one thing: there while the address has a cursor, gone when it has none. */

import type { Cursor } from '../address.ts';
import type { Route } from '../route.svelte.ts';
import type { FetchViews } from '../sources/past.svelte.ts';
import type { Timer } from '../timer.ts';
import { Player } from './player.svelte.ts';

export interface ReplayOptions {
  readonly timer: Timer;
  readonly route: Route;
  /** The server's time as the live clock has it; `null` before the first word from it. */
  readonly liveNow: () => number | null;
  readonly fetchViews: FetchViews;
  readonly locale?: string;
}

/** The address carries whole seconds: a cursor this close to the asked one need not move. */
const SAME_MS = 1_000;

export class Replay {
  #player = $state.raw<Player | null>(null);
  readonly #options: ReplayOptions;

  constructor(options: ReplayOptions) {
    this.#options = options;
  }

  /** `null` when live. */
  get player(): Player | null {
    return this.#player;
  }

  /** Goes where the address asks to be. */
  follow(asked: Cursor | null): void {
    if (!asked) {
      this.#player?.stop();
      this.#player = null;
      return;
    }
    if (!this.#player) {
      this.#player = new Player(this.#options, asked);
      return;
    }
    const { clock } = this.#player;
    if (Math.abs(clock.at - asked.at) > SAME_MS) clock.seek(asked.at);
    if (asked.speed === null) {
      if (clock.playing) clock.pause();
    } else {
      if (clock.speed !== asked.speed) clock.speed = asked.speed;
      if (!clock.playing) clock.play();
    }
  }
}
