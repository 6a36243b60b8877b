/** What one durable session is owed: messages that wait for it or that it has not acknowledged yet. */

import type { AedesPublishPacket } from 'aedes';
import { MESSAGE_BYTES, MOST_QUEUED_BYTES, MOST_QUEUED_MESSAGES } from './bounds.ts';
import type { QoS } from './topic-filter.ts';

export interface Owed {
  readonly cmd: 'publish';
  readonly brokerId: string;
  readonly brokerCounter: number;
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: QoS;
  /** Its packet identifier, once it was sent. */
  messageId?: number;
  /** Whether it was sent before. */
  dup: boolean;
}

interface Entry {
  message: Owed;
  bytes: number;
  /** A message of QoS 2 that the client has; only its release is left to say. */
  isReleased: boolean;
}

export interface Release {
  readonly cmd: 'pubrel';
  readonly messageId: number;
}

const MOST_IDS = 65_535;

/** Bytes that wait in all outboxes together. */
export interface Shared {
  bytes: number;
}

export class Outbox {
  readonly #shared: Shared;
  /** By the broker's number of the message, the oldest first. */
  readonly #entries = new Map<number, Entry>();
  readonly #sent = new Map<number, Entry>();

  constructor(shared: Shared) {
    this.#shared = shared;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** `false`: there was no room for it. */
  add(message: Owed): boolean {
    const bytes = Buffer.byteLength(message.topic) + message.payload.length + MESSAGE_BYTES;
    if (this.#entries.size >= MOST_QUEUED_MESSAGES) return false;
    if (this.#shared.bytes + bytes > MOST_QUEUED_BYTES) return false;
    this.#shared.bytes += bytes;
    this.#entries.set(message.brokerCounter, { message, bytes, isReleased: false });
    return true;
  }

  /** Notes under which packet identifier a message is about to be sent; one in use is changed. */
  sending(packet: AedesPublishPacket): void {
    const entry = this.#entries.get(packet.brokerCounter);
    if (!entry) return;
    let id = packet.messageId ?? 1;
    while (this.#sent.has(id) && this.#sent.get(id) !== entry) id = (id % MOST_IDS) + 1;
    packet.messageId = entry.message.messageId = id;
    this.#sent.set(id, entry);
  }

  /** The client has a message of QoS 2: it must not get it again. */
  released(messageId: number): void {
    const entry = this.#sent.get(messageId);
    if (!entry || entry.isReleased) return;
    entry.isReleased = true;
    this.#shared.bytes -= entry.message.payload.length;
    entry.bytes -= entry.message.payload.length;
    entry.message = { ...entry.message, payload: Buffer.alloc(0) };
  }

  /** What the client acknowledged for good. */
  done(messageId: number): Owed | undefined {
    const entry = this.#sent.get(messageId);
    if (!entry) return undefined;
    this.#sent.delete(messageId);
    this.#entries.delete(entry.message.brokerCounter);
    this.#shared.bytes -= entry.bytes;
    return entry.message;
  }

  /** Everything owed, as it is to be said to a client that is back. */
  *again(): Generator<Owed | Release> {
    for (const { message, isReleased } of [...this.#entries.values()]) {
      const { messageId } = message;
      if (isReleased && messageId !== undefined) yield { cmd: 'pubrel', messageId };
      else yield { ...message, dup: messageId !== undefined };
    }
  }

  clear(): void {
    for (const { bytes } of this.#entries.values()) this.#shared.bytes -= bytes;
    this.#entries.clear();
    this.#sent.clear();
  }
}
