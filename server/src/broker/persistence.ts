/** What aedes asks of its persistence, answered from bounded memory. */

import { Readable } from 'node:stream';
import type { AedesPublishPacket, Client, PubrelPacket, Subscription } from 'aedes';
import type { Owed } from './outbox.ts';
import type { RetainedMessages } from './retained.ts';
import type { Sessions } from './sessions.ts';

interface Identified {
  readonly messageId?: number | undefined;
}

/* eslint-disable @typescript-eslint/require-await -- aedes wants promises; memory answers at once */
export class BoundedPersistence {
  readonly #sessions: Sessions;
  readonly #retained: RetainedMessages;

  constructor(sessions: Sessions, retained: RetainedMessages) {
    this.#sessions = sessions;
    this.#retained = retained;
  }

  async setup(): Promise<void> {
    // Nothing to open.
  }

  async storeRetained(packet: AedesPublishPacket): Promise<void> {
    this.#retained.keep(packet);
  }

  createRetainedStreamCombi(filters: readonly string[]): Readable {
    return Readable.from(this.#retained.matching(filters));
  }

  /**
   * Nothing: each filter is kept when it is allowed. Here aedes would bring the refused ones as well,
   * and the whole packet again for each of its filters.
   */
  async addSubscriptions(): Promise<void> {
    // See above.
  }

  async removeSubscriptions(client: Client, filters: readonly string[]): Promise<void> {
    this.#sessions.unsubscribe(client, filters);
  }

  /** Asked when a durable session connects. */
  async subscriptionsByClient(client: Pick<Client, 'id'>): Promise<Subscription[]> {
    return [...this.#sessions.open(client)].map(([topic, qos]) => ({ topic, qos }));
  }

  /** Asked when a clean session connects. */
  async cleanSubscriptions(client: Pick<Client, 'id'>): Promise<void> {
    this.#sessions.forget(client.id);
  }

  /** Nobody here: the sessions find their messages by themselves, once the message comes. */
  async subscriptionsByTopic(): Promise<[]> {
    return [];
  }

  async outgoingEnqueueCombi(_none: [], packet: AedesPublishPacket): Promise<void> {
    this.#sessions.enqueue(packet);
  }

  async outgoingUpdate(client: Client, packet: AedesPublishPacket | PubrelPacket): Promise<void> {
    const outbox = this.#sessions.outboxOf(client);
    if (packet.cmd === 'publish') outbox?.sending(packet);
    else if (packet.messageId !== undefined) outbox?.released(packet.messageId);
  }

  async outgoingClearMessageId(client: Client, packet: Identified): Promise<Owed | undefined> {
    if (packet.messageId === undefined) return undefined;
    return this.#sessions.outboxOf(client)?.done(packet.messageId);
  }

  outgoingStream(client: Client): Readable {
    return Readable.from(client.clean ? [] : (this.#sessions.outboxOf(client)?.again() ?? []));
  }

  async incomingStorePacket(client: Client, packet: Identified): Promise<void> {
    if (packet.messageId !== undefined) this.#sessions.halfDelivered(client, packet.messageId);
  }

  /** Rejects when the message is new. */
  async incomingGetPacket(client: Client, packet: Identified): Promise<Identified> {
    if (this.#sessions.isHalfDelivered(client, packet.messageId)) return packet;
    throw new Error('no such packet');
  }

  async incomingDelPacket(client: Client, { messageId = 0 }: Identified): Promise<void> {
    if (!this.#sessions.delivered(client, messageId)) throw new Error('no such packet');
  }

  /** Wills stay with their connections: they are there for brokers that share a persistence. */
  async putWill(): Promise<void> {
    // See above.
  }

  async delWill(): Promise<void> {
    // See above.
  }

  streamWill(): Readable {
    return Readable.from([]);
  }
}
