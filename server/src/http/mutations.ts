/** Guards what changes anything: only this server's own pages, and programs, may ask for it. */

import express, { type RequestHandler } from 'express';
import { isSameOrigin } from '../live/origin.ts';
import { HttpError } from './errors.ts';

const MOST_BYTES = 1_000_000;

/** Refuses what another site's page asks for in a visitor's name. */
export const ownPagesOnly: RequestHandler = (request, _response, next) => {
  if (request.method === 'GET' || request.method === 'HEAD' || isSameOrigin(request)) next();
  else throw new HttpError(403, 'otherOrigin', 'only pages of this server may change anything');
};

/** A JSON body; no form of another site can send one. */
export const jsonBody: RequestHandler[] = [
  typed('application/json'),
  express.json({ limit: MOST_BYTES, strict: false }),
];

const YAML_TYPES = ['application/yaml', 'application/x-yaml', 'text/yaml', 'text/plain'];

/** A body of YAML. */
export const yamlBody: RequestHandler[] = [
  typed(...YAML_TYPES),
  express.text({ limit: MOST_BYTES, type: YAML_TYPES }),
];

function typed(...types: string[]): RequestHandler {
  return (request, _response, next) => {
    if (request.is(types)) next();
    else throw new HttpError(415, 'wrongType', `send a body with Content-Type: ${types[0] ?? ''}`);
  };
}
