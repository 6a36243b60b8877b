/** The live source: subscribes over the socket, follows its frames, and asks again when one was dropped. */

import type {
  LineView,
  PointsFrame,
  SubscribeAnswer,
  SubscribeRequest,
  Tick,
} from '@lineside/domain/wire.ts';
import type { LiveClock } from '../clock.svelte.ts';
import type { Floor } from '../floor.svelte.ts';
import type { Timer } from '../timer.ts';
import type { Source, SourceState } from './source.ts';

/** What of a socket the live source needs. */
export interface LiveSocket {
  onConnect(run: () => void): void;
  onDisconnect(run: () => void): void;
  onPoints(run: (frame: PointsFrame) => void): void;
  onLine(run: (view: LineView) => void): void;
  onTick(run: (tick: Tick) => void): void;
  /** The plan is another now. */
  onPlan(run: () => void): void;
  subscribe(request: SubscribeRequest, answer: (answer: SubscribeAnswer) => void): void;
  open(): void;
  close(): void;
}

export interface LiveOptions {
  readonly socket: LiveSocket;
  readonly floor: Floor;
  readonly clock: LiveClock;
  readonly timer: Timer;
  /** Between 0 and 1, so that a hall of displays does not come back all at once. */
  readonly random: () => number;
  /** The server now runs another build than the one this page was loaded from. */
  readonly onNewBuild: () => void;
}

const ANSWER_WITHIN_MS = 10_000;
const RETRY_MS = 1_000;
const RETRY_JITTER_MS = 2_000;
const FURNISH_WITHIN_MS = 1_000;
/** A connection that brings no tick for so long is opened anew, whatever it says of itself. */
const WEDGED_AFTER_SECONDS = 20;

export class LiveSource implements Source {
  #state = $state.raw<SourceState>({ name: 'waiting' });
  #brokerLostAt = $state<number | null>(null);
  readonly #options: LiveOptions;
  #cursor: string | null = null;
  #build: string | null = null;
  #connected = false;
  /** Answers to any but the last request are of no use. */
  #request = 0;
  #asking = false;
  #cancelRetry: () => void = () => undefined;
  #cancelFurnish: () => void = () => undefined;

  constructor(options: LiveOptions) {
    this.#options = options;
    const { socket } = options;
    socket.onConnect(() => {
      this.#connected = true;
      this.#subscribe();
    });
    socket.onDisconnect(() => {
      this.#connected = false;
      this.#state = { name: 'waiting' };
      this.#retryLater();
    });
    socket.onPoints((frame) => {
      this.#takeFrame(frame);
    });
    socket.onLine((view) => {
      options.floor.replace(view);
    });
    socket.onTick((tick) => {
      this.#brokerLostAt = tick.brokerLostAt;
      options.clock.hear(tick.serverTime);
      // The last frame before a silence may have been dropped too.
      if (!this.#asking && tick.cursor !== this.#cursor) this.#retryLater();
      this.#checkBuild(tick.build);
    });
    socket.onPlan(() => {
      this.#furnishLater();
    });
  }

  get state(): SourceState {
    return this.#state;
  }

  get brokerLostAt(): number | null {
    return this.#brokerLostAt;
  }

  start(): () => void {
    const { socket, timer } = this.#options;
    socket.open();
    const stopWatching = timer.every(WEDGED_AFTER_SECONDS * 1000, () => {
      this.#reopenIfWedged();
    });
    return () => {
      stopWatching();
      socket.close();
      this.#cancelRetry();
      this.#cancelFurnish();
    };
  }

  #subscribe(): void {
    const request = ++this.#request;
    this.#asking = true;
    this.#cancelRetry();
    this.#cancelRetry = this.#options.timer.after(ANSWER_WITHIN_MS, () => {
      this.#subscribe();
    });
    const after = this.#cursor === null ? {} : { after: this.#cursor };
    this.#options.socket.subscribe({ lines: 'all', ...after }, (answer) => {
      if (request === this.#request) this.#takeAnswer(answer, !('after' in after));
    });
  }

  /** Lines may be gone, and the plant may have another name: what is new of the others has come already. */
  #furnishLater(): void {
    const { timer, random } = this.#options;
    this.#cancelFurnish();
    this.#cancelFurnish = timer.after(random() * FURNISH_WITHIN_MS, () => {
      this.#cursor = null;
      if (this.#connected) this.#subscribe();
    });
  }

  #takeAnswer(answer: SubscribeAnswer, all: boolean): void {
    this.#cancelRetry();
    this.#asking = false;
    if (!answer.ok) {
      this.#state = { name: 'failed', reason: answer.error.message };
      this.#cursor = null;
      this.#retryLater();
      return;
    }
    this.#state = { name: 'open' };
    this.#cursor = answer.cursor;
    this.#brokerLostAt = answer.brokerLostAt;
    this.#options.floor.furnish(answer.plant, answer.lines, all);
    this.#options.clock.hear(answer.serverTime);
    this.#checkBuild(answer.build);
  }

  #takeFrame(frame: PointsFrame): void {
    if (this.#asking) return;
    if (frame.previous !== this.#cursor) {
      this.#retryLater();
      return;
    }
    this.#cursor = frame.cursor;
    this.#options.floor.add(frame.lines);
    this.#options.clock.hear(frame.serverTime);
  }

  /** Socket.IO does not come back by itself when it was the server that hung up: asking again does no harm. */
  #retryLater(): void {
    const { timer, random } = this.#options;
    this.#asking = true;
    this.#cancelRetry();
    this.#cancelRetry = timer.after(RETRY_MS + random() * RETRY_JITTER_MS, () => {
      if (this.#connected) this.#subscribe();
      else this.#options.socket.open();
    });
  }

  #checkBuild(build: string): void {
    this.#build ??= build;
    if (build !== this.#build) this.#options.onNewBuild();
  }

  #reopenIfWedged(): void {
    const { socket, clock } = this.#options;
    if (clock.silentSeconds < WEDGED_AFTER_SECONDS) return;
    if (this.#connected) socket.close();
    socket.open();
  }
}
