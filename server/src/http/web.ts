/** The web server: every resource under one roof, closed until the server is ready. */

import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { constants } from 'node:zlib';
import type { PlantInfo } from '@lineside/domain/wire.ts';
import compression from 'compression';
import express, { Router, type Express } from 'express';
import type { Address } from '../config/config.ts';
import type { Floor } from '../live/floor.ts';
import type { Shelf } from '../live/shelf.ts';
import type { Metrics } from '../metrics.ts';
import type { PlanDesk } from '../plan/plan-desk.ts';
import type { Plans } from '../plan/plans.ts';
import type { Clock, Log, MinuteStore, Quarantine, ReadingStore } from '../ports.ts';
import { answerErrors, HttpError, unknownCall } from './errors.ts';
import { healthRouter, type HealthParts } from './health.ts';
import { LineFactsSource } from './line-facts.ts';
import { linesRouter } from './lines.ts';
import { ownPagesOnly } from './mutations.ts';
import { planRouter } from './plan.ts';
import { plantRouter } from './plant.ts';
import { readingsRouter } from './readings.ts';
import { securityHeaders } from './security.ts';
import { viewsRouter } from './views.ts';

/** Screens are near and many: a little larger is better than a little later. */
const FAST = { level: 1, brotli: { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } } };

export interface WebParts {
  readonly plant: PlantInfo;
  readonly plans: Plans;
  readonly planDesk: PlanDesk;
  readonly floor: Floor;
  readonly shelf: Shelf;
  readonly readings: ReadingStore;
  readonly quarantine: Quarantine;
  readonly minutes: Pick<MinuteStore, 'days'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly health: HealthParts;
  readonly isDev: boolean;
}

export class Web {
  readonly server: Server;
  readonly #express: Express = express();
  /** Pages are known only once they are built, or served by Vite through this very server. */
  readonly #pages = Router();

  constructor(parts: WebParts) {
    this.server = createServer(this.#express);
    this.#mount(parts);
  }

  usePages(pages: Router): void {
    this.#pages.use(pages);
  }

  /** Returns the port in use; rejects when it cannot be opened. */
  async listen({ host, port }: Address): Promise<number> {
    this.server.listen(port, host);
    await once(this.server, 'listening');
    return (this.server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    this.server.closeAllConnections();
    await closed;
  }

  #mount(parts: WebParts): void {
    const { plant, plans, planDesk, floor, shelf, readings, quarantine } = parts;
    const { minutes, clock, log, metrics, health } = parts;
    const { calendar } = plans;
    const { build } = health;
    const facts = new LineFactsSource({ store: readings, minutes, plans, floor });
    const api = Router();
    api.use(healthRouter(health));
    api.use((_request, _response, next) => {
      if (health.isReady()) next();
      else next(new HttpError(503, 'notReady', 'the server is still starting; ask again shortly'));
    });
    api.use(ownPagesOnly);
    api.use(plantRouter({ plant, calendar, clock }));
    api.use(linesRouter({ plans, floor, facts, clock }));
    api.use(viewsRouter({ plant, build, plans, floor, facts, shelf, clock }));
    api.use(planRouter({ planDesk }));
    api.use(readingsRouter({ store: readings, quarantine, clock }));
    api.use(unknownCall);

    const web = this.#express;
    web.disable('x-powered-by');
    web.use(securityHeaders(parts.isDev), compression(FAST));
    web.use('/api', (_request, response, next) => {
      response.set('Cache-Control', 'no-store');
      next();
    });
    web.use('/api', api);
    web.get('/metrics', async (_request, response) => {
      response.type(metrics.registry.contentType).send(await metrics.registry.metrics());
    });
    web.use(this.#pages);
    web.use(unknownCall);
    web.use(answerErrors(log));
  }
}
