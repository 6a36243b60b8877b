/** MQTT 3.1.1 packet by packet, for what no library lets one say. */

import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { packet, text } from './publisher.ts';

export type Qos = 0 | 1 | 2;

export interface ConnectOptions {
  readonly id?: string;
  /** `true` unless said otherwise. */
  readonly clean?: boolean;
  readonly keepAliveSeconds?: number;
  readonly will?: { readonly topic: string; readonly payload: string; readonly qos: Qos };
  readonly protocol?: string;
  readonly level?: number;
}

export interface Received {
  /** The packet's type, 1 to 15. */
  readonly type: number;
  readonly flags: number;
  readonly body: Buffer;
}

export interface Delivered {
  readonly topic: string;
  readonly payload: string;
  readonly qos: Qos;
  readonly retain: boolean;
  readonly dup: boolean;
  readonly id: number;
}

export const TYPE = {
  ...{ connack: 2, publish: 3, puback: 4, pubrec: 5, pubrel: 6, pubcomp: 7 },
  ...{ suback: 9, unsuback: 11, pingresp: 13 },
} as const;

const u16 = (value: number): Buffer => Buffer.from([value >> 8, value & 255]);
const PINGREQ = Buffer.from([0xc0, 0]);
const DISCONNECT = Buffer.from([0xe0, 0]);

export class RawClient implements AsyncDisposable {
  readonly #socket: Socket;
  #bytes: Buffer = Buffer.alloc(0);
  readonly #packets: Received[] = [];
  readonly #waiting: (() => void)[] = [];
  #nextId = 1;
  isClosed = false;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (bytes) => {
      if (typeof bytes !== 'string') this.#take(bytes);
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.isClosed = true;
      this.#wake();
    });
  }

  /** A connection that has said nothing yet. */
  static async open(url: string): Promise<RawClient> {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    return new RawClient(socket);
  }

  /** A connection that was accepted. */
  static async connect(url: string, options: ConnectOptions = {}): Promise<RawClient> {
    const client = await RawClient.open(url);
    const { returnCode } = await client.connect(options);
    if (returnCode !== 0) throw new Error(`CONNACK ${returnCode}`);
    return client;
  }

  async connect(options: ConnectOptions = {}): Promise<{ present: boolean; returnCode: number }> {
    const { id = '', clean = true, keepAliveSeconds = 0, will } = options;
    const flags = (clean ? 2 : 0) | (will ? 4 | (will.qos << 3) : 0);
    const head = [text(options.protocol ?? 'MQTT'), Buffer.from([options.level ?? 4, flags])];
    const body = [...head, u16(keepAliveSeconds), text(id)];
    if (will) body.push(text(will.topic), text(will.payload));
    this.send(packet(0x10, Buffer.concat(body)));
    const connack = await this.next(TYPE.connack);
    return { present: connack.body[0] === 1, returnCode: connack.body[1] ?? -1 };
  }

  send(bytes: Buffer): void {
    this.#socket.write(bytes);
  }

  /** Stops to read what the broker sends. */
  freeze(): void {
    this.#socket.pause();
  }

  /** The next packet of a type; others that come before it stay. Rejects once the broker closed the connection. */
  async next(type: number): Promise<Received> {
    for (;;) {
      const index = this.#packets.findIndex((received) => received.type === type);
      const [found] = index < 0 ? [] : this.#packets.splice(index, 1);
      if (found) return found;
      if (this.isClosed) throw new Error('the broker closed the connection');
      await new Promise<void>((wake) => this.#waiting.push(wake));
    }
  }

  async closed(): Promise<void> {
    while (!this.isClosed) await new Promise<void>((wake) => this.#waiting.push(wake));
  }

  /** The return codes of the SUBACK. */
  async subscribe(...filters: readonly (readonly [filter: string, qos: Qos])[]): Promise<number[]> {
    const wanted = filters.map(([filter, qos]) =>
      Buffer.concat([text(filter), Buffer.from([qos])]),
    );
    this.send(packet(0x82, Buffer.concat([u16(this.#id()), ...wanted])));
    return [...(await this.next(TYPE.suback)).body.subarray(2)];
  }

  async unsubscribe(filter: string): Promise<void> {
    this.send(packet(0xa2, Buffer.concat([u16(this.#id()), text(filter)])));
    await this.next(TYPE.unsuback);
  }

  /** Sends, and for QoS 1 and 2 waits until the message is the broker's. */
  async publish(topic: string, payload: string, qos: Qos = 0, retain = false): Promise<void> {
    const id = qos > 0 ? this.#id() : 0;
    this.send(publishBytes({ topic, payload, qos, retain, dup: false, id }));
    if (qos === 1) await this.next(TYPE.puback);
    if (qos < 2) return;
    await this.next(TYPE.pubrec);
    await this.release(id);
  }

  async release(id: number): Promise<void> {
    this.send(packet(0x62, u16(id)));
    await this.next(TYPE.pubcomp);
  }

  /** The next message, not yet acknowledged. */
  async message(): Promise<Delivered> {
    return read(await this.next(TYPE.publish));
  }

  /** The next message, acknowledged to the end. */
  async delivery(): Promise<Delivered> {
    const message = await this.message();
    if (message.qos === 1) this.acknowledge('puback', message.id);
    if (message.qos === 2) {
      this.acknowledge('pubrec', message.id);
      await this.next(TYPE.pubrel);
      this.acknowledge('pubcomp', message.id);
    }
    return message;
  }

  acknowledge(as: 'puback' | 'pubrec' | 'pubcomp', id: number): void {
    this.send(packet(TYPE[as] << 4, u16(id)));
  }

  /** Everything that was delivered before the answer to a ping. */
  async soFar(): Promise<Delivered[]> {
    this.send(PINGREQ);
    await this.next(TYPE.pingresp);
    const isMessage = ({ type }: Received): boolean => type === TYPE.publish;
    const messages = this.#packets.filter(isMessage).map(read);
    this.#packets.splice(0, Infinity, ...this.#packets.filter((received) => !isMessage(received)));
    return messages;
  }

  /** Goes as a client that says goodbye; resolves once the broker has heard it. */
  async leave(): Promise<void> {
    this.#socket.end(DISCONNECT);
    await this.closed();
  }

  /** Goes as one whose network fails. */
  break(): void {
    this.#socket.resetAndDestroy();
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#socket.destroy();
    return Promise.resolve();
  }

  #id(): number {
    return this.#nextId++;
  }

  #take(bytes: Buffer): void {
    this.#bytes = Buffer.concat([this.#bytes, bytes]);
    for (;;) {
      const length = readLength(this.#bytes);
      if (length === null || this.#bytes.length < length.start + length.bytes) break;
      const end = length.start + length.bytes;
      const first = this.#bytes[0] ?? 0;
      const body = this.#bytes.subarray(length.start, end);
      this.#packets.push({ type: first >> 4, flags: first & 15, body });
      this.#bytes = this.#bytes.subarray(end);
    }
    this.#wake();
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }
}

function readLength(bytes: Buffer): { readonly start: number; readonly bytes: number } | null {
  let length = 0;
  for (let index = 1; index < bytes.length; index++) {
    const digit = bytes[index] ?? 0;
    length += (digit & 127) * 128 ** (index - 1);
    if (digit < 128) return { start: index + 1, bytes: length };
  }
  return null;
}

function read({ flags, body }: Received): Delivered {
  const qos = ((flags >> 1) & 3) as Qos;
  const topicEnd = 2 + body.readUInt16BE(0);
  const start = qos > 0 ? topicEnd + 2 : topicEnd;
  return {
    topic: body.toString('utf8', 2, topicEnd),
    payload: body.toString('utf8', start),
    qos,
    retain: (flags & 1) === 1,
    dup: (flags & 8) === 8,
    id: qos > 0 ? body.readUInt16BE(topicEnd) : 0,
  };
}

/** A PUBLISH as it goes over the wire. */
export function publishBytes({ topic, payload, qos, retain, dup, id }: Delivered): Buffer {
  const first = 0x30 | (dup ? 8 : 0) | (qos << 1) | (retain ? 1 : 0);
  const identifier = qos > 0 ? [u16(id)] : [];
  return packet(first, Buffer.concat([text(topic), ...identifier, Buffer.from(payload)]));
}
