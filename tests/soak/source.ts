/** A line of the soak with its gateway: a reading each second, and everything gateways do wrong now and then. */

import type { Clock } from '../../server/src/ports.ts';
import type { Random } from '../support/random.ts';
import { Publisher, type Message } from '../support/publisher.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const CYCLE_SECONDS = 36;
/** A reading sent later than this tells its own time even if its source has no clock, ms. */
const STALE_MS = 30 * SECOND;

/** What cannot be understood. */
const NONSENSE = ['{"good":', '{"good":-1}', '{"good":1,"ts":12}', '{"good":"many"}', '{}', 'NaN'];

export interface SourceOptions {
  readonly id: string;
  readonly mqtt: string;
  readonly clock: Pick<Clock, 'now'>;
  readonly random: Random;
  /** Of its first reading, epoch ms. */
  readonly startAt: number;
  /** Whether readings tell their own time; else they are placed where they arrive. */
  readonly isTimed: boolean;
}

export class Source {
  readonly #options: SourceOptions;
  readonly #topic: string;
  #publisher: Publisher | null = null;
  #nextAt: number;
  #seq = 0;
  #progress = 0;
  #stoppedUntil = -Infinity;
  #silentUntil = -Infinity;
  #breaksAt: number;
  /** A reading that hangs in some buffer, and when it comes out. */
  #stuck: { readonly message: Message; readonly until: number } | null = null;
  readings = 0;
  repeated = 0;
  refused = 0;
  connections = 0;

  constructor(options: SourceOptions) {
    this.#options = options;
    this.#topic = `lineside/${options.id}/output`;
    this.#nextAt = options.startAt;
    this.#breaksAt = options.startAt;
  }

  /** How far it is behind the clock, ms. */
  get behindMs(): number {
    return this.#options.clock.now() - this.#nextAt;
  }

  /** Tells everything that is due. */
  async catchUp(): Promise<void> {
    const { clock } = this.#options;
    if (clock.now() < this.#silentUntil) return;
    for (; this.#nextAt <= clock.now(); this.#nextAt += SECOND) await this.#tell(this.#nextAt);
    if (this.#stuck && this.#stuck.until <= clock.now()) await this.#release();
    if (clock.now() >= this.#breaksAt) await this.#break();
  }

  /** Resolves once everything told is acknowledged. */
  async finish(): Promise<void> {
    await this.#release();
    await this.#publisher?.settled();
    while ((this.#publisher?.unacknowledged.length ?? 0) > 0) await this.#break();
    this.#publisher?.close();
  }

  async #tell(at: number): Promise<void> {
    this.#produce(at);
    const message = { topic: this.#topic, payload: this.#reading(at) };
    this.readings += 1;
    if (this.#isTimeFor(2 * HOUR) && !this.#stuck) {
      this.#stuck = { message, until: at + MINUTE + this.#upTo(7 * HOUR) };
      return;
    }
    await this.#publish(message);
    if (this.#isTimeFor(3 * MINUTE)) {
      this.repeated += 1;
      await this.#publish(message);
    }
    if (this.#isTimeFor(30 * MINUTE)) {
      this.refused += 1;
      const payload = NONSENSE[this.#options.random.below(NONSENSE.length)] ?? '';
      await this.#publish({ topic: this.#topic, payload });
    }
    // A gateway without a clock cannot tell later what happened when.
    if (this.#isTimeFor(2 * HOUR) && this.#options.isTimed)
      this.#silentUntil = at + MINUTE + this.#upTo(4 * MINUTE);
  }

  #produce(at: number): void {
    if (this.#isTimeFor(HOUR)) this.#stoppedUntil = at + 2 * MINUTE + this.#upTo(8 * MINUTE);
    if (at >= this.#stoppedUntil) this.#progress += 1 / CYCLE_SECONDS;
  }

  #reading(at: number): string {
    const { isTimed, clock } = this.#options;
    const good = Math.floor(this.#progress);
    const isTold = isTimed || clock.now() - at > STALE_MS;
    return JSON.stringify({
      good,
      reject: Math.floor(good / 20),
      seq: this.#seq++,
      ...(isTold && { ts: at }),
      ...(this.#isTimeFor(10 * MINUTE) && { state: 'running' }),
    });
  }

  async #release(): Promise<void> {
    const stuck = this.#stuck;
    this.#stuck = null;
    if (stuck) await this.#publish(stuck.message);
  }

  /** Loses its connection with messages under way, and delivers again what was not acknowledged. */
  async #break(): Promise<void> {
    const { clock } = this.#options;
    this.#breaksAt = clock.now() + MINUTE + this.#upTo(40 * MINUTE);
    const pending = this.#publisher?.unacknowledged ?? [];
    this.#publisher?.close();
    this.#publisher = null;
    for (const message of pending) await this.#publish(message);
  }

  async #publish(message: Message): Promise<void> {
    const { mqtt, id } = this.#options;
    for (;;) {
      if (!this.#publisher) {
        this.connections += 1;
        this.#publisher = await Publisher.connect(mqtt, `gateway-${id}`);
      }
      if (await this.#publisher.publish(message)) return;
      await this.#break();
    }
  }

  /** True once in so much time, on average. */
  #isTimeFor(everyMs: number): boolean {
    return this.#options.random.next() < SECOND / everyMs;
  }

  #upTo(ms: number): number {
    return this.#options.random.below(ms);
  }
}
