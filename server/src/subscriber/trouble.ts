/** Why there is no connection to the external broker, in words that say what to do. */

import type { BrokerAddress } from './broker-address.ts';

type Words = (broker: string, host: string) => string;

/** Brokers that could tell a wrong password from a missing right often do not. */
const refusedSignIn: Words = (broker) =>
  `${broker} refuses the user or the password; correct them in MQTT_URL, with special characters percent-encoded, or let the user in at the broker`;
const identifier: Words = (broker) =>
  `${broker} refuses the client id, which begins with "lineside-"; allow it at the broker`;
const busy: Words = (broker) =>
  `${broker} takes no connection at the moment; look at the broker's own log if this lasts`;
const takenOver: Words = (broker) =>
  `another client with the same id connected to ${broker}; run one Lineside only on a data folder, and none on a copy of it`;

const unknownHost: Words = (_broker, host) =>
  `there is no host named ${host}; correct MQTT_URL, or the network's name service`;
const noAnswer: Words = (broker) =>
  `no answer from ${broker}; check that the broker runs, its port in MQTT_URL, and the network and firewalls between`;
const closed: Words = (broker) =>
  `${broker} closed the connection; look at the broker's own log for the reason`;
const unknownSigner: Words = (broker) =>
  `nobody known here has signed the certificate of ${broker}; when it is your own, name the file with your CA's certificate (PEM) in NODE_EXTRA_CA_CERTS and start Lineside again`;
const noTls: Words = (broker) =>
  `${broker} does not speak TLS as expected; give its TLS port in MQTT_URL (often 8883), or use mqtt://`;

/** CONNACK and DISCONNECT, in MQTT 3.1.1 and 5. */
const REASON_CODES = new Map<number, Words>([
  [0, closed],
  [2, identifier],
  [3, busy],
  [4, refusedSignIn],
  [5, refusedSignIn],
  [133, identifier],
  [134, refusedSignIn],
  [135, refusedSignIn],
  [136, busy],
  [137, busy],
  [138, (broker) => `${broker} has banned this client; lift the ban at the broker`],
  [139, (broker) => `${broker} is shutting down; start it again`],
  [142, takenOver],
]);

const CODES = new Map<string, Words>([
  [
    'ECONNREFUSED',
    (broker) => `nothing listens at ${broker}; start the broker, or correct MQTT_URL`,
  ],
  ['ENOTFOUND', unknownHost],
  ['EAI_AGAIN', unknownHost],
  ['ETIMEDOUT', noAnswer],
  ['EHOSTUNREACH', noAnswer],
  ['ENETUNREACH', noAnswer],
  ['ECONNRESET', closed],
  ['EPIPE', closed],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', unknownSigner],
  ['SELF_SIGNED_CERT_IN_CHAIN', unknownSigner],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', unknownSigner],
  ['UNABLE_TO_GET_ISSUER_CERT', unknownSigner],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', unknownSigner],
  [
    'CERT_HAS_EXPIRED',
    (broker) => `the certificate of ${broker} has expired; renew it at the broker`,
  ],
  [
    'CERT_NOT_YET_VALID',
    (broker) => `the certificate of ${broker} is not valid yet; check the clocks`,
  ],
  [
    'ERR_TLS_CERT_ALTNAME_INVALID',
    (broker, host) =>
      `the certificate of ${broker} is not made out to ${host}; use a name that stands in it`,
  ],
  ['ERR_SSL_WRONG_VERSION_NUMBER', noTls],
  ['ERR_SSL_PACKET_LENGTH_TOO_LONG', noTls],
  ['EPROTO', noTls],
]);

const UNACCEPTABLE_PROTOCOL_VERSION = 1;
const UNSUPPORTED_PROTOCOL_VERSION = 132;

export const isVersionRefused = (error: unknown): boolean =>
  [UNACCEPTABLE_PROTOCOL_VERSION, UNSUPPORTED_PROTOCOL_VERSION].includes(codeOf(error) as number);

/** The other side hung up; `null`: in order. */
export const isHangUp = (error: unknown): boolean =>
  error === null || ['ECONNRESET', 'EPIPE'].includes(codeOf(error) as string);

/** @param error what mqtt.js or the socket said; a number: a DISCONNECT's reason code; `null`: nothing */
export function of(error: unknown, { shown, host }: BrokerAddress): string {
  if (error === null) return closed(shown, host);
  const code = codeOf(error);
  const words = typeof code === 'number' ? REASON_CODES.get(code) : CODES.get(code ?? '');
  if (words) return words(shown, host);
  const message = error instanceof Error ? error.message : `reason code ${code ?? 'unknown'}`;
  // mqtt.js has no codes for a CONNACK or an answer to a ping that did not come.
  if (/timeout/i.test(message)) return noAnswer(shown, host);
  return `the connection to ${shown} failed: ${message}; look at the broker's own log`;
}

/** It hung up without a word of MQTT. */
export const unanswered = ({ shown }: BrokerAddress): string =>
  `${shown} hangs up before it answers; check whether its port is for mqtt:// or mqtts://, and look at the broker's own log`;

export const silence = ({ shown, host }: BrokerAddress): string => noAnswer(shown, host);

export const nonsense = ({ shown }: BrokerAddress, reason: string): string =>
  `${shown} does not speak MQTT as expected: ${reason}; correct MQTT_URL, or look at what stands between`;

export const refusal = ({ shown }: BrokerAddress, filters: readonly string[]): string =>
  `${shown} refuses the subscription to ${filters.join(' and ')} with QoS 1; give this user the right to read there`;

export const UNSTORED =
  'a message could not be stored; the connection was closed, so that the broker delivers it again';

function codeOf(error: unknown): string | number | null {
  if (typeof error === 'number') return error;
  if (!(error instanceof Error) || !('code' in error)) return null;
  return typeof error.code === 'number' || typeof error.code === 'string' ? error.code : null;
}
