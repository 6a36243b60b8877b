/** Listens at the plant's own MQTT broker: it acknowledges a message only once the intake has it on disk. */

import type { SecureContext } from 'node:tls';
import type { BrokerConnection, Clock, Timer } from '../ports.ts';
import { BackOff } from './back-off.ts';
import { addressOf, type BrokerAddress } from './broker-address.ts';
import type { Version } from './client-options.ts';
import { trustedAuthorities } from './guarded-stream.ts';
import { Hearing } from './hearing.ts';
import { Inflow, type InflowParts } from './inflow.ts';
import { Link, type Ending } from './link.ts';
import * as trouble from './trouble.ts';

export interface SubscriberParts extends InflowParts {
  readonly url: URL;
  /** A name that this Lineside alone has, of at most 14 letters and digits. */
  readonly instance: () => Promise<string>;
  /** What to subscribe to: asked for at each connection. */
  readonly filters: () => readonly string[];
  readonly clock: Clock;
  readonly events: SubscriberEvents;
}

export interface SubscriberEvents {
  /** Connected again after a loss. */
  reconnected(): void;
  /** The broker did not keep what it was asked to keep. */
  sessionLost(): void;
}

const TICK_MS = 250;
/** A connection that does not come about in this time is given up for a new one. */
const TICKS_TO_ANSWER = 60_000 / TICK_MS;
const TICKS_TO_ASK_AGAIN = 30_000 / TICK_MS;
/** After so long, or with its first acknowledgement, a connection counts as a good one. */
const TICKS_TO_PROVE = 10_000 / TICK_MS;

export class Subscriber implements BrokerConnection {
  readonly broker = 'external';
  readonly #parts: SubscriberParts;
  readonly #address: BrokerAddress;
  readonly #inflow: Inflow;
  readonly #hearing: Hearing;
  readonly #backOff = new BackOff();
  #secureContext: SecureContext | null = null;
  #clientId = '';
  #ticking: Timer | null = null;
  #link: Link | null = null;
  /** Clocks are set, so what is waited for is counted in ticks. */
  #linkTicks = 0;
  /** The filters that the broker was last asked for. */
  #asked: readonly string[] = [];
  #refused: readonly string[] = [];
  #version: Version = 5;
  /** The broker said itself that it does not speak MQTT 5. */
  #isOlderForSure = false;
  /** The broker has been asked to keep what comes while Lineside is away. */
  #hasSession = false;
  #isStopping = false;

  constructor(parts: SubscriberParts) {
    const { clock, log, events } = parts;
    this.#parts = parts;
    this.#address = addressOf(parts.url);
    this.#inflow = new Inflow(parts);
    const reconnected = (): void => events.reconnected();
    this.#hearing = new Hearing({ broker: this.url, clock, log, reconnected });
  }

  get connected(): boolean {
    return this.lostAt === null;
  }

  get lostAt(): number | null {
    return this.#hearing.lostAt;
  }

  get trouble(): string | null {
    return this.#hearing.trouble;
  }

  /** The broker's address without user and password. */
  get url(): string {
    return this.#address.shown;
  }

  /** Begins to connect, and does not wait for it: the broker may be away. */
  async start(): Promise<void> {
    this.#clientId = `lineside-${await this.#parts.instance()}`;
    if (this.#address.isSecure) this.#secureContext = trustedAuthorities();
    this.#ticking = this.#parts.clock.every(TICK_MS, () => this.#tick());
    this.#connect();
  }

  /** Asks for what is expected now in place of what was, if that is something else; while it is not connected, once it is. */
  refilter(): void {
    const isSame = this.#parts.filters().join('\n') === this.#asked.join('\n');
    if (!isSame && this.connected && this.#link) this.#ask(this.#link);
  }

  /** Stops taking messages; those under way are still acknowledged once they are stored. */
  stopIntake(): void {
    this.#isStopping = true;
    this.#ticking?.cancel();
    this.#link?.stop();
  }

  /** Leaves the broker, which keeps the session. */
  async close(): Promise<void> {
    this.stopIntake();
    await this.#inflow.settled();
    await this.#link?.close();
    this.#link = null;
  }

  #tick(): void {
    const link = this.#link;
    if (!link) {
      if (this.#backOff.isOver()) this.#connect();
      return;
    }
    this.#linkTicks += 1;
    const isDue = (ticks: number): boolean => this.#linkTicks % ticks === 0;
    if (!this.connected && isDue(TICKS_TO_ANSWER)) {
      const told = this.#refused.length > 0 ? this.trouble : null;
      link.end({ trouble: told ?? trouble.silence(this.#address), version: null });
    } else if (this.#refused.length > 0 && isDue(TICKS_TO_ASK_AGAIN)) {
      link.subscribe(this.#refused);
    }
  }

  #connect(): void {
    const link: Link = new Link({
      address: this.#address,
      secureContext: this.#secureContext,
      clientId: this.#clientId,
      version: this.#version,
      inflow: this.#inflow,
      events: {
        connected: (hadSession) => {
          if (this.#hasSession && !hadSession) this.#forgotten();
          this.#ask(link);
        },
        subscribed: (refused) => this.#subscribed(refused),
        ended: (ending) => this.#ended(link, ending),
      },
    });
    this.#link = link;
    this.#linkTicks = 0;
    this.#refused = [];
    link.start();
  }

  #ask(link: Link): void {
    const filters = this.#parts.filters();
    link.unsubscribe(this.#asked.filter((filter) => !filters.includes(filter)));
    link.subscribe(filters);
    this.#asked = filters;
  }

  #subscribed(refused: readonly string[]): void {
    if (this.#isStopping) return;
    this.#hasSession = true;
    this.#refused = refused;
    const told = refused.length > 0 ? trouble.refusal(this.#address, refused) : null;
    const isNothing = refused.length === this.#asked.length;
    if (told !== null && isNothing) this.#hearing.lost(told);
    else this.#hearing.heard(told);
  }

  #forgotten(): void {
    const told =
      'the broker has forgotten the session: what came while it was not heard may be lost; turn on its persistence';
    this.#parts.log.warn({ broker: this.url }, told);
    this.#parts.events.sessionLost();
  }

  #ended(link: Link, ending: Ending): void {
    if (link !== this.#link || this.#isStopping) return;
    this.#link = null;
    const isProven = this.connected && this.#linkTicks >= TICKS_TO_PROVE;
    if (isProven || link.hasAcknowledged) this.#backOff.reset();
    this.#backOff.begin();
    this.#chooseVersion(link.version, ending);
    this.#hearing.lost(ending.trouble);
  }

  /**
   * A broker that says that it does not know MQTT 5 is believed. One that hangs up without a word may
   * be an old one, or a gateway before one that is not up yet: the next attempt only is in 3.1.1.
   */
  #chooseVersion(tried: Version, { version }: Ending): void {
    if (version === 'refused') {
      this.#isOlderForSure = tried === 5;
      this.#version = tried === 5 ? 4 : 5;
    } else if (!this.#isOlderForSure) {
      this.#version = version === 'unanswered' && tried === 5 ? 4 : 5;
    }
  }
}
