/** What a network does to a connection: a TCP proxy that cuts, stalls and refuses. */

import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

type Pair = readonly [near: Socket, far: Socket];

export class Proxy implements AsyncDisposable {
  readonly #target: number;
  readonly #pairs = new Set<Pair>();
  #server: Server | null = null;
  #port = 0;
  #isStalled = false;
  /** Connections so far. */
  connections = 0;

  private constructor(target: number) {
    this.#target = target;
  }

  /** @param target a port on this machine */
  static async to(target: number): Promise<Proxy> {
    const proxy = new Proxy(target);
    await proxy.accept();
    return proxy;
  }

  get port(): number {
    return this.#port;
  }

  /** Listens, always at the same port. */
  async accept(): Promise<void> {
    this.#server = createServer((near) => this.#join(near)).listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    this.#port = address.port;
  }

  /** Breaks every connection off, and refuses new ones. */
  async refuse(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    if (!server) return;
    const closed = once(server, 'close');
    server.close();
    this.cut();
    await closed;
  }

  /** Breaks every connection off. */
  cut(): void {
    for (const sockets of this.#pairs) for (const socket of sockets) socket.destroy();
    this.#pairs.clear();
  }

  /** Forwards nothing more, and closes nothing: half-open connections. New ones are accepted, and get no answer. */
  stall(): void {
    this.#isStalled = true;
    for (const [near, far] of this.#pairs) {
      near.unpipe(far).pause();
      far.unpipe(near).pause();
    }
  }

  /** Forwards again, beginning with what came meanwhile. */
  resume(): void {
    this.#isStalled = false;
    for (const pair of this.#pairs) forward(pair);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.refuse();
  }

  #join(near: Socket): void {
    this.connections += 1;
    const far = connect(this.#target, '127.0.0.1');
    const pair: Pair = [near, far];
    this.#pairs.add(pair);
    for (const socket of pair) {
      socket.on('error', () => undefined);
      socket.on('close', () => {
        // Whoever is behind a stalled network does not learn that the other one has gone.
        if (this.#isStalled) return;
        near.destroy();
        far.destroy();
        this.#pairs.delete(pair);
      });
    }
    if (!this.#isStalled) forward(pair);
  }
}

function forward([near, far]: Pair): void {
  near.pipe(far);
  far.pipe(near);
}
