/** Which pages may open a socket or change anything: this server's own. `cors` would not check that for WebSockets. */

import type { IncomingMessage } from 'node:http';

/** Programs send no Origin; browsers always do. */
export function isSameOrigin({ headers }: IncomingMessage): boolean {
  const { origin, host } = headers;
  if (origin === undefined) return true;
  return URL.canParse(origin) && new URL(origin).host === host;
}
