/** Replay as one thing: there while the address has a cursor, gone when it has none. */

import type { Cursor } from '../address.ts';
import { Player, type PlayerOptions } from './player.svelte.ts';

/** The address carries whole seconds: a cursor this close to the asked one need not move. */
const SAME_MS = 1_000;

export class Replay {
  #player = $state.raw<Player | null>(null);
  readonly #options: PlayerOptions;

  constructor(options: PlayerOptions) {
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
