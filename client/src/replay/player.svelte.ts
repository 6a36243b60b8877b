/** The player of one replay: a cursor over past shifts, the lines it shows, and what its keys do. */

import type { Span } from '@lineside/domain/shift.ts';
import type { Cursor } from '../address.ts';
import { Floor, type LineOnFloor } from '../floor.svelte.ts';
import type { Route } from '../route.svelte.ts';
import { PastSource, type FetchViews } from '../sources/past.svelte.ts';
import { Stage } from '../stage.svelte.ts';
import type { Timer } from '../timer.ts';
import { ReplayClock } from './clock.svelte.ts';
import type { Command } from './keys.ts';
import {
  momentsOfLines,
  neighbourReading,
  nextMoment,
  previousMoment,
  thinned,
  type LineMoment,
} from './moments.ts';

export interface PlayerOptions {
  readonly timer: Timer;
  readonly route: Route;
  /** The server's time as the live clock has it; `null` before the first word from it. */
  readonly liveNow: () => number | null;
  readonly fetchViews: FetchViews;
  readonly locale?: string;
}

/** A moment that comes back within so long is no news. */
const REPEAT_MS = 15 * 60_000;

export class Player {
  readonly clock: ReplayClock;
  readonly stage: Stage;
  readonly source: PastSource;
  /** The moment last jumped to, for the screen reader. */
  announced = $state.raw<LineMoment | null>(null);
  readonly #floor = new Floor();
  readonly #route: PlayerOptions['route'];
  readonly #liveNow: PlayerOptions['liveNow'];
  readonly #stops: readonly (() => void)[];

  constructor({ timer, route, liveNow, fetchViews, locale }: PlayerOptions, { at, speed }: Cursor) {
    this.#route = route;
    this.#liveNow = liveNow;
    this.source = new PastSource({ fetchViews, floor: this.#floor });
    const latest = (): number => liveNow() ?? this.source.answeredAt;
    this.clock = new ReplayClock(timer, at, latest, () => {
      this.#moved();
    });
    this.stage = new Stage(this.clock, this.#floor, this.source, locale);
    this.#stops = [this.clock.start(), this.source.start()];
    if (speed !== null) {
      this.clock.speed = speed;
      this.clock.play();
    }
    void this.load();
  }

  /** The whole shift that the cursor is in, or the whole time between two; `null` until loaded. */
  get whole(): Span | null {
    return this.source.window?.whole ?? null;
  }

  /** Moments of the shift in view, as far as it has gone. */
  momentsOf(lines: readonly LineOnFloor[]): LineMoment[] {
    const { window } = this.source;
    if (!window?.shift) return [];
    return thinned(momentsOfLines(lines, window.shift, window.end), REPEAT_MS);
  }

  stop(): void {
    for (const stop of this.#stops) stop();
  }

  /** Fetches what the cursor stands on, unless it is there already. */
  async load(): Promise<void> {
    this.clock.waiting = !this.source.covers(this.clock.at);
    await this.source.show(this.clock.at);
    this.clock.waiting = !this.source.covers(this.clock.at);
  }

  /** @param lines those on the page: their readings and moments are what keys step over */
  perform(command: Command, lines: readonly LineOnFloor[]): void {
    const { clock } = this;
    switch (command.do) {
      case 'live':
        this.#route.moveTo(null);
        break;
      case 'toggle':
        if (clock.playing) clock.pause();
        else clock.play();
        break;
      case 'move':
        clock.seek(clock.at + command.ms);
        break;
      case 'step': {
        const reading = neighbourReading(lines, clock.at, command.by);
        clock.pause();
        if (reading !== null) clock.seek(reading);
        break;
      }
      case 'nextMoment':
        this.#jumpTo(nextMoment(this.momentsOf(lines), clock.at));
        break;
      case 'previousMoment':
        this.#jumpTo(previousMoment(this.momentsOf(lines), clock.at));
        break;
      case 'toStart':
      case 'toEnd':
      case 'tenth':
        this.#seekWithin(command);
        break;
    }
  }

  #jumpTo(moment: LineMoment | null): void {
    if (!moment) return;
    this.announced = moment;
    this.clock.seek(moment.at);
  }

  #seekWithin(command: Command): void {
    if (!this.whole) return;
    const { start, end } = this.whole;
    if (command.do === 'tenth') this.clock.seek(start + ((end - start) * command.tenth) / 10);
    else this.clock.seek(command.do === 'toStart' ? start : end - 1_000);
  }

  #moved(): void {
    const { at, playing, speed, atLatest } = this.clock;
    if (playing && atLatest && this.#liveNow() !== null) {
      this.#route.moveTo(null);
      return;
    }
    this.#route.note({ at, speed: playing ? speed : null });
    if (!this.source.covers(at)) void this.load();
  }
}
