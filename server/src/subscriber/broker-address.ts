/** Where the external broker is, with its secrets apart from what may be shown. */

export interface BrokerAddress {
  readonly host: string;
  readonly port: number;
  readonly isSecure: boolean;
  readonly username: string | null;
  readonly password: string | null;
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
    username: decoded(url.username),
    password: decoded(url.password),
    shown: `${url.protocol}//${url.hostname}:${port}`,
  };
}

function decoded(text: string): string | null {
  if (text === '') return null;
  try {
    return decodeURIComponent(text);
  } catch {
    // A percent sign that nobody encoded means itself.
    return text;
  }
}
