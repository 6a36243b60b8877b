/** The embedded MQTT broker: it acknowledges a message only once the intake has it on disk. */

import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { Aedes, type Client, type PublishPacket, type Subscription } from 'aedes';
import type { Address } from '../config/config.ts';
import type { Clock, Log } from '../ports.ts';
import type { Intake } from './intake.ts';
import { MOST_PAYLOAD_BYTES } from './decode.ts';
import { PacketGuard, type Oversized } from './packet-guard.ts';

const MOST_CONNECTIONS = 1_000;
const CONNECT_TIMEOUT_MS = 10_000;
/** Messages of QoS 2 that one client may leave half delivered. */
const MOST_HALF_DELIVERED = 100;
/** Messages that a client may send ahead of the answer to its CONNECT. */
const MOST_BEFORE_CONNACK = 1_000;
const MOST_RETAINED_TOPICS = 10_000;
const MOST_RETAINED_BYTES = 16 * 1024 * 1024;
/** How long a sender waits for the refusal of what could not be stored: so long it cannot try again. */
const REFUSED_AFTER_MS = 1_000;

export interface BrokerParts {
  readonly address: Address;
  readonly intake: Intake;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
}

type PublishDone = (error?: Error | null) => void;

export class Broker {
  readonly #parts: BrokerParts;
  readonly #sockets = new Set<Socket>();
  /** Bytes of each retained message. */
  readonly #retained = new Map<string, number>();
  #retainedBytes = 0;
  #aedes: Aedes | null = null;
  #server: Server | null = null;
  #isStopping = false;

  constructor(parts: BrokerParts) {
    this.#parts = parts;
  }

  get connected(): boolean {
    return this.#server?.listening === true;
  }

  /** `null` while it does not listen. */
  get port(): number | null {
    const address = this.#server?.address();
    return typeof address === 'object' ? (address?.port ?? null) : null;
  }

  get clients(): number {
    return this.#sockets.size;
  }

  /** The port in use; rejects when it cannot be opened. */
  async start(): Promise<number> {
    this.#aedes = await Aedes.createBroker({
      connectTimeout: CONNECT_TIMEOUT_MS,
      queueLimit: MOST_BEFORE_CONNACK,
      maxInflightInbound: MOST_HALF_DELIVERED,
      authorizePublish: (client, packet, done) => this.#publish(client, packet, done),
      authorizeSubscribe: (client, subscription, done) => {
        forgetWhileAway(client, subscription);
        done(null, subscription);
      },
    });
    this.#aedes.on('clientError', (client, { message }) => {
      this.#parts.log.debug({ client: client.id, error: message }, 'client gone');
    });
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
    this.#server?.close();
  }

  async close(): Promise<void> {
    this.stopIntake();
    const aedes = this.#aedes;
    if (aedes) await new Promise<void>((resolve) => aedes.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
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
    if (packet.retain && packet.payload.length === 0) {
      // MQTT's way to forget a retained message; it tells nothing about a line.
      this.#forgetRetained(packet.topic);
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
      .receive(packet.topic, bytesOf(packet.payload), (as) => {
        if (packet.retain && !this.#mayRetain(packet, as)) packet.retain = false;
        answer(null);
      })
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

  /** Retained messages stay in memory: only understood ones, and not without bound. */
  #mayRetain({ topic, payload }: PublishPacket, as: 'reading' | 'refused'): boolean {
    if (as === 'refused') return false;
    const bytes = topic.length + payload.length;
    const had = this.#retained.get(topic) ?? 0;
    const isRoom =
      this.#retained.size - Number(had > 0) < MOST_RETAINED_TOPICS &&
      this.#retainedBytes - had + bytes <= MOST_RETAINED_BYTES;
    if (!isRoom) return false;
    this.#retained.set(topic, bytes);
    this.#retainedBytes += bytes - had;
    return true;
  }

  #forgetRetained(topic: string): void {
    this.#retainedBytes -= this.#retained.get(topic) ?? 0;
    this.#retained.delete(topic);
  }
}

/** Subscribers may look on, but for those who are away nothing is queued: it would pile up in memory. */
function forgetWhileAway({ clean }: Client, subscription: Subscription): void {
  // Changed in place: this very object becomes part of the client's session.
  if (!clean) subscription.qos = 0;
}

function bytesOf(payload: string | Buffer): Buffer {
  return typeof payload === 'string' ? Buffer.from(payload) : payload;
}

/** PUBACK for QoS 1, PUBREC for QoS 2. */
function acknowledgement(qos: number, packetId: number): Buffer {
  return Buffer.of(qos === 1 ? 0x40 : 0x50, 2, packetId >> 8, packetId & 0xff);
}
