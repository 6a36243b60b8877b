/** The client's pages straight from their sources, reloading as they change: `npm run dev`. */

import type { Server } from 'node:http';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Router } from 'express';
import type { Log } from '../ports.ts';
import { PAGE_PATHS } from './pages.ts';

export interface DevPages {
  readonly router: Router;
  close(): Promise<void>;
}

/** @param root the client's folder */
export async function startDevPages(root: string, http: Server, log: Log): Promise<DevPages> {
  const { createLogger, createServer } = await import('vite');
  const logger = createLogger('warn');
  // Stdout is the server's own: it says when the server is ready, and nothing else.
  logger.warn = (message) => log.warn({}, message);
  logger.error = (message) => log.error({}, message);
  const vite = await createServer({
    root,
    appType: 'custom',
    customLogger: logger,
    server: { middlewareMode: true, hmr: { server: http } },
  });
  const router = Router();
  router.use(vite.middlewares);
  router.get(PAGE_PATHS, async (request, response) => {
    const page = await readFile(join(root, 'index.html'), 'utf8');
    response.type('html').send(await vite.transformIndexHtml(request.originalUrl, page));
  });
  return { router, close: () => vite.close() };
}
