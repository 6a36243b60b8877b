// A broker of the tests' own, which remembers what it was sent and can go away and come back.
import { EventEmitter, once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { Aedes } from 'aedes';

export interface Arrival {
  readonly topic: string;
  readonly payload: string;
  readonly retain: boolean;
}

export class TestBroker {
  readonly arrivals: Arrival[] = [];
  readonly #events = new EventEmitter();
  readonly #sockets = new Set<Socket>();
  #aedes: Aedes | null = null;
  #server: Server | null = null;
  #port = 0;

  get url(): string {
    return `mqtt://127.0.0.1:${this.#port}`;
  }

  /** Starts, or starts again at the same address with nothing remembered but the arrivals. */
  async open(): Promise<this> {
    const aedes = await Aedes.createBroker({
      // Asked before the acknowledgement: what is acknowledged is remembered.
      authorizePublish: (_client, { topic, payload, retain }, allow) => {
        this.arrivals.push({ topic, payload: payload.toString(), retain });
        this.#events.emit('arrival');
        allow(null);
      },
    });
    this.#aedes = aedes;
    this.#server = createServer((socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
      aedes.handle(socket);
    });
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
    return this;
  }

  /** Cuts every connection, and takes new ones. */
  drop(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Cuts every connection, as a power failure would. */
  async cut(): Promise<void> {
    const server = this.#server;
    const aedes = this.#aedes;
    this.#server = this.#aedes = null;
    this.drop();
    if (server) await new Promise((resolve) => server.close(resolve));
    if (aedes) await new Promise<void>((resolve) => aedes.close(resolve));
  }

  /** Settles once what arrived so far is enough. */
  async until(isEnough: (arrivals: readonly Arrival[]) => boolean): Promise<void> {
    while (!isEnough(this.arrivals)) await once(this.#events, 'arrival');
  }
}
