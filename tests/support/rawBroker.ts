/** The broker's side of MQTT packet by packet, for what no broker lets one say. */

import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { packet, text } from './publisher.ts';

export interface PublishOptions {
  readonly qos?: 0 | 1 | 2;
  readonly retain?: boolean;
  readonly again?: boolean;
}

const TYPE = { connect: 1, puback: 4, pubcomp: 7, subscribe: 8, pingreq: 12, disconnect: 14 };

/** One client that connected. */
export class Caller {
  readonly #socket: Socket;
  readonly #told: (() => void)[] = [];
  #bytes: Buffer = Buffer.alloc(0);
  /** The CONNECT packet without its fixed header. */
  connect: Buffer = Buffer.alloc(0);
  /** Filters of the last SUBSCRIBE, and its packet identifier. */
  filters: string[] = [];
  #subscribeId = 0;
  subscribes = 0;
  /** Packet identifiers of all PUBACKs, in their order. */
  readonly pubacks: number[] = [];
  pubcomps = 0;
  pings = 0;
  hasSaidGoodbye = false;
  isClosed = false;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('error', () => undefined);
    socket.on('data', (bytes) => {
      if (typeof bytes !== 'string') this.#take(bytes);
    });
    socket.on('close', () => {
      this.isClosed = true;
      this.#tell();
    });
  }

  /** 4 for MQTT 3.1.1. */
  get version(): number {
    return this.connect[6] ?? 0;
  }

  async until(fits: (caller: this) => boolean): Promise<void> {
    while (!fits(this)) await new Promise<void>((wake) => this.#told.push(wake));
  }

  send(bytes: Buffer): void {
    this.#socket.write(bytes);
  }

  close(): void {
    this.#socket.destroy();
  }

  /** @param code 0: accepted */
  async greet(code = 0, hadSession = false): Promise<void> {
    await this.until(({ connect }) => connect.length > 0);
    const body = [Number(hadSession), code, ...(this.version === 5 ? [0] : [])];
    this.send(packet(0x20, Buffer.from(body)));
  }

  async grant(codes: readonly number[] = [1, 1]): Promise<void> {
    const before = this.subscribes;
    if (before === 0) await this.until(({ subscribes }) => subscribes > 0);
    const head = Buffer.alloc(this.version === 5 ? 3 : 2);
    head.writeUInt16BE(this.#subscribeId);
    this.send(packet(0x90, Buffer.concat([head, Buffer.from(codes)])));
  }

  publish(id: number, topic: string, payload: string | Buffer, options: PublishOptions = {}): void {
    const { qos = 1, retain = false, again = false } = options;
    const identifier = Buffer.alloc(qos === 0 ? 0 : 2);
    if (qos > 0) identifier.writeUInt16BE(id);
    const properties = Buffer.alloc(this.version === 5 ? 1 : 0);
    const body = Buffer.concat([text(topic), identifier, properties, Buffer.from(payload)]);
    this.send(packet(0x30 | (qos << 1) | Number(retain) | (Number(again) << 3), body));
  }

  #take(bytes: Buffer): void {
    this.#bytes = Buffer.concat([this.#bytes, bytes]);
    for (;;) {
      const end = this.#bytes.findIndex((byte, index) => index > 0 && byte < 128);
      if (end < 0) break;
      const length = this.#bytes
        .subarray(1, end + 1)
        .reduce((sum, byte, index) => sum + (byte & 127) * 128 ** index, 0);
      if (this.#bytes.length < end + 1 + length) break;
      this.#read((this.#bytes[0] ?? 0) >> 4, this.#bytes.subarray(end + 1, end + 1 + length));
      this.#bytes = this.#bytes.subarray(end + 1 + length);
    }
    this.#tell();
  }

  #read(type: number, body: Buffer): void {
    if (type === TYPE.connect) this.connect = body;
    if (type === TYPE.puback) this.pubacks.push(body.readUInt16BE());
    if (type === TYPE.pubcomp) this.pubcomps += 1;
    if (type === TYPE.pingreq) {
      this.pings += 1;
      this.send(Buffer.of(0xd0, 0));
    }
    if (type === TYPE.disconnect) this.hasSaidGoodbye = true;
    if (type !== TYPE.subscribe) return;
    this.subscribes += 1;
    this.#subscribeId = body.readUInt16BE();
    this.filters = [];
    for (let at = this.version === 5 ? 3 : 2; at < body.length;) {
      const end = at + 2 + body.readUInt16BE(at);
      this.filters.push(body.toString('utf8', at + 2, end));
      at = end + 1;
    }
  }

  #tell(): void {
    for (const wake of this.#told.splice(0)) wake();
  }
}

export class RawBroker implements AsyncDisposable {
  readonly #server: Server;
  readonly #callers: Caller[] = [];
  readonly #waiting: ((caller: Caller) => void)[] = [];
  readonly #sockets = new Set<Socket>();
  readonly port: number;

  private constructor(server: Server, port: number) {
    this.#server = server;
    this.port = port;
    server.on('connection', (socket) => {
      this.#sockets.add(socket);
      const caller = new Caller(socket);
      const waiting = this.#waiting.shift();
      if (waiting) waiting(caller);
      else this.#callers.push(caller);
    });
  }

  static async listen(): Promise<RawBroker> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    return new RawBroker(server, address.port);
  }

  /** The next connection. */
  async caller(): Promise<Caller> {
    const caller = this.#callers.shift();
    return caller ?? new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** The next connection, accepted and subscribed. */
  async subscriber(): Promise<Caller> {
    const caller = await this.caller();
    await caller.greet();
    await caller.grant();
    return caller;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
