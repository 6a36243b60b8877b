/** `GET /api/health`: whether the server hears its lines and keeps what it hears. */

import type { Health } from '@lineside/domain/wire.ts';
import { Router } from 'express';
import type { BrokerConnection, StoreCounts } from '../ports.ts';
import { iso } from './answers.ts';

export interface HealthParts {
  readonly version: string;
  /** Known once the pages are built. */
  readonly build: () => string;
  readonly isReady: () => boolean;
  readonly broker: BrokerConnection;
  readonly store: {
    readonly kind: string;
    /** Why nothing can be stored, while that is so. */
    readonly trouble: string | null;
    readonly reachable: boolean;
    readonly counts: StoreCounts;
    /** Readings that the time-series database does not have yet. */
    readonly spooled: number;
    /** Why it takes none, while that is so. */
    readonly databaseTrouble: string | null;
  };
  readonly missedMessages: () => number;
  readonly lines: () => number;
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
  const { version, store } = parts;
  const { broker, connected, lostAt, trouble } = parts.broker;
  const isWell = connected && !trouble && store.reachable && !store.databaseTrouble;
  return {
    status: isWell ? 'ok' : 'degraded',
    ready: parts.isReady(),
    version,
    build: parts.build(),
    mqtt: { broker, connected, lostAt: lostAt === null ? null : iso(lostAt), trouble },
    store: {
      kind: store.kind,
      reachable: store.reachable,
      trouble: store.trouble,
      spooled: store.spooled,
      databaseTrouble: store.databaseTrouble,
    },
    readings: { ...store.counts, missed: parts.missedMessages() },
    lines: parts.lines(),
    discovered: parts.discovered(),
  };
}
