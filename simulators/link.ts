/** A connection to the broker that comes back by itself and keeps what it could not yet deliver. */

import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import { statusTopic, type Delivery } from './gateway.ts';
import { Refusal } from './refusal.ts';

const PATIENCE_MS = 30_000;

export interface Link {
  /** Settles when the broker has acknowledged; waits through outages. */
  publish(delivery: Delivery): Promise<void>;
  close(): Promise<void>;
}

export interface LinkOptions {
  readonly url: string;
  /** A line for whose availability the connection answers, with its last will. */
  readonly line?: string;
  readonly patienceMs?: number;
  readonly log?: (text: string) => void;
}

function optionsFor(line: string | undefined): IClientOptions {
  const options: IClientOptions = {
    clientId: `lineside-simulator-${line ?? 'many'}-${Math.random().toString(36).slice(2, 10)}`,
    keepalive: 15,
    reconnectPeriod: 1_000,
    reconnectOnConnackError: true,
    connectTimeout: 10_000,
  };
  if (line === undefined) return options;
  const will = { topic: statusTopic(line), payload: 'offline', qos: 1, retain: true } as const;
  return { ...options, will };
}

function connected(client: MqttClient, url: string, patienceMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    let last = 'no answer';
    const noted = (error: Error): void => {
      // A host with several addresses fails without a message of its own.
      const reason: unknown = error instanceof AggregateError ? error.errors[0] : error;
      if (reason instanceof Error && reason.message !== '') last = reason.message;
    };
    const giveUp = setTimeout(() => {
      client.end(true);
      reject(
        new Refusal(
          `No MQTT broker at ${url}: ${last}. Start Lineside first (its start-up line names the address) or pass another with --mqtt.`,
        ),
      );
    }, patienceMs);
    client.on('error', noted);
    client.once('connect', () => {
      clearTimeout(giveUp);
      resolve();
    });
  });
}

/** @throws {Refusal} when there is no broker for `patienceMs` (30 s) */
export async function connect({ url, line, patienceMs, log }: LinkOptions): Promise<Link> {
  const client = mqtt.connect(url, optionsFor(line));
  const say = (payload: string): Promise<unknown> =>
    line === undefined
      ? Promise.resolve()
      : client.publishAsync(statusTopic(line), payload, { qos: 1, retain: true });
  let lost = false;
  client.on('connect', () => {
    if (lost) log?.(`${line ?? 'broker'}: connected again`);
    lost = false;
    // A failure here is a lost connection, after which it is said again.
    say('online').catch(() => undefined);
  });
  client.on('close', () => {
    if (!lost && !client.disconnecting) log?.(`${line ?? 'broker'}: connection lost, trying again`);
    lost = true;
  });
  await connected(client, url, patienceMs ?? PATIENCE_MS);
  return {
    publish: async ({ topic, payload, qos, retain }) => {
      await client.publishAsync(topic, payload, { qos, retain });
    },
    close: async () => {
      // Without a connection there is nobody to say goodbye to: the last will has spoken.
      if (!client.connected) {
        await client.endAsync(true);
        return;
      }
      await say('offline');
      await client.endAsync();
    },
  };
}
