/** Simulates chosen lines of whatever plant is running, from now on: for trying out one's own plant file. */

import type { Shift } from '@lineside/domain/shift.ts';
import { waitUntil } from './clock.ts';
import { seededFaults, type FaultName } from './faults.ts';
import { throughGateway, type Delivery } from './gateway.ts';
import { connectAll } from './link.ts';
import { merged } from './merge.ts';
import { shiftEvents } from './model/line-model.ts';
import { steady, type LineSpec } from './model/line-spec.ts';
import { patiently } from './patience.ts';
import { askForLines, askForShifts, specsOf } from './plant.ts';
import { publishAll } from './publish.ts';
import { Refusal } from './refusal.ts';
import type { Surroundings } from './surroundings.ts';

const HOUR_MS = 3_600_000;

export interface RunOptions {
  readonly http: string;
  readonly mqtt: string;
  /** Ids; empty: every line of the plant. */
  readonly lines: readonly string[];
  /** The share of its target that a line keeps to. */
  readonly speed: number;
  readonly faults: readonly FaultName[];
  readonly seed: string;
  /** Whether to publish the current shift so far as well. */
  readonly catchUp: boolean;
}

function chosen(specs: readonly LineSpec[], ids: readonly string[]): LineSpec[] {
  if (specs.length === 0) throw new Refusal('The plant has no lines: add some to its plant file.');
  if (ids.length === 0) return [...specs];
  return ids.map((id) => {
    const spec = specs.find((one) => one.id === id);
    if (spec) return spec;
    const known = specs.map((one) => one.id).join(', ');
    throw new Refusal(`There is no line ${id} in this plant. Its lines are: ${known}.`);
  });
}

/** Outside of shifts a line still can run: eight hours without a break. */
function unplanned(now: number, next: Shift | undefined): Shift {
  const end = Math.min(now + 8 * HOUR_MS, next?.start ?? Infinity);
  return { id: `unplanned/${now}`, name: 'unplanned', date: '', start: now, end, breaks: [] };
}

function deliveries(specs: readonly LineSpec[], shift: Shift, options: RunOptions) {
  const { seed, speed, faults } = options;
  const conduct = { ...steady(speed), longestStopShare: 0.05, mayChangeOver: true };
  return merged(
    specs.map((spec) => {
      const names = [seed, spec.id, shift.id];
      const struck = seededFaults(faults, shift, ...names);
      return throughGateway(shiftEvents(seed, spec, shift, conduct), struck, ...names);
    }),
  );
}

/** Runs until the signal aborts. */
export async function runLines(options: RunOptions, around: Surroundings): Promise<void> {
  const { clock, signal, log } = around;
  const { http, mqtt: url } = options;
  const [entries, week] = await Promise.all([
    patiently(() => askForLines(http, signal), 5, around),
    patiently(
      () => askForShifts(http, clock.now(), clock.now() + 168 * HOUR_MS, signal),
      5,
      around,
    ),
  ]);
  const specs = chosen(specsOf(entries, week), options.lines);
  const gateways = await connectAll(specs.map(({ id }) => ({ url, line: id, log, signal })));
  const links = new Map(specs.map(({ id }, index) => [id, gateways[index]]));
  const send = async (delivery: Delivery): Promise<void> => {
    await links.get(delivery.line)?.publish(delivery);
  };
  let from = options.catchUp ? -Infinity : clock.now();
  try {
    for (let now = clock.now(); !signal.aborted; now = clock.now()) {
      const ask = () => askForShifts(http, now, now + 48 * HOUR_MS, signal);
      const next = (await patiently(ask, Infinity, around)).find(({ end }) => end > now);
      const shift = next && next.start <= now ? next : unplanned(now, next);
      const planned = shift === next ? '' : ': outside shifts, the board will say so';
      log(`live: ${specs.map(({ id }) => id).join(', ')} in ${shift.id}${planned}`);
      const due = deliveries(specs, shift, options).filter(({ publishAt }) => publishAt >= from);
      await publishAll(due, send, { clock, signal, mostInFlight: 200 });
      from = shift.end;
      await waitUntil(from, clock, signal);
    }
  } finally {
    await Promise.all(gateways.map((link) => link.close()));
  }
}
