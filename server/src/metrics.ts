/** What Prometheus is told about the server's work. */

import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { BrokerEvents } from './broker/broker.ts';
import type { IntakeEvents } from './intake/intake.ts';
import type { SubscriberEvents } from './subscriber/subscriber.ts';

/** A reading that comes this long after its own time counts as late, ms. */
const LATE_MS = 60_000;

export interface Gauges {
  readonly storeReachable: () => boolean;
  readonly spooled: () => number;
  readonly databaseReachable: () => boolean;
  readonly sockets: () => number;
  readonly socketsBehind: () => number;
  readonly brokerConnected: () => boolean;
  readonly missedMessages: () => number;
}

/** What the embedded broker alone has. */
export interface BrokerGauges {
  readonly clients: number;
  readonly sessions: number;
  readonly keptBytes: number;
}

export class Metrics implements IntakeEvents, BrokerEvents, SubscriberEvents {
  readonly registry = new Registry();
  readonly #accepted = this.#counter(
    'readings_accepted_total',
    'Readings stored for the first time',
  );
  readonly #duplicates = this.#counter('readings_duplicate_total', 'Readings delivered again');
  readonly #late = this.#counter(
    'readings_late_total',
    'Readings over a minute older than their arrival',
  );
  readonly #refused = new Counter({
    name: 'lineside_messages_quarantined_total',
    help: 'Messages refused, by the kind of mistake',
    labelNames: ['reason'],
    registers: [this.registry],
  });
  readonly #dropped = new Counter({
    name: 'lineside_mqtt_dropped_total',
    help: 'What the embedded broker could not do for its clients within its bounds',
    labelNames: ['what'],
    registers: [this.registry],
  });
  readonly #retainedLeftOut = this.#counter(
    'retained_left_out_total',
    'Retained output messages that an external broker had kept, without a time of their own',
  );
  readonly #reconnects = this.#counter(
    'mqtt_reconnects_total',
    'Times that an external broker was heard again after a loss',
  );
  readonly #sessionsLost = this.#counter(
    'mqtt_sessions_lost_total',
    "Times that an external broker had forgotten Lineside's session, and perhaps messages",
  );
  readonly #commitSeconds = new Histogram({
    name: 'lineside_commit_seconds',
    help: 'Time that a commit takes, fsync included',
    buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
    registers: [this.registry],
  });
  readonly #commitMessages = new Histogram({
    name: 'lineside_commit_messages',
    help: 'Messages in a commit',
    buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 4096],
    registers: [this.registry],
  });

  /** Starts to watch the process and what is connected to it. */
  start(gauges: Gauges): void {
    const { storeReachable, spooled, databaseReachable, brokerConnected } = gauges;
    const { sockets, socketsBehind, missedMessages } = gauges;
    collectDefaultMetrics({ register: this.registry });
    this.#gauge('store_reachable', '1 while readings can be stored, else 0', () =>
      Number(storeReachable()),
    );
    this.#gauge(
      'readings_spooled',
      'Readings on disk here that the time-series database does not have yet',
      spooled,
    );
    this.#gauge('database_reachable', '0 while the time-series database takes no readings', () =>
      Number(databaseReachable()),
    );
    this.#gauge('sockets', 'Screens connected', sockets);
    this.#gauge('sockets_behind', 'Screens that do not keep up', socketsBehind);
    this.#gauge('mqtt_connected', '1 while the broker is heard, else 0', () =>
      Number(brokerConnected()),
    );
    this.#gauge(
      'messages_missing',
      "Messages lost on the way in the planned lines' current shift, by their sequence numbers",
      missedMessages,
    );
  }

  watchBroker(broker: BrokerGauges): void {
    this.#gauge('mqtt_clients', 'MQTT connections', () => broker.clients);
    this.#gauge(
      'mqtt_sessions',
      'MQTT sessions that outlive their connection',
      () => broker.sessions,
    );
    this.#gauge(
      'mqtt_kept_bytes',
      'Bytes of MQTT messages kept for clients',
      () => broker.keptBytes,
    );
  }

  accepted({ at, receivedAt }: { readonly at: number; readonly receivedAt: number }): void {
    this.#accepted.inc();
    if (receivedAt - at > LATE_MS) this.#late.inc();
  }

  duplicate(): void {
    this.#duplicates.inc();
  }

  refused(reason: string): void {
    this.#refused.inc({ reason });
  }

  retainedLeftOut(): void {
    this.#retainedLeftOut.inc();
  }

  reconnected(): void {
    this.#reconnects.inc();
  }

  sessionLost(): void {
    this.#sessionsLost.inc();
  }

  dropped(what: string): void {
    this.#dropped.inc({ what });
  }

  committed(messages: number, tookMs: number): void {
    this.#commitSeconds.observe(tookMs / 1000);
    this.#commitMessages.observe(messages);
  }

  #counter(name: string, help: string): Counter {
    return new Counter({ name: `lineside_${name}`, help, registers: [this.registry] });
  }

  #gauge(name: string, help: string, read: () => number): void {
    new Gauge({
      name: `lineside_${name}`,
      help,
      registers: [this.registry],
      collect() {
        this.set(read());
      },
    });
  }
}
