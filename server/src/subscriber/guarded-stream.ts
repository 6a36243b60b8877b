/** The bytes that come from the external broker, kept within bounds before mqtt.js sees them. */

import { connect, isIP, type Socket } from 'node:net';
import { Transform, type Writable } from 'node:stream';
import {
  connect as connectTls,
  createSecureContext,
  getCACertificates,
  type SecureContext,
} from 'node:tls';
import type { PacketGuard } from '../broker/packet-guard.ts';
import type { BrokerAddress } from './broker-address.ts';

/** Node's certificate authorities, those of NODE_EXTRA_CA_CERTS, and the system's. */
export function trustedAuthorities(): SecureContext {
  const ca = [...getCACertificates('default'), ...getCACertificates('system')];
  return createSecureContext({ ca });
}

/**
 * A socket whose pipe, by which mqtt.js reads, leads through the guard.
 * @param secureContext `null`: without TLS
 * @param broken told when mqtt.js cannot follow what it reads; it throws at some broken packets
 */
export function guardedStream(
  { host, port }: BrokerAddress,
  secureContext: SecureContext | null,
  guard: PacketGuard,
  broken: (error: unknown) => void,
): Socket {
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
    holdThrows(parser as unknown as Writable, broken);
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
