/** `GET /api/readings` and `GET /api/quarantine`: what was stored, as it was stored. */

import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Reading } from '@lineside/domain/reading.ts';
import type { QuarantineEntry } from '@lineside/domain/wire.ts';
import { stringify } from 'csv-stringify';
import { Router, type Response } from 'express';
import { ID_PATTERN } from '../config/plan.ts';
import type { Clock, Quarantine, ReadingStore } from '../ports.ts';
import { iso } from './answers.ts';
import { badRequest } from './errors.ts';
import { count, instant, text } from './query.ts';

const DAY = 86_400_000;
const MOST_REFUSED = 10_000;
const COLUMNS = ['line', 'ts', 'receivedAt', 'good', 'reject', 'seq', 'state', 'product', 'kind'];

export interface ReadingsParts {
  readonly store: Pick<ReadingStore, 'pages'>;
  readonly quarantine: Pick<Quarantine, 'newest'>;
  readonly clock: Pick<Clock, 'now'>;
}

export function readingsRouter({ store, quarantine, clock }: ReadingsParts): Router {
  const router = Router();

  router.get('/readings', async (request, response) => {
    const line = text(request, 'line') ?? null;
    if (line !== null && !ID_PATTERN.test(line)) throw badRequest('line must be a line id');
    const format = text(request, 'format') ?? 'ndjson';
    if (format !== 'ndjson' && format !== 'csv') throw badRequest('format must be ndjson or csv');
    // A reading may be a little ahead of the clock; without an end the latest are wanted too.
    const to = instant(request, 'to', clock.now() + DAY);
    const from = instant(request, 'from', 0);
    if (from > to) throw badRequest('from must not be after to');
    const pages = await begun(store.pages({ line, from, to }));
    await (format === 'csv' ? sendCsv(response, pages) : sendNdjson(response, pages));
  });

  router.get('/quarantine', async (request, response) => {
    const refused = await quarantine.newest(count(request, 'limit', 100, MOST_REFUSED));
    const entries = refused.map(({ receivedAt, topic, payload, reason }): QuarantineEntry => {
      return { receivedAt: iso(receivedAt), topic, payload, reason };
    });
    response.json(entries);
  });

  return router;
}

type Pages = AsyncIterable<readonly Reading[]>;

/** The same pages. Rejects when the first cannot be had: later on an answer can only break off. */
async function begun(pages: Pages): Promise<Pages> {
  const rest = pages[Symbol.asyncIterator]();
  const first = await rest.next();
  return (async function* () {
    if (first.done) return;
    yield first.value;
    yield* { [Symbol.asyncIterator]: () => rest };
  })();
}

async function sendNdjson(response: Response, pages: Pages): Promise<void> {
  response.type('application/x-ndjson');
  const texts = async function* (): AsyncGenerator<string> {
    for await (const page of pages) {
      const lines = page
        .filter(isOutput)
        .map((reading) => `${JSON.stringify(exported(reading))}\n`);
      if (lines.length > 0) yield lines.join('');
    }
  };
  await untilClosed(pipeline(Readable.from(texts()), response));
}

async function sendCsv(response: Response, pages: Pages): Promise<void> {
  response.type('text/csv').attachment('readings.csv');
  const rows = async function* (): AsyncGenerator<ReturnType<typeof exported>> {
    for await (const page of pages) {
      for (const reading of page) if (isOutput(reading)) yield exported(reading);
    }
  };
  const csv = stringify({ header: true, columns: COLUMNS });
  await untilClosed(pipeline(Readable.from(rows()), csv, response));
}

/** A client that goes away in the middle is no failure of ours. */
async function untilClosed(sent: Promise<void>): Promise<void> {
  try {
    await sent;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code !== 'ERR_STREAM_PREMATURE_CLOSE' && code !== 'ECONNRESET') throw error;
  }
}

/** Availability is kept beside the readings, but is none. */
const isOutput = ({ online }: Reading): boolean => online === null;

function exported({ line, at, receivedAt, good, reject, seq, state, product, kind }: Reading) {
  const times = { ts: iso(at), receivedAt: iso(receivedAt) };
  return { line, ...times, good, reject, seq, state, product, kind };
}
