/** The one door for messages: an intake behind a broker of our own, or behind a subscriber at the plant's. */

import type { Reading } from '@lineside/domain/reading.ts';
import { Broker } from './broker/broker.ts';
import type { Config } from './config/config.ts';
import { OUTPUT_TOPIC } from './config/plan.ts';
import { Arrivals, REMEMBERED_MS } from './intake/arrivals.ts';
import { Intake, type Shown } from './intake/intake.ts';
import { TopicMap } from './intake/topics.ts';
import type { Metrics } from './metrics.ts';
import type { BrokerConnection, Clock, Log, Quarantine, ReadingStore } from './ports.ts';
import { opened } from './start-error.ts';
import { Subscriber } from './subscriber/subscriber.ts';
import { urlOf } from './url.ts';

export interface DoorParts {
  readonly config: Pick<Config, 'mqtt' | 'mqttUrl'>;
  readonly store: DoorStore;
  /** Told of every new reading, in turn. */
  readonly shown: readonly Shown[];
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly log: Log;
}

interface DoorStore extends Pick<ReadingStore, 'append' | 'read'>, Pick<Quarantine, 'refuse'> {
  /** A name that this Lineside alone has. */
  instance(): Promise<string>;
  /** Resolves when what was handed in is on disk, or refused. */
  settled(): Promise<void>;
}

export class Door {
  readonly #parts: DoorParts;
  readonly #topics = new TopicMap([OUTPUT_TOPIC]);
  readonly #arrivals = new Arrivals();
  readonly #broker: Broker | Subscriber;

  constructor(parts: DoorParts) {
    this.#parts = parts;
    const { config, store, shown, metrics: events, clock, log } = parts;
    const [topics, arrivals] = [this.#topics, this.#arrivals];
    const written = { store, quarantine: store };
    const intake = new Intake({ ...written, arrivals, topics, shown, events, clock });
    const heard = { intake, clock, log, events };
    this.#broker = config.mqttUrl
      ? new Subscriber({
          ...heard,
          url: config.mqttUrl,
          filters: () => topics.filters,
          instance: () => store.instance(),
        })
      : new Broker({ ...heard, address: config.mqtt });
  }

  get connection(): BrokerConnection {
    return this.#broker;
  }

  /** Where the embedded broker listens; `null`: there is none. */
  get port(): number | null {
    return this.#broker.broker === 'embedded' ? this.#broker.port : null;
  }

  /** Hears what is sent on these topics from now on. */
  expect(topics: readonly string[]): void {
    this.#topics.use(topics);
    if (this.#broker.broker === 'external') this.#broker.refilter();
  }

  /** Knows again what these lines sent shortly before a restart. */
  async recall(lines: readonly string[]): Promise<void> {
    const { store, clock } = this.#parts;
    const now = clock.now();
    for (const id of lines) {
      const readings: Reading[] = await store.read(id, now - REMEMBERED_MS, now + REMEMBERED_MS);
      this.#arrivals.recall(readings);
    }
  }

  /** Resolves to the address at which messages are heard, without secrets. */
  async open(): Promise<string> {
    const broker = this.#broker;
    if (broker.broker === 'external') {
      await broker.start();
      return broker.url;
    }
    const { config, metrics } = this.#parts;
    const port = await opened(broker.start(), config.mqtt, 'MQTT_PORT');
    metrics.watchBroker(broker);
    return urlOf('mqtt', config.mqtt.host, port);
  }

  /** What came in is on disk, and acknowledged, before the connections go. */
  async close(): Promise<void> {
    this.#broker.stopIntake();
    await this.#parts.store.settled();
    await this.#broker.close();
  }
}
