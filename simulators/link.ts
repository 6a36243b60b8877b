/** A connection to the broker that comes back by itself and keeps what it could not yet deliver. */

import { setTimeout as sleep } from 'node:timers/promises';
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import { statusTopic, type Delivery } from './gateway.ts';
import { Refusal } from './refusal.ts';

const PATIENCE_MS = 30_000;
const GOODBYE_MS = 1_000;

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
  readonly signal?: AbortSignal;
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

function connected(client: MqttClient, { url, patienceMs, signal }: LinkOptions): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  let last = 'no answer';
  client.on('error', (error: Error) => {
    // A host with several addresses fails without a message of its own.
    const reason: unknown = error instanceof AggregateError ? error.errors[0] : error;
    if (reason instanceof Error && reason.message !== '') last = reason.message;
  });
  const giveUp = (reason: Error): void => {
    client.end(true);
    reject(reason);
  };
  const stopped = (): void => {
    giveUp(new Refusal('stopped while connecting'));
  };
  const patience = setTimeout(() => {
    giveUp(
      new Refusal(
        `No MQTT broker at ${url}: ${last}. Start Lineside first (its start-up line names the address) or pass another with --mqtt.`,
      ),
    );
  }, patienceMs ?? PATIENCE_MS);
  client.once('connect', () => {
    resolve(undefined);
  });
  signal?.addEventListener('abort', stopped);
  if (signal?.aborted) stopped();
  return promise.finally(() => {
    clearTimeout(patience);
    signal?.removeEventListener('abort', stopped);
  });
}

/** @throws {Refusal} when there is no broker for `patienceMs` (30 s) */
export async function connect(options: LinkOptions): Promise<Link> {
  const { url, line, log } = options;
  const client = mqtt.connect(url, optionsFor(line));
  const say = (payload: string): Promise<unknown> =>
    line === undefined
      ? Promise.resolve()
      : client.publishAsync(statusTopic(line), payload, { qos: 1, retain: true });
  let up = false;
  let lost = false;
  client.on('connect', () => {
    if (lost) log?.(`${line ?? 'broker'}: connected again`);
    up = true;
    lost = false;
    // A failure here is a lost connection, after which it is said again.
    say('online').catch(() => undefined);
  });
  client.on('close', () => {
    if (up && !client.disconnecting) log?.(`${line ?? 'broker'}: connection lost, trying again`);
    lost ||= up;
    up = false;
  });
  await connected(client, options);
  return {
    publish: async ({ topic, payload, qos, retain }) => {
      await client.publishAsync(topic, payload, { qos, retain });
    },
    close: async () => {
      // Who loses the connection on the way out need not wait for it: the last will speaks.
      const heard =
        client.connected &&
        (await Promise.race([say('offline').then(() => true), sleep(GOODBYE_MS, false)]));
      await client.endAsync(!heard);
    },
  };
}

/** All of them or none: where one fails, those that are connected already are closed again. */
export async function connectAll(options: readonly LinkOptions[]): Promise<Link[]> {
  const attempts = await Promise.allSettled(options.map(connect));
  const links = attempts.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const failed = attempts.find((one) => one.status === 'rejected');
  if (!failed) return links;
  await Promise.all(links.map((link) => link.close()));
  throw failed.reason;
}
