/** `GET /api/health`: whether the server hears its lines and keeps what it hears. */

import type { Health } from '@lineside/domain/wire.ts';
import { Router } from 'express';
import type { StoreCounts } from '../ports.ts';

export interface HealthParts {
  readonly version: string;
  /** Known once the pages are built. */
  readonly build: () => string;
  readonly isReady: () => boolean;
  readonly isMqttConnected: () => boolean;
  readonly store: {
    readonly kind: string;
    /** Why nothing can be stored, while that is so. */
    readonly trouble: string | null;
    readonly reachable: boolean;
    readonly counts: StoreCounts;
  };
  readonly missedMessages: () => number;
  readonly lines: number;
  readonly discovered: () => readonly string[];
}

export function healthRouter(parts: HealthParts): Router {
  const router = Router();
  router.get('/health', (_request, response) => {
    const health = healthOf(parts);
    response.status(health.ready ? 200 : 503).json(health);
  });
  return router;
}

function healthOf(parts: HealthParts): Health {
  const { version, store, lines } = parts;
  const connected = parts.isMqttConnected();
  return {
    status: connected && store.reachable ? 'ok' : 'degraded',
    ready: parts.isReady(),
    version,
    build: parts.build(),
    mqtt: { connected },
    store: { kind: store.kind, reachable: store.reachable, trouble: store.trouble, spooled: 0 },
    readings: { ...store.counts, missed: parts.missedMessages() },
    lines,
    discovered: parts.discovered(),
  };
}
