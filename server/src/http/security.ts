/** Response headers that protect the pages, and still let them work over plain HTTP in a plant's network. */

import type { RequestHandler } from 'express';
import helmet from 'helmet';

/** @param isDev Vite's development pages carry inline scripts */
export function securityHeaders(isDev: boolean): RequestHandler {
  return helmet({
    // Over plain HTTP the first blanks the page and the second does nothing but harm behind a proxy.
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: isDev ? ["'self'", "'unsafe-inline'"] : ["'self'"],
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:'],
        fontSrc: ["'self'", 'data:'],
        connectSrc: ["'self'", 'ws:', 'wss:'],
        objectSrc: ["'none'"],
        baseUri: ["'self'"],
        formAction: ["'self'"],
        frameAncestors: ["'self'"],
      },
    },
    strictTransportSecurity: false,
    originAgentCluster: false,
    crossOriginOpenerPolicy: false,
  });
}
