/** What a page plays on: a clock, the lines on the floor, and the boards of the moment. */

import { boardAt, type Board } from '@lineside/domain/board.ts';
import { shiftAt, type Shift } from '@lineside/domain/shift.ts';
import { unheard } from './boards.ts';
import { FREEZE_AFTER_MS, LOST_AFTER_SECONDS, type Clock } from './clock.svelte.ts';
import type { Floor, LineOnFloor } from './floor.svelte.ts';
import { formatsFor, type Formats } from './formats.ts';
import type { Source } from './sources/source.ts';

/** A broker that is away for less than this need not be told: nothing on screen has aged yet. */
const BROKER_BLINK_MS = 5_000;

export interface Shown {
  readonly line: LineOnFloor;
  readonly board: Board;
}

export class Stage {
  readonly clock: Clock;
  readonly floor: Floor;
  readonly source: Source;
  /** The language of the browser; another one in tests. */
  readonly #locale: string | undefined;

  constructor(clock: Clock, floor: Floor, source: Source, locale?: string) {
    this.clock = clock;
    this.floor = floor;
    this.source = source;
    this.#locale = locale;
  }

  /** Nobody has heard the server for so long that nothing may look live. */
  readonly lost = $derived.by(() => this.clock.silentSeconds >= LOST_AFTER_SECONDS);

  /** The server has fallen silent: what is shown is what it said last. */
  readonly cutOff = $derived.by(() => this.clock.silentSeconds * 1000 >= FREEZE_AFTER_MS);

  /** Since when the server hears nothing from the broker, epoch ms; `null` while there is nothing to tell, or nobody to tell it. */
  readonly brokerLostAt: number | null = $derived.by(() => {
    const { brokerLostAt } = this.source;
    const { now } = this.clock;
    if (brokerLostAt === null || now === null || this.cutOff) return null;
    return now - brokerLostAt >= BROKER_BLINK_MS ? brokerLostAt : null;
  });

  readonly formats: Formats = $derived.by(() =>
    formatsFor(this.floor.plant?.timeZone ?? 'UTC', this.#locale),
  );

  /** The lines of the plant with their boards, in the order of the plant file. */
  readonly shown: readonly Shown[] = $derived.by(() => {
    const { at } = this.clock;
    if (at === null) return [];
    return this.floor.known.map((line) => ({ line, board: this.#boardOf(line, at) }));
  });

  /** The shift that the moment is in. */
  readonly shift: Shift | null = $derived.by(() => {
    const { at } = this.clock;
    const facts = this.floor.lines[0]?.facts;
    return facts && at !== null ? shiftAt(facts.shifts, at) : null;
  });

  /** One line with its board, be it in the plant file or not. */
  show(id: string): Shown | null {
    const { at } = this.clock;
    const line = this.floor.line(id);
    return line && at !== null ? { line, board: this.#boardOf(line, at) } : null;
  }

  #boardOf(line: LineOnFloor, at: number): Board {
    const board = boardAt(line.facts, at);
    return this.lost ? unheard(board) : board;
  }
}
