/** The thread that asks InfluxDB: long answers are taken apart off the server's event loop. */

import { workerData } from 'node:worker_threads';
import type { Reading } from '@lineside/domain/reading.ts';
import { toRows } from '../readings/rows.ts';
import { serveCalls, type Served } from '../readings/serve-calls.ts';
import { InfluxDatabase } from './database.ts';
import { InfluxHistory } from './history.ts';
import type { InfluxRequest, InfluxSettings, RowsPiece } from './protocol.ts';

const { url, deadlineMs } = workerData as InfluxSettings;
const database = new InfluxDatabase({ url: new URL(url), deadlineMs });
const history = new InfluxHistory(database);

async function serve(request: InfluxRequest): Promise<Served> {
  switch (request.ask) {
    case 'between':
      return asRows(await history.read(request.line, request.from, request.to));
    case 'before':
      return asRows(await history.before(request.line, request.at, request.limit));
    case 'declared':
      return asRows(await history.lastOfEach(request.line, request.at));
    case 'piece': {
      const { readings, next } = await history.piece(request, request.limit);
      const rows = toRows(readings);
      return { value: { rows, next } satisfies RowsPiece, transfer: [rows.numbers.buffer] };
    }
    case 'lines':
      return { value: await history.lines() };
  }
}

function asRows(readings: readonly Reading[]): Served {
  const rows = toRows(readings);
  return { value: rows, transfer: [rows.numbers.buffer] };
}

serveCalls<InfluxRequest>({ serve, close: () => database.close() });
