/** The bytes that come from the external broker, kept within bounds before mqtt.js sees them. */

import { connect, isIP, type Socket } from 'node:net';
import { Transform, type Writable } from 'node:stream';
import {
  connect as connectTls,
  createSecureContext,
  getCACertificates,
  type SecureContext,
} from 'node:tls';
import { PacketGuard, type GuardEvents, type Side } from '../broker/packet-guard.ts';
import type { BrokerAddress } from './broker-address.ts';
import type { Version } from './client-options.ts';

const CONNACK = 2;
/** What a broker has to say to a subscriber. At others, and at a PUBREL without its identifier, mqtt.js may throw. */
const BROKER: Omit<Side, 'hasProperties'> = {
  first: { type: CONNACK, name: 'CONNACK' },
  types: new Map([
    [CONNACK, 2],
    [3, 2], // PUBLISH
    [6, 2], // PUBREL
    [9, 3], // SUBACK
    [13, 0], // PINGRESP
    [14, 0], // DISCONNECT
  ]),
  /**
   * A payload of 64 KiB, and as much for topic and properties. Larger messages are skipped, quarantined and
   * acknowledged. MQTT 5's maximumPacketSize would spare the bytes, but brokers then drop them without a word.
   */
  mostBytes: 2 * 65_536,
};

/** Node's certificate authorities, those of NODE_EXTRA_CA_CERTS, and the system's. */
export function trustedAuthorities(): SecureContext {
  const ca = [...getCACertificates('default'), ...getCACertificates('system')];
  return createSecureContext({ ca });
}

/**
 * A socket whose pipe, by which mqtt.js reads, leads through the guard.
 * @param secureContext `null`: without TLS
 * @param events `broken` is told as well when mqtt.js throws at what it reads, as it does at some broken packets
 */
export function guardedStream(
  { host, port }: BrokerAddress,
  secureContext: SecureContext | null,
  version: Version,
  events: GuardEvents,
): Socket {
  const guard = new PacketGuard(events, { ...BROKER, hasProperties: version === 5 });
  const named = isIP(host) === 0 ? { servername: host } : {};
  const socket = secureContext
    ? connectTls({ host, port, ...named, secureContext })
    : connect({ host, port });
  socket.setNoDelay(true);
  const pipe = socket.pipe.bind(socket);
  socket.pipe = <Destination extends NodeJS.WritableStream>(parser: Destination): Destination => {
    const guarded = new Transform({
      transform: (chunk: Buffer, _encoding, done) => done(null, guard.filter(chunk)),
    });
    holdThrows(parser as unknown as Writable, (error) => events.broken(String(error)));
    pipe(guarded).pipe(parser);
    return parser;
  };
  return socket;
}

function holdThrows(parser: Writable, broken: (error: unknown) => void): void {
  const write = parser._write.bind(parser);
  parser._write = (chunk, encoding, done) => {
    try {
      write(chunk, encoding, done);
    } catch (error) {
      broken(error);
    }
  };
}
