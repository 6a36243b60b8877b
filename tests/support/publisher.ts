/** An MQTT client of its own make: raw packets over a socket, so that neither mqtt.js nor aedes vouches for itself. */

import { connect, type Socket } from 'node:net';
import { once } from 'node:events';

/** MQTT 3.1.1's variable-length integer. */
function lengthBytes(length: number): number[] {
  const bytes: number[] = [];
  do {
    const digit = length % 128;
    length = Math.floor(length / 128);
    bytes.push(length > 0 ? digit | 128 : digit);
  } while (length > 0);
  return bytes;
}

export const text = (value: string): Buffer => {
  const body = Buffer.from(value);
  const head = Buffer.alloc(2);
  head.writeUInt16BE(body.length);
  return Buffer.concat([head, body]);
};

export const packet = (type: number, body: Buffer): Buffer =>
  Buffer.concat([Buffer.from([type, ...lengthBytes(body.length)]), body]);

export function connectPacket(clientId: string): Buffer {
  const variable = Buffer.concat([text('MQTT'), Buffer.from([4, 2, 0, 0])]);
  return packet(0x10, Buffer.concat([variable, text(clientId)]));
}

export function publishPacket(
  topic: string,
  payload: string | Buffer,
  id: number,
  again = false,
): Buffer {
  const messageId = Buffer.alloc(2);
  messageId.writeUInt16BE(id);
  return packet(again ? 0x3a : 0x32, Buffer.concat([text(topic), messageId, Buffer.from(payload)]));
}

export interface Message {
  readonly topic: string;
  readonly payload: string;
}

/** A QoS 1 publisher that knows which of its messages were acknowledged. */
export class Publisher {
  readonly #socket: Socket;
  readonly #window: number;
  readonly #unacknowledged = new Map<number, Message>();
  readonly #waiting: (() => void)[] = [];
  #nextId = 1;
  #buffered: Buffer = Buffer.alloc(0);
  #lost: Error | null = null;
  /** Messages whose PUBACK came. */
  readonly acknowledged: Message[] = [];

  private constructor(socket: Socket, window: number) {
    this.#socket = socket;
    this.#window = window;
    socket.on('data', (bytes) => {
      if (typeof bytes !== 'string') this.#take(bytes);
    });
    const lost = (): void => {
      this.#lost ??= new Error('the broker closed the connection');
      for (const wake of this.#waiting.splice(0)) wake();
    };
    socket.on('error', lost).on('close', lost);
  }

  /** @param window the most messages in flight */
  static async connect(url: string, clientId: string, window = 500): Promise<Publisher> {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    socket.setNoDelay(true);
    const publisher = new Publisher(socket, window);
    const greeted = publisher.#acknowledgement();
    socket.write(connectPacket(clientId));
    await greeted;
    return publisher;
  }

  get unacknowledged(): readonly Message[] {
    return [...this.#unacknowledged.values()];
  }

  /** Sends one message, waiting while the window is full; `false` once the connection is lost. */
  async publish(message: Message): Promise<boolean> {
    while (this.#unacknowledged.size >= this.#window && !this.#lost) await this.#acknowledgement();
    if (this.#lost) return false;
    const id = this.#freeId();
    this.#unacknowledged.set(id, message);
    if (!this.#socket.write(publishPacket(message.topic, message.payload, id)))
      await this.#drained();
    return true;
  }

  /** Waits until everything sent is acknowledged or the connection is lost. */
  async settled(): Promise<void> {
    while (this.#unacknowledged.size > 0 && !this.#lost) await this.#acknowledgement();
  }

  close(): void {
    this.#socket.destroy();
  }

  #freeId(): number {
    do this.#nextId = (this.#nextId % 65_535) + 1;
    while (this.#unacknowledged.has(this.#nextId));
    return this.#nextId;
  }

  #acknowledgement(): Promise<void> {
    return new Promise((wake) => this.#waiting.push(wake));
  }

  async #drained(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<unknown>();
    this.#socket.once('drain', resolve).once('close', resolve);
    await promise;
    this.#socket.off('drain', resolve).off('close', resolve);
  }

  /** CONNACK and PUBACK are 4 bytes each. */
  #take(bytes: Buffer): void {
    const all = this.#buffered.length > 0 ? Buffer.concat([this.#buffered, bytes]) : bytes;
    let offset = 0;
    for (; offset + 4 <= all.length; offset += 4) {
      if (all[offset] !== 0x40) continue;
      const id = all.readUInt16BE(offset + 2);
      const message = this.#unacknowledged.get(id);
      if (message) this.acknowledged.push(message);
      this.#unacknowledged.delete(id);
    }
    this.#buffered = all.subarray(offset);
    for (const wake of this.#waiting.splice(0)) wake();
  }
}
