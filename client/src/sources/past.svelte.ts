/** The past source: fetches the shift around the replay cursor, and the next one when the cursor leaves it. */

import { shiftAt, type Shift, type Span } from '@lineside/domain/shift.ts';
import type { ViewsAnswer } from '@lineside/domain/wire.ts';
import type { Floor } from '../floor.svelte.ts';
import type { Source, SourceState } from './source.ts';

export type FetchViews = (at: number, signal: AbortSignal) => Promise<ViewsAnswer>;

export interface PastOptions {
  readonly fetchViews: FetchViews;
  readonly floor: Floor;
}

const HOUR = 3_600_000;
/** How many shifts stay at hand, so that a step back over a shift's edge need not wait. */
const KEPT_ANSWERS = 4;

/** What is loaded: up to the end of the shift, or to the moment of the answer while it runs. */
interface Window extends Span {
  readonly shift: Shift | null;
  /** The whole shift, or the whole time between two: what a slider spans. */
  readonly whole: Span;
}

interface Kept {
  readonly window: Window;
  readonly answer: ViewsAnswer;
}

export class PastSource implements Source {
  readonly brokerLostAt = null;
  #state = $state.raw<SourceState>({ name: 'waiting' });
  #window = $state.raw<Window | null>(null);
  readonly #options: PastOptions;
  #kept: Kept[] = [];
  #abort: AbortController | null = null;
  #answeredAt = Infinity;
  #asked: number | null = null;

  constructor(options: PastOptions) {
    this.#options = options;
  }

  get state(): SourceState {
    return this.#state;
  }

  get window(): Window | null {
    return this.#window;
  }

  /** The server's time when it last answered; `Infinity` before that. */
  get answeredAt(): number {
    return this.#answeredAt;
  }

  start(): () => void {
    return () => {
      this.#abort?.abort();
      this.#kept = [];
    };
  }

  covers(at: number): boolean {
    return this.#window !== null && contains(this.#window, at);
  }

  /** Makes sure that the shift around a moment is on the floor. */
  async show(at: number): Promise<void> {
    if (this.covers(at)) return;
    const kept = this.#kept.find(({ window }) => contains(window, at));
    if (kept) {
      this.#abort?.abort();
      this.#put(kept);
      return;
    }
    if (this.#asked === at) return;
    await this.#load(at);
  }

  async #load(at: number): Promise<void> {
    this.#abort?.abort();
    const abort = new AbortController();
    this.#abort = abort;
    this.#asked = at;
    this.#state = { name: 'waiting' };
    try {
      const answer = await this.#options.fetchViews(at, abort.signal);
      if (abort.signal.aborted) return;
      this.#answeredAt = answer.serverTime;
      const kept = { window: windowOf(answer, at), answer };
      if (kept.window.whole.end <= answer.serverTime) this.#keep(kept);
      this.#put(kept);
    } catch (error) {
      if (abort.signal.aborted) return;
      this.#asked = null;
      this.#state = {
        name: 'failed',
        reason: error instanceof Error ? error.message : String(error),
      };
    }
  }

  #keep(kept: Kept): void {
    this.#kept = [kept, ...this.#kept].slice(0, KEPT_ANSWERS);
  }

  #put({ window, answer }: Kept): void {
    this.#asked = null;
    this.#window = window;
    this.#state = { name: 'open' };
    this.#options.floor.furnish(answer.plant, answer.lines, true);
  }
}

function contains(span: Span, at: number): boolean {
  return span.start <= at && at < span.end;
}

/** The shift that contains a moment, or the gap between the shifts around it. */
function windowOf({ lines, serverTime }: ViewsAnswer, at: number): Window {
  const shifts = lines[0]?.shifts ?? [];
  const shift = shiftAt(shifts, at);
  const before = shifts.findLast(({ end }) => end <= at);
  const after = shifts.find(({ start }) => start > at);
  const whole = shift ?? {
    start: before?.end ?? at - 4 * HOUR,
    end: after?.start ?? at + 4 * HOUR,
  };
  return {
    start: whole.start,
    end: Math.min(whole.end, Math.max(serverTime, at) + 1),
    shift,
    whole,
  };
}
