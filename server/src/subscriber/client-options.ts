/** What mqtt.js is asked for: a session that lasts, kept within bounds. */

import type { IClientOptions } from 'mqtt';
import type { BrokerAddress } from './broker-address.ts';
import { MOST_UNDER_WAY } from './inflow.ts';

/** MQTT 3.1.1 and MQTT 5, by their numbers in CONNECT. */
export type Version = 4 | 5;

const KEEP_ALIVE_SECONDS = 15;
const CONNACK_TIMEOUT_MS = 15_000;
/** The broker keeps what comes while Lineside is away for so long. */
const SESSION_EXPIRY_SECONDS = 7 * 24 * 3_600;

export function optionsFor(
  { username, password }: BrokerAddress,
  clientId: string,
  version: Version,
): IClientOptions {
  const properties = {
    sessionExpiryInterval: SESSION_EXPIRY_SECONDS,
    receiveMaximum: MOST_UNDER_WAY,
  };
  return {
    clientId,
    protocolVersion: version,
    clean: false,
    keepalive: KEEP_ALIVE_SECONDS,
    connectTimeout: CONNACK_TIMEOUT_MS,
    manualConnect: true,
    // Each connection has a client of its own: nothing of an earlier one is left in it.
    reconnectPeriod: 0,
    resubscribe: false,
    // Its own debug log costs a tenth of the time that a message takes, even while it is off.
    log: () => undefined,
    ...(username !== null && { username }),
    ...(password !== null && { password }),
    ...(version === 5 && { properties }),
  };
}
