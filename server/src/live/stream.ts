/**
 * The live stream to screens: they ask with `subscribe`, and get totals, never deltas. A screen that
 * does not keep up is spared whole frames, so that nothing piles up for it; it notices by the cursor
 * of the next frame or tick, and asks again.
 */

import type { Server as HttpServer } from 'node:http';
import type {
  ClientEvents,
  PlantInfo,
  ServerEvents,
  SubscribeAnswer,
  SubscribeRequest,
} from '@lineside/domain/wire.ts';
import { Server, type Socket } from 'socket.io';
import type { BrokerConnection, Clock, Log, Timer } from '../ports.ts';
import type { Floor } from './floor.ts';
import { isSameOrigin } from './origin.ts';
import { Rooms } from './rooms.ts';
import { caughtUp, isStalled } from './stalled.ts';
import { readSubscription } from './subscription.ts';

const FRAME_EVERY_MS = 250;
const TICK_EVERY_MS = 1_000;
const MOST_REQUEST_BYTES = 100_000;

type ScreenSocket = Socket<ClientEvents, ServerEvents>;

export interface StreamParts {
  readonly http: HttpServer;
  readonly floor: Floor;
  readonly broker: Pick<BrokerConnection, 'lostAt'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly plant: PlantInfo;
  readonly build: () => string;
  /** Tells this run of the server from others in cursors. */
  readonly startId: string;
}

export class Stream {
  readonly #parts: StreamParts;
  readonly #rooms = new Rooms();
  /** The frame in which each line last changed. */
  readonly #changedIn = new Map<string, number>();
  #io: Server<ClientEvents, ServerEvents> | null = null;
  #timers: Timer[] = [];
  #frame = 0;
  #afterFrame: (() => void)[] = [];

  constructor(parts: StreamParts) {
    this.#parts = parts;
  }

  get sockets(): number {
    return this.#io?.engine.clientsCount ?? 0;
  }

  /** Screens that have not taken yet what they were sent last. */
  get behind(): number {
    return this.#screens().filter(isStalled).length;
  }

  start(): void {
    const { http, clock } = this.#parts;
    const io = new Server<ClientEvents, ServerEvents>(http, {
      transports: ['websocket'],
      serveClient: false,
      maxHttpBufferSize: MOST_REQUEST_BYTES,
      allowRequest: (request, allow) => allow(null, isSameOrigin(request)),
    });
    io.on('connection', (socket) => this.#welcome(socket));
    io.of('/').adapter.on('delete-room', (name: string) => this.#rooms.forget(name));
    this.#io = io;
    this.#timers = [
      clock.every(FRAME_EVERY_MS, () => this.#sendNews()),
      clock.every(TICK_EVERY_MS, () => this.#sendTick()),
    ];
  }

  /** Tells every screen that the plan is another now. */
  tellPlan(version: number): void {
    this.#io?.emit('plan', { version });
  }

  async close(): Promise<void> {
    for (const timer of this.#timers) timer.cancel();
    this.#wake();
    await this.#io?.close();
  }

  #welcome(socket: ScreenSocket): void {
    socket.on('subscribe', (request: unknown, answer: unknown) => {
      if (typeof answer !== 'function') return;
      const reply = answer as (answer: SubscribeAnswer) => void;
      this.#subscribe(socket, request).then(reply, (error: unknown) => {
        this.#parts.log.error({ error }, 'a subscription failed');
        const message = 'the server could not answer; try again';
        reply({ ok: false, error: { code: 'internal', message } });
      });
    });
  }

  async #subscribe(socket: ScreenSocket, asked: unknown): Promise<SubscribeAnswer> {
    const subscription = readSubscription(asked);
    if (!subscription.ok) {
      return { ok: false, error: { code: 'badRequest', message: subscription.message } };
    }
    await caughtUp(socket);
    // Points that wait for the next frame would come twice, with the answer and with the frame.
    if (this.#parts.floor.hasNews) await this.#nextFrame();
    if (!socket.connected) {
      return { ok: false, error: { code: 'gone', message: 'the connection is closed' } };
    }
    const { request } = subscription;
    for (const room of socket.rooms) if (this.#rooms.isRoom(room)) await socket.leave(room);
    await socket.join(this.#rooms.nameFor(request.lines));
    return this.#snapshot(request);
  }

  #snapshot({ lines, after }: SubscribeRequest): SubscribeAnswer {
    const { floor, clock, build, plant, broker } = this.#parts;
    const seen = this.#frameOf(after);
    const ids = lines === 'all' ? floor.ids : lines;
    const changed = ids.filter((id) => (this.#changedIn.get(id) ?? 0) > seen || seen < 0);
    const views = changed.map((id) => floor.view(id)).filter((view) => view !== null);
    const cursor = this.#cursor(this.#frame);
    const state = { serverTime: clock.now(), build: build(), brokerLostAt: broker.lostAt };
    return { ok: true, ...state, cursor, plant, lines: views };
  }

  #sendNews(): void {
    const { floor, clock } = this.#parts;
    if (floor.hasNews) {
      const { points, views } = floor.takeNews();
      const previous = this.#cursor(this.#frame);
      if (points.length > 0 || views.length > 0) this.#frame += 1;
      // A frame goes whole or not at all: its cursor stands for all that is in it.
      const behind = this.#screens()
        .filter(isStalled)
        .map(({ id }) => id);
      for (const view of views) {
        this.#changedIn.set(view.line.id, this.#frame);
        const rooms = this.#rooms.showing(view.line.id);
        if (rooms.length > 0) this.#io?.to(rooms).except(behind).emit('line', view);
      }
      for (const { id } of points) this.#changedIn.set(id, this.#frame);
      const frame = { serverTime: clock.now(), previous, cursor: this.#cursor(this.#frame) };
      // Every room gets every frame, so that a frame lost on the way is noticed.
      for (const { name, lines } of previous === frame.cursor ? [] : this.#rooms.all()) {
        const wanted = lines ? points.filter(({ id }) => lines.has(id)) : points;
        this.#io
          ?.to(name)
          .except(behind)
          .emit('points', { ...frame, lines: wanted });
      }
    }
    this.#wake();
  }

  #sendTick(): void {
    const { clock, build, broker } = this.#parts;
    const cursor = this.#cursor(this.#frame);
    const state = { serverTime: clock.now(), build: build(), brokerLostAt: broker.lostAt };
    this.#io?.volatile.emit('tick', { ...state, cursor });
  }

  #screens(): ScreenSocket[] {
    return [...(this.#io?.sockets.sockets.values() ?? [])];
  }

  #nextFrame(): Promise<void> {
    return new Promise((resolve) => this.#afterFrame.push(resolve));
  }

  #wake(): void {
    const waiting = this.#afterFrame;
    this.#afterFrame = [];
    for (const resolve of waiting) resolve();
  }

  #cursor(frame: number): string {
    return `${this.#parts.startId}:${frame}`;
  }

  /** The frame of a cursor of this run; -1 for any other. */
  #frameOf(cursor: string | undefined): number {
    const [startId, frame] = cursor?.split(':') ?? [];
    return startId === this.#parts.startId && frame !== undefined ? Number(frame) : -1;
  }
}
