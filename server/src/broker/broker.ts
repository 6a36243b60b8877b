/** The embedded MQTT broker: it acknowledges a message only once the intake has it on disk. */

import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import {
  Aedes,
  type AedesPublishPacket,
  type AuthenticateError,
  type Client,
  type PublishPacket,
} from 'aedes';
import type { Address } from '../config/config.ts';
import { MOST_PAYLOAD_BYTES } from '../intake/decode.ts';
import type { Intake } from '../intake/intake.ts';
import type { BrokerConnection, Clock, Log, Timer } from '../ports.ts';
import { MOST_UNREAD_BYTES, wordsOf, type Dropped } from './bounds.ts';
import { PacketGuard, type Oversized } from './packet-guard.ts';
import { BoundedPersistence } from './persistence.ts';
import { RetainedMessages } from './retained.ts';
import { Sessions } from './sessions.ts';

const MOST_CONNECTIONS = 1_000;
const CONNECT_TIMEOUT_MS = 10_000;
/** A subscriber that reads nothing for so long is cut off, ms. */
const DRAIN_TIMEOUT_MS = 10_000;
/** What is written ahead for one subscriber: its backlog waits above this, live messages are withheld before. */
const MOST_WRITTEN_AHEAD_BYTES = 8 * 1024 * 1024;
const FORGET_EVERY_MS = 60_000;
/** Messages of QoS 2 that one connection may leave half delivered. */
const MOST_HALF_DELIVERED = 100;
/** Messages that a client may send ahead of the answer to its CONNECT. */
const MOST_BEFORE_CONNACK = 1_000;
/** How long a sender waits for the refusal of what could not be stored: so long it cannot try again. */
const REFUSED_AFTER_MS = 1_000;
const IDENTIFIER_REJECTED = 2;

export interface BrokerParts {
  readonly address: Address;
  readonly intake: Intake;
  readonly clock: Clock;
  readonly log: Log;
  readonly events: BrokerEvents;
}

/** Told what clients asked for in vain. */
export interface BrokerEvents {
  dropped(what: Dropped): void;
}

type PublishDone = (error?: Error | null) => void;

export class Broker implements BrokerConnection {
  readonly broker = 'embedded';
  readonly #parts: BrokerParts;
  readonly #sockets = new Set<Socket>();
  readonly #retained: RetainedMessages;
  readonly #sessions: Sessions;
  /** Clients that want a durable session and do not say whose. */
  readonly #nameless = new WeakSet<Client>();
  #forgetting: Timer | null = null;
  #aedes: Aedes | null = null;
  #server: Server | null = null;
  #isStopping = false;
  #lostAt: number;

  constructor(parts: BrokerParts) {
    this.#parts = parts;
    this.#lostAt = parts.clock.now();
    const now = (): number => parts.clock.now();
    const dropped = (what: Dropped): void => this.#dropped(what);
    this.#retained = new RetainedMessages(dropped);
    this.#sessions = new Sessions({ now, dropped });
  }

  get connected(): boolean {
    return this.#server?.listening === true;
  }

  get lostAt(): number | null {
    return this.connected ? null : this.#lostAt;
  }

  get trouble(): string | null {
    return this.connected ? null : 'the embedded broker does not listen';
  }

  /** `null` while it does not listen. */
  get port(): number | null {
    const address = this.#server?.address();
    return typeof address === 'object' ? (address?.port ?? null) : null;
  }

  get clients(): number {
    return this.#sockets.size;
  }

  /** Sessions kept for clients, connected or not. */
  get sessions(): number {
    return this.#sessions.size;
  }

  /** Bytes of messages kept for clients: retained ones and those that wait. */
  get keptBytes(): number {
    return this.#retained.bytes + this.#sessions.bytes;
  }

  /** The port in use; rejects when it cannot be opened. */
  async start(): Promise<number> {
    this.#aedes = await this.#open();
    this.#forgetting = this.#parts.clock.every(FORGET_EVERY_MS, () => this.#sessions.forgetOld());
    this.#server = createServer((socket) => this.#connect(socket));
    this.#server.maxConnections = MOST_CONNECTIONS;
    this.#server.on('drop', (dropped) => {
      const from = dropped?.remoteAddress;
      this.#parts.log.warn({ from }, `MQTT connection refused: ${MOST_CONNECTIONS} are open`);
    });
    const { host, port } = this.#parts.address;
    this.#server.listen(port, host);
    await once(this.#server, 'listening');
    return this.port ?? port;
  }

  /** Stops taking messages; those under way are still acknowledged once they are stored. */
  stopIntake(): void {
    this.#isStopping = true;
    this.#lostAt = this.#parts.clock.now();
    this.#server?.close();
  }

  async close(): Promise<void> {
    this.stopIntake();
    this.#forgetting?.cancel();
    const aedes = this.#aedes;
    if (aedes) await new Promise<void>((resolve) => aedes.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
  }

  async #open(): Promise<Aedes> {
    const sessions = this.#sessions;
    const aedes = await Aedes.createBroker({
      connectTimeout: CONNECT_TIMEOUT_MS,
      drainTimeout: DRAIN_TIMEOUT_MS,
      queueLimit: MOST_BEFORE_CONNACK,
      maxInflightInbound: MOST_HALF_DELIVERED,
      persistence: new BoundedPersistence(sessions, this.#retained),
      preConnect: (client, { clientId, clean }, done) => {
        if (clientId === '' && clean === false) this.#nameless.add(client);
        done(null, true);
      },
      authenticate: (client, _user, _password, done) => {
        const isNameless = this.#nameless.has(client);
        done(isNameless ? rejected() : null, !isNameless);
      },
      authorizePublish: (client, packet, done) => this.#publish(client, packet, done),
      authorizeSubscribe: (client, subscription, done) => {
        const isKept = sessions.subscribe(client, subscription.topic, subscription.qos);
        // aedes sees the highest quality; #forward brings each message down to what was granted.
        subscription.qos = 2;
        done(null, isKept ? subscription : null);
      },
      authorizeForward: (client, packet) => this.#forward(client, packet),
    });
    aedes.on('client', (client) => sessions.connected(client));
    aedes.on('clientDisconnect', (client) => sessions.disconnected(client));
    aedes.on('unsubscribe', (filters, client) => sessions.unsubscribe(client, filters));
    aedes.on('clientError', (client, { message }) => {
      this.#parts.log.debug({ client: client.id, error: message }, 'client gone');
    });
    return aedes;
  }

  #connect(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    socket.setNoDelay(true);
    const guard = new PacketGuard({
      oversized: (publish) => void this.#refuseOversized(socket, publish),
      broken: (reason) => {
        this.#parts.log.warn({ from: socket.remoteAddress }, `MQTT connection closed: ${reason}`);
        socket.destroy();
      },
    });
    // The broker pulls its bytes with read(); what the guard withholds never reaches its buffer.
    const read = socket.read.bind(socket);
    socket.read = (size?: number): Buffer | null => {
      const chunk = read(size) as Buffer | null;
      return chunk && guard.filter(chunk);
    };
    // One subscriber that is slow to read must not hold up the publishers.
    const write = socket.write.bind(socket) as (...given: unknown[]) => boolean;
    socket.write = (...given: unknown[]): boolean => {
      write(...given);
      return socket.writableLength < MOST_WRITTEN_AHEAD_BYTES;
    };
    this.#aedes?.handle(socket);
  }

  /** Holds the acknowledgement back until the message is stored. Nothing may be thrown in here. */
  #publish(client: Client | null, packet: PublishPacket, done: PublishDone): void {
    if (this.#isStopping) {
      done(new Error('the server is stopping'));
      return;
    }
    if (packet.topic.startsWith('$SYS/')) {
      done(new Error("$SYS topics are the broker's own"));
      return;
    }
    if (/[+#]/.test(packet.topic)) {
      done(new Error('a will has a topic, not a filter'));
      return;
    }
    // MQTT's way to forget a retained message: it tells nothing about a line.
    const isClearing = packet.retain && packet.payload.length === 0;
    if (isClearing || this.#isRepeated(client, packet)) {
      done(null);
      return;
    }
    let isAnswered = false;
    const answer = (error: Error | null): void => {
      if (isAnswered) return;
      isAnswered = true;
      done(error);
    };
    this.#parts.intake
      .receive(packet.topic, bytesOf(packet.payload), () => answer(null))
      .catch((error: unknown) => {
        const fields = { error, topic: packet.topic, client: client?.id };
        // Without an acknowledgement the client's connection ends, and it delivers again.
        this.#parts.log.error(
          fields,
          isAnswered ? 'a stored message was not shown' : 'a message could not be stored',
        );
        const failure = error instanceof Error ? error : new Error(String(error));
        setTimeout(() => answer(failure), this.#isStopping ? 0 : REFUSED_AFTER_MS);
      });
  }

  async #refuseOversized(socket: Socket, publish: Oversized): Promise<void> {
    const { topic, payload, payloadBytes, qos, packetId } = publish;
    const reason = `payload of ${payloadBytes} bytes; at most ${MOST_PAYLOAD_BYTES} (64 KiB)`;
    try {
      const message = { topic, payload, receivedAt: this.#parts.clock.now() };
      await this.#parts.intake.refuse(message, 'size', reason);
      // Acknowledged, so that it does not come again and block what waits behind it.
      if (packetId !== null && socket.writable) socket.write(acknowledgement(qos, packetId));
    } catch (error) {
      this.#parts.log.error({ error, topic }, 'an oversized message could not be quarantined');
      socket.destroy();
    }
  }

  /** Whether a message of QoS 2 is stored already, and comes again because its PUBREC did not arrive. */
  #isRepeated(client: Client | null, { qos, messageId }: PublishPacket): boolean {
    return qos === 2 && client !== null && this.#sessions.isHalfDelivered(client, messageId);
  }

  /** A message on its way to a subscriber: at the quality it was granted, or withheld. */
  #forward(client: Client, packet: AedesPublishPacket): AedesPublishPacket | null {
    // What waited for the session was brought down when it was queued.
    const isBacklog = packet.messageId !== undefined;
    if (isBacklog) return packet;
    if (packet.qos > 0) packet.qos = this.#sessions.qosFor(client, packet.topic, packet.qos);
    const isUnread = client.conn.writableLength > MOST_UNREAD_BYTES;
    if (!isUnread || packet.retain) return packet;
    // A durable session gets what it misses when it comes back; others miss it, as with QoS 0.
    if (!client.clean && packet.qos > 0) client.conn.destroy();
    else this.#dropped('unread');
    return null;
  }

  #dropped(what: Dropped): void {
    this.#parts.events.dropped(what);
    this.#parts.log.warn({}, wordsOf(what));
  }
}

function rejected(): AuthenticateError {
  const error = new Error('a durable session needs a client id');
  // eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- a const enum, there for the compiler alone
  return Object.assign(error, { returnCode: IDENTIFIER_REJECTED });
}

function bytesOf(payload: string | Buffer): Buffer {
  return typeof payload === 'string' ? Buffer.from(payload) : payload;
}

/** PUBACK for QoS 1, PUBREC for QoS 2. */
function acknowledgement(qos: number, packetId: number): Buffer {
  return Buffer.of(qos === 1 ? 0x40 : 0x50, 2, packetId >> 8, packetId & 0xff);
}
