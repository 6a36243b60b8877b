/** The thread that talks to InfluxDB: long requests and answers are put together and taken apart off the server's event loop. */

import { workerData } from 'node:worker_threads';
import type { Reading } from '@lineside/domain/reading.ts';
import { fromRows, toRows, type Rows } from '../readings/rows.ts';
import { serveCalls, type Served } from '../readings/serve-calls.ts';
import { InfluxDatabase } from './database.ts';
import { InfluxHistory } from './history.ts';
import type { InfluxRequest, InfluxSettings, RowsPiece, RowsWritten } from './protocol.ts';
import { InfluxWriter } from './writer.ts';

const { url, retentionDays, deadlineMs } = workerData as InfluxSettings;
const database = new InfluxDatabase({ url: new URL(url), deadlineMs });
const history = new InfluxHistory(database);
const writer = new InfluxWriter(database, retentionDays);

async function serve(request: InfluxRequest): Promise<Served> {
  switch (request.ask) {
    case 'write':
      return { value: await write(request.rows, request.now) };
    case 'between':
      return asRows(await history.read(request.line, request.from, request.to));
    case 'before':
      return asRows(await history.before(request.line, request.at, request.limit));
    case 'declared':
      return asRows(await history.lastOfEach(request.line, request.at));
    case 'piece': {
      const { readings, next } = await history.piece(request);
      const rows = toRows(readings);
      return { value: { rows, next } satisfies RowsPiece, transfer: [rows.numbers.buffer] };
    }
    case 'lines':
      return { value: await history.lines() };
  }
}

async function write(rows: Rows, now: number): Promise<RowsWritten> {
  const readings = fromRows(rows);
  const written = await writer.write(instantsOf(readings), now);
  if (!written.ok) return written;
  const refused = written.refused.map(({ reading, reason }) => ({
    place: readings.indexOf(reading),
    reason,
  }));
  return { ok: true, refused };
}

/** Neighbours of one line at one moment. */
function instantsOf(readings: readonly Reading[]): Reading[][] {
  const instants: Reading[][] = [];
  let last: Reading | undefined;
  for (const reading of readings) {
    if (last?.line === reading.line && last.at === reading.at) instants.at(-1)?.push(reading);
    else instants.push([reading]);
    last = reading;
  }
  return instants;
}

function asRows(readings: readonly Reading[]): Served {
  const rows = toRows(readings);
  return { value: rows, transfer: [rows.numbers.buffer] };
}

serveCalls<InfluxRequest>({ serve, close: () => database.close() });
