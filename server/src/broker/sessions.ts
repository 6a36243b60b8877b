/** What outlives a connection: filters, messages owed and messages half delivered, each within bounds. */

import type { AedesPublishPacket, Client as AedesClient } from 'aedes';
import {
  MOST_FILTER_BYTES,
  MOST_FILTERS,
  MOST_FILTERS_PER_CLIENT,
  MOST_HALF_DELIVERED_KEPT,
  MOST_SESSIONS,
  ownBytes,
  SESSION_KEPT_MS,
  type Dropped,
} from './bounds.ts';
import { Outbox, type Shared } from './outbox.ts';
import { FilterTree, matches, type QoS } from './topic-filter.ts';

class Session {
  readonly filters = new Map<string, QoS>();
  /** Packet identifiers of QoS 2 messages that came and were not released yet. */
  readonly halfDelivered = new Set<number>();
  readonly outbox: Outbox;
  /** Since when nobody is connected, epoch ms. */
  awaySince: number | null = null;

  constructor(shared: Shared) {
    this.outbox = new Outbox(shared);
  }

  get isEmpty(): boolean {
    return this.filters.size === 0 && this.halfDelivered.size === 0 && this.outbox.size === 0;
  }
}

export interface SessionParts {
  /** Epoch ms. */
  readonly now: () => number;
  readonly dropped: (what: Dropped) => void;
}

export type Client = Pick<AedesClient, 'id' | 'clean' | 'closed'>;
type ClientId = Pick<Client, 'id'>;

export class Sessions {
  readonly #parts: SessionParts;
  readonly #shared: Shared = { bytes: 0 };
  /** Those that outlive their connection, by client id. */
  readonly #durable = new Map<string, Session>();
  /** Those that end with it. */
  readonly #clean = new Map<Client, Session>();
  /** The durable ones' filters: what they match is queued for them. */
  readonly #tree = new FilterTree();
  #filters = 0;

  constructor(parts: SessionParts) {
    this.#parts = parts;
  }

  get size(): number {
    return this.#durable.size;
  }

  /** Bytes of messages that wait. */
  get bytes(): number {
    return this.#shared.bytes;
  }

  /** A durable session begins or goes on; its filters. */
  open({ id }: ClientId): ReadonlyMap<string, QoS> {
    let session = this.#durable.get(id);
    if (!session) {
      session = new Session(this.#shared);
      session.awaySince = this.#parts.now();
      this.#durable.set(id, session);
      this.#makeRoom();
    }
    return session.filters;
  }

  connected(client: Client): void {
    const session = this.#of(client);
    // One that was taken over late may be gone already.
    if (session && !client.closed) session.awaySince = null;
  }

  disconnected(client: Client): void {
    const session = this.#of(client);
    if (!session) return;
    if (client.clean) {
      this.#filters -= session.filters.size;
      this.#clean.delete(client);
    } else if (session.isEmpty) {
      this.forget(client.id);
    } else {
      // Behind those that were left before it.
      this.#durable.delete(client.id);
      this.#durable.set(client.id, session);
      session.awaySince = this.#parts.now();
    }
  }

  forget(id: string): void {
    const session = this.#durable.get(id);
    if (!session) return;
    for (const filter of session.filters.keys()) this.#tree.delete(filter, id);
    this.#filters -= session.filters.size;
    session.outbox.clear();
    this.#durable.delete(id);
  }

  /** Forgets the sessions that nobody came back to. */
  forgetOld(): void {
    const oldest = this.#parts.now() - SESSION_KEPT_MS;
    for (const [id, { awaySince }] of this.#durable) {
      if (awaySince !== null && awaySince < oldest) this.#giveUp(id);
    }
  }

  /** `false`: more than may be. */
  subscribe(client: Client, filter: string, qos: QoS): boolean {
    const session = this.#of(client);
    if (!session) return false;
    if (!session.filters.has(filter)) {
      const isTooMany =
        this.#filters >= MOST_FILTERS || session.filters.size >= MOST_FILTERS_PER_CLIENT;
      if (isTooMany || Buffer.byteLength(filter) > MOST_FILTER_BYTES) {
        this.#parts.dropped('subscription');
        return false;
      }
      this.#filters += 1;
    }
    session.filters.set(filter, qos);
    if (client.clean) return true;
    if (qos > 0) this.#tree.set(filter, client.id, qos);
    else this.#tree.delete(filter, client.id);
    return true;
  }

  unsubscribe(client: Client, filters: readonly string[]): void {
    const session = this.#of(client);
    for (const filter of filters) {
      if (!session?.filters.delete(filter)) continue;
      this.#filters -= 1;
      if (!client.clean) this.#tree.delete(filter, client.id);
    }
  }

  /** The quality of service at which a client gets a message: its own, or the highest that a matching filter allows. */
  qosFor(client: Client, topic: string, qos: QoS): QoS {
    let highest: QoS = 0;
    for (const [filter, allowed] of this.#of(client)?.filters ?? []) {
      if (allowed <= highest || !matches(filter, topic)) continue;
      if (allowed >= qos) return qos;
      highest = allowed;
    }
    return highest;
  }

  /** Keeps a message for every durable session that it is for, until that acknowledges it. */
  enqueue(packet: AedesPublishPacket): void {
    const { brokerId, brokerCounter, topic } = packet;
    let payload: Buffer | null = null;
    for (const [id, allowed] of this.#tree.match(topic)) {
      const session = this.#durable.get(id);
      if (!session) continue;
      payload ??= ownBytes(packet.payload);
      const qos = Math.min(packet.qos, allowed) as QoS;
      const owed = { brokerId, brokerCounter, topic, payload, qos, dup: false };
      const isKept = session.outbox.add({ cmd: 'publish', ...owed });
      if (!isKept && session.awaySince !== null) this.#parts.dropped('queued');
    }
  }

  outboxOf({ id }: ClientId): Outbox | undefined {
    return this.#durable.get(id)?.outbox;
  }

  isHalfDelivered(client: Client, messageId: number | undefined): boolean {
    return messageId !== undefined && this.#of(client)?.halfDelivered.has(messageId) === true;
  }

  halfDelivered(client: Client, messageId: number): void {
    const ids = this.#of(client)?.halfDelivered;
    if (!ids) return;
    if (ids.size >= MOST_HALF_DELIVERED_KEPT) throw new Error('too many messages half delivered');
    ids.add(messageId);
  }

  /** `false`: it was none. */
  delivered(client: Client, messageId: number): boolean {
    return this.#of(client)?.halfDelivered.delete(messageId) ?? false;
  }

  #of(client: Client): Session | undefined {
    if (!client.clean) return this.#durable.get(client.id);
    let session = this.#clean.get(client);
    // One that comes after the end would never be cleared away.
    if (!session && !client.closed) {
      this.#clean.set(client, (session = new Session(this.#shared)));
    }
    return session;
  }

  #makeRoom(): void {
    if (this.#durable.size <= MOST_SESSIONS) return;
    for (const [id, { awaySince }] of this.#durable) {
      if (awaySince === null) continue;
      this.#giveUp(id);
      return;
    }
  }

  #giveUp(id: string): void {
    this.#parts.dropped('session');
    this.forget(id);
  }
}
