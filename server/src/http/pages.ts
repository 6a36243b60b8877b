/** The client's pages: one document for every page, and its hashed files. */

import { join } from 'node:path';
import express, { Router, type Response } from 'express';

/** Paths at which the client shows a page. */
export const PAGE_PATHS = ['/', '/lines/:id', '/wall', '/plan', '/handover'];

/** @param folder where the built client lies */
export function pagesRouter(folder: string): Router {
  const router = Router();
  router.use(
    express.static(folder, {
      index: false,
      setHeaders: (response, path) => cacheFor(response, path),
    }),
  );
  router.get(PAGE_PATHS, (_request, response) => {
    response.set('Cache-Control', 'no-cache').sendFile(join(folder, 'index.html'));
  });
  // A person who lost their way gets a page that says so; a program gets the API's answer.
  router.get('/{*path}', (request, response, next) => {
    if (request.accepts(['json', 'html']) !== 'html') next();
    else response.status(404).set('Cache-Control', 'no-cache').sendFile(join(folder, 'index.html'));
  });
  return router;
}

/** Files under assets carry a hash of their content in their name. */
function cacheFor(response: Response, path: string): void {
  const isHashed = /[\\/]assets[\\/]/.test(path);
  response.set('Cache-Control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache');
}
