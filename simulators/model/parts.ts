/** When a line finishes which part, good or not: cycle by cycle, through its stops, at the pace it is told to keep. */

import { overlap, type Shift, type Span } from '@lineside/domain/shift.ts';
import type { Interruption } from './interruptions.ts';
import type { Conduct, LineSpec } from './line-spec.ts';
import { lognormal, randomFrom, type Random } from './random.ts';

const HOUR_MS = 3_600_000;
/** A crew that lags what it should have made aims to be level again after this time. */
const CATCH_UP_MS = 10 * 60_000;
/** After a stop this long the first parts are worse. */
const COOLS_DOWN_MS = 120_000;
const CYCLE_SPREAD = 0.12;
const REJECT_SHARE = 0.016;
const WARM_UP_REJECT_SHARE = 0.2;
const WARM_UP_PARTS = 6;

/** Parts finished at one moment; `at` is in ms, not whole. */
export interface Finished {
  readonly at: number;
  readonly good: number;
  readonly reject: number;
}

/** The share of the plan in force, never so small that the line would stand still. */
function shareAt(conduct: Conduct, at: number): number {
  const pace = conduct.paces.findLast(({ from }) => from <= at) ?? conduct.paces[0];
  return Math.max(pace?.share ?? 1, 0.02);
}

/** How many of `count` parts are bad; more of them while the line warms up. */
function rejectsAmong(count: number, sinceStart: number, random: Random): number {
  const share = REJECT_SHARE + WARM_UP_REJECT_SHARE * Math.exp(-sinceStart / WARM_UP_PARTS);
  let rejects = 0;
  for (let part = 0; part < count; part++) if (random() < share) rejects++;
  return rejects;
}

/** Every part of one shift, in order. */
export function* finishedParts(
  seed: string,
  spec: LineSpec,
  shift: Shift,
  conduct: Conduct,
  interruptions: readonly Interruption[],
): Generator<Finished> {
  const cycles = randomFrom(seed, spec.id, shift.id, 'cycles');
  const quality = randomFrom(seed, spec.id, shift.id, 'quality');
  const excused = interruptions.filter((one) => one.excused);
  let idealMs = spec.product.idealCycleSeconds * 1000;
  let at = shift.start;
  let good = 0;
  let intended = 0;
  let sinceStart = 0;
  let next = 0;
  for (;;) {
    const aim = (shareAt(conduct, at) * spec.plannedPerHour) / HOUR_MS;
    const lag = Math.max(intended - good, -0.4 * aim * CATCH_UP_MS);
    const wanted = (aim + lag / CATCH_UP_MS) / (1 - REJECT_SHARE);
    const cycleMs = 1 / Math.min(wanted, conduct.topSpeed / idealMs);
    // Very fast lines are drawn about a second at a time.
    const count = Math.max(1, Math.round(1000 / cycleMs));
    // The mean of a lognormal lies above its median.
    const median = count * cycleMs * Math.exp(-(CYCLE_SPREAD ** 2) / 2);
    const begun = at;
    at += lognormal(cycles, median, CYCLE_SPREAD / Math.sqrt(count));
    for (let stop = interruptions[next]; stop && stop.start < at; stop = interruptions[++next]) {
      const standsMs = stop.end - stop.start;
      at += standsMs;
      if (standsMs >= COOLS_DOWN_MS) sinceStart = 0;
      if (stop.makes) idealMs = stop.makes.idealCycleSeconds * 1000;
    }
    if (at >= shift.end) return;
    const reject = rejectsAmong(count, sinceStart, quality);
    sinceStart += count;
    good += count - reject;
    intended += aim * workedBetween(begun, at, excused);
    yield { at, good: count - reject, reject };
  }
}

/** The time between two instants that the plan does not excuse, ms. */
function workedBetween(from: number, to: number, excused: readonly Span[]): number {
  const asked = { start: from, end: to };
  let worked = to - from;
  for (const pause of excused) worked -= overlap(pause, asked);
  return worked;
}
