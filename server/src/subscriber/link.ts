/** One connection to the external broker, from its CONNECT to its end. */

import type { Socket } from 'node:net';
import type { SecureContext } from 'node:tls';
import { setTimeout as sleep } from 'node:timers/promises';
import { MqttClient, type IPublishPacket } from 'mqtt';
import type { Oversized } from '../broker/packet-guard.ts';
import { Acknowledgements } from './acknowledgements.ts';
import type { BrokerAddress } from './broker-address.ts';
import { optionsFor, type Version } from './client-options.ts';
import { guardedStream } from './guarded-stream.ts';
import type { Answers, Inflow } from './inflow.ts';
import * as trouble from './trouble.ts';

export interface LinkParts {
  readonly address: BrokerAddress;
  /** `null`: without TLS. */
  readonly secureContext: SecureContext | null;
  readonly clientId: string;
  readonly version: Version;
  readonly inflow: Inflow;
  readonly events: LinkEvents;
}

export interface Ending {
  readonly trouble: string;
  /** Whether the broker may speak the other version: it said that it does not speak this one, or said nothing at all. */
  readonly version: 'refused' | 'unanswered' | null;
}

/** Told what happens; nothing may be thrown in here. */
export interface LinkEvents {
  /** The broker took the connection, and had the session or not: it is to be asked for messages. */
  connected(hadSession: boolean): void;
  /** The broker answered; which filters it refused. */
  subscribed(refused: readonly string[]): void;
  /** At most once. */
  ended(ending: Ending): void;
}

const DISCONNECT = Buffer.of(0xe0, 0);
const GOODBYE_MS = 1_000;

const WITHHELD = new Error('acknowledged by Lineside itself');

export class Link {
  readonly #parts: LinkParts;
  readonly #client: MqttClient;
  readonly #acknowledgements = new Acknowledgements((packets) => this.#write(packets));
  #socket: Socket | null = null;
  #isOpen = false;
  #isAnswered = false;
  #isOver = false;
  /** Nothing more is taken in. */
  #isStopped = false;
  /** mqtt.js waits for room, and sees nothing of what comes meanwhile. */
  #isHeld = false;
  /** Since the last ping. */
  #hasHeard = false;
  hasAcknowledged = false;

  constructor(parts: LinkParts) {
    this.#parts = parts;
    this.#client = new MqttClient(
      () => this.#open(),
      optionsFor(parts.address, parts.clientId, parts.version),
    );
  }

  get version(): Version {
    return this.#parts.version;
  }

  start(): void {
    const client = this.#client;
    client.on('error', (error) => this.end(this.#endingFor(error)));
    client.on('close', () => this.end(this.#endingFor(null)));
    client.on('disconnect', ({ reasonCode }) => {
      this.end(this.#endingFor(reasonCode ?? 0));
    });
    client.on('connect', ({ sessionPresent }) => {
      this.#isAnswered = true;
      this.#parts.events.connected(sessionPresent);
    });
    client.on('packetreceive', () => (this.#hasHeard = true));
    client.on('packetsend', ({ cmd }) => {
      if (cmd === 'pingreq') this.#hasHeard = false;
    });
    client.handleMessage = (packet, next) => this.#receive(packet, next);
    const giveUp = client.onKeepaliveTimeout.bind(client);
    client.onKeepaliveTimeout = () => {
      // The answer to the ping is behind messages that wait for the disk: that is no silence.
      if (!this.#isHeld && !this.#hasHeard) {
        giveUp();
        return;
      }
      client.sendPing();
      client.reschedulePing(true);
    };
    client.connect();
  }

  /** Asks the broker for messages; the answer is told as an event. */
  subscribe(filters: readonly string[]): void {
    if (this.#isOver || !this.#client.connected) return;
    // Retained messages come with a new subscription only, and tell it by their flag.
    const options = { qos: 1, rh: 1, rap: false } as const;
    this.#client.subscribe([...filters], options, (_error, _asked, answer) => {
      const granted = answer && 'granted' in answer ? (answer.granted as number[]) : null;
      if (!granted || this.#isOver) return;
      this.#parts.events.subscribed(filters.filter((_, index) => granted[index] !== 1));
    });
  }

  /** Asks the broker for no more of these. */
  unsubscribe(filters: readonly string[]): void {
    if (this.#isOver || !this.#client.connected || filters.length === 0) return;
    this.#client.unsubscribe([...filters]);
  }

  /** Takes nothing more in; what is under way is still acknowledged. */
  stop(): void {
    this.#isStopped = true;
  }

  /** Ends the connection, and not the session. */
  async close(): Promise<void> {
    this.stop();
    this.#acknowledgements.flush();
    const socket = this.#socket;
    const isToBeTold = this.#client.connected && !this.#isOver;
    this.#isOver = true;
    if (socket && isToBeTold) {
      const gone = new Promise((resolve) => socket.once('close', resolve));
      socket.end(DISCONNECT);
      await Promise.race([gone, sleep(GOODBYE_MS, null, { ref: false })]);
    }
    socket?.destroy();
  }

  /** Breaks the connection off: what was not acknowledged comes again with the next one. */
  end(ending: Ending): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#acknowledgements.flush();
    // mqtt.js is not told to end: it would close what the packets that it has read already still need.
    this.#socket?.destroySoon();
    this.#parts.events.ended(ending);
  }

  #open(): Socket {
    const { address, secureContext, version } = this.#parts;
    const socket = guardedStream(address, secureContext, version, {
      oversized: (publish) => this.#skipped(publish),
      broken: (reason) => this.end({ trouble: trouble.nonsense(address, reason), version: null }),
    });
    socket.once(secureContext ? 'secureConnect' : 'connect', () => (this.#isOpen = true));
    socket.on('error', (error) => this.end(this.#endingFor(error)));
    this.#socket = socket;
    return socket;
  }

  /** In mqtt.js's way: the next message comes once it is called back, with an error it sends no PUBACK. */
  #receive(packet: IPublishPacket, next: (error?: Error) => void): void {
    this.#isHeld = true;
    this.#parts.inflow.whenFree(() => {
      this.#isHeld = false;
      if (!this.#isStopped) this.#take(packet, next);
    });
  }

  #take(packet: IPublishPacket, next: (error?: Error) => void): void {
    const { topic, payload, retain, qos, messageId = 0 } = packet;
    // Nobody asked for QoS 2; should it come all the same, it is stored before mqtt.js says PUBCOMP.
    const answers = this.#answers(qos === 1 ? messageId : null, qos === 2 ? next : nothing);
    if (answers) {
      const bytes = typeof payload === 'string' ? Buffer.from(payload) : payload;
      this.#parts.inflow.take({ topic, payload: bytes, isRetained: retain }, answers);
    }
    if (!answers || qos !== 2) next(WITHHELD);
  }

  #skipped(publish: Oversized): void {
    if (this.#isStopped) return;
    const answers = this.#answers(publish.qos === 1 ? publish.packetId : null, nothing);
    if (answers) this.#parts.inflow.refuse(publish, answers);
  }

  /** `null`: the message is not to be taken. */
  #answers(packetId: number | null, stored: () => void): Answers | null {
    if (this.#isOver) return null;
    const acknowledge = packetId === null ? stored : this.#acknowledgements.arrived(packetId);
    const fail = (): void => this.end({ trouble: trouble.UNSTORED, version: null });
    return acknowledge && { acknowledge, fail };
  }

  #write(packets: Buffer): void {
    if (!this.#socket?.writable) return;
    this.#socket.write(packets);
    this.hasAcknowledged = true;
  }

  /** @param error `null`: the broker closed the connection; a number: and said why */
  #endingFor(error: unknown): Ending {
    const { address } = this.#parts;
    if (trouble.isHangUp(error) && !this.#isAnswered) {
      const version = this.#isOpen ? 'unanswered' : null;
      return { trouble: trouble.unanswered(address), version };
    }
    const version = trouble.isVersionRefused(error) ? 'refused' : null;
    return { trouble: trouble.of(error, address), version };
  }
}

const nothing = (): undefined => undefined;
