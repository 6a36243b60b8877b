/** Publishes a recorded machine as one line of the running plant, as if its last reading had just been made. */

import { readFile } from 'node:fs/promises';
import { connect } from './link.ts';
import { publishAll } from './publish.ts';
import { parseRecorded, recordedDeliveries } from './recorded.ts';
import { Refusal } from './refusal.ts';
import type { Surroundings } from './surroundings.ts';

export interface ReplayOptions {
  readonly file: string;
  readonly line: string;
  readonly mqtt: string;
}

export async function replayRecorded(options: ReplayOptions, around: Surroundings): Promise<void> {
  const { clock, signal, log } = around;
  const text = await readFile(options.file, 'utf8').catch((error: unknown) => {
    throw new Refusal(`Cannot read ${options.file}: ${String(error)}`);
  });
  const deliveries = recordedDeliveries(parseRecorded(text), options.line, clock.now());
  const link = await connect({ url: options.mqtt, log, signal });
  try {
    // One at a time: the broker gets to see the recording in its own order.
    const pace = { clock, signal, mostInFlight: 1 };
    const sent = await publishAll(deliveries, (one) => link.publish(one), pace);
    log(`${sent} of ${deliveries.length} messages of ${options.file} acknowledged`);
  } finally {
    await link.close();
  }
}
