/** Where the external broker is, with its secrets apart from what may be shown. */

import { signInOf, type SignIn } from '../config/sign-in.ts';

export interface BrokerAddress extends SignIn {
  readonly host: string;
  readonly port: number;
  readonly isSecure: boolean;
  /** For people and logs: without user and password. */
  readonly shown: string;
}

const PORT = 1883;
const SECURE_PORT = 8883;

export function addressOf(url: URL): BrokerAddress {
  const isSecure = url.protocol === 'mqtts:';
  const port = url.port === '' ? (isSecure ? SECURE_PORT : PORT) : Number(url.port);
  return {
    // An IPv6 address stands in brackets in a URL, and nowhere else.
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port,
    isSecure,
    ...signInOf(url),
    shown: `${url.protocol}//${url.hostname}:${port}`,
  };
}
