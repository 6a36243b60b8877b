/** A screen without a browser: follows the stream as pages do, and can fall asleep as laptops do. */

import { boardAt } from '@lineside/domain/board.ts';
import { addPoints, factsOf } from '@lineside/domain/view.ts';
import type { LineFacts } from '@lineside/domain/facts.ts';
import type { ClientEvents, ServerEvents } from '@lineside/domain/wire.ts';
import { io, type Socket } from 'socket.io-client';
import { expect, vi } from 'vitest';
import { boardAnswer } from '../../server/src/http/answers.ts';
import type { Product } from './product.ts';

const PATIENT = { timeout: 30_000, interval: 200 };

interface Pausable {
  pause: () => void;
  resume: () => void;
}

export class Screen {
  readonly #socket: Socket<ServerEvents, ClientEvents>;
  readonly lines = new Map<string, LineFacts>();
  cursor: string | null = null;
  frames = 0;
  /** How often it asked, the first time included. */
  asked = 0;
  readonly #answered = Promise.withResolvers<undefined>();
  #isAsking = false;
  #paused: Pausable | null = null;

  private constructor(http: string) {
    this.#socket = io(http, { transports: ['websocket'], forceNew: true, autoConnect: false });
  }

  static async open(http: string): Promise<Screen> {
    const screen = new Screen(http);
    screen.#listen();
    screen.#socket.connect();
    await screen.#answered.promise;
    return screen;
  }

  /** Not while it connects anew, as after a long sleep. */
  get isConnected(): boolean {
    return this.#socket.connected;
  }

  /** Stops to read: nothing is taken, no ping is answered. */
  sleep(): void {
    const { transport } = this.#socket.io.engine as unknown as {
      transport: { readonly ws: Pausable };
    };
    this.#paused = transport.ws;
    this.#paused.pause();
  }

  /** Asks for everything without waiting for an answer. */
  nag(times: number): void {
    for (let n = 0; n < times; n++) {
      this.#socket.emit('subscribe', { lines: 'all' }, () => undefined);
    }
  }

  wake(): void {
    this.#paused?.resume();
    this.#paused = null;
  }

  close(): void {
    this.#socket.close();
  }

  #listen(): void {
    const socket = this.#socket;
    socket.on('connect', () => void this.#ask());
    socket.on('disconnect', () => {
      this.#isAsking = false;
    });
    socket.on('line', (view) => this.lines.set(view.line.id, factsOf(view)));
    socket.on('tick', ({ cursor }) => {
      if (!this.#isAsking && cursor !== this.cursor) void this.#ask();
    });
    socket.on('points', ({ previous, cursor, lines }) => {
      if (this.#isAsking) return;
      this.frames += 1;
      if (previous !== this.cursor) {
        void this.#ask();
        return;
      }
      this.cursor = cursor;
      for (const points of lines) {
        const track = this.lines.get(points.id)?.track;
        if (track) addPoints(track, points);
      }
    });
  }

  async #ask(): Promise<void> {
    this.#isAsking = true;
    this.asked += 1;
    const after = this.cursor === null ? {} : { after: this.cursor };
    const request = { lines: 'all', ...after } as const;
    // Without a connection there is no answer; the next one asks anew.
    const answer = await this.#socket.emitWithAck('subscribe', request).catch(() => null);
    if (!answer) return;
    if (!answer.ok) throw new Error(answer.error.message);
    for (const view of answer.lines) this.lines.set(view.line.id, factsOf(view));
    this.cursor = answer.cursor;
    this.#isAsking = false;
    this.#answered.resolve(undefined);
  }
}

/** The screen's boards become those that the server tells: corrections of the past take turns. */
export async function expectTruth(
  screen: Screen,
  product: Product,
  lines: readonly string[],
): Promise<void> {
  for (const line of lines) await vi.waitFor(() => expectLine(screen, product, line), PATIENT);
}

async function expectLine(screen: Screen, product: Product, line: string): Promise<void> {
  const board = await product.get<{ readonly at: string }>(`/api/lines/${line}/board`);
  const facts = screen.lines.get(line);
  if (!facts) throw new Error(`the screen does not know ${line}`);
  expect(board).toEqual(
    JSON.parse(JSON.stringify(boardAnswer(boardAt(facts, Date.parse(board.at))))),
  );
}
