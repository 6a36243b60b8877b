/** The gateway between a line and the broker: turns reports into deliveries, with the faults that real gateways have. */

import type { Span } from '@lineside/domain/shift.ts';
import type { LineEvent } from './model/line-model.ts';
import { chance, randomFrom, type Random } from './model/random.ts';

/** A message to publish; `publishAt` is epoch ms and never falls from one delivery to the next. */
export interface Delivery {
  readonly line: string;
  readonly publishAt: number;
  readonly topic: string;
  readonly payload: string;
  readonly qos: 1;
  readonly retain: boolean;
}

/** The gateway cannot reach the broker; with `keeps` it delivers afterwards what it could not. */
export interface Outage extends Span {
  readonly keeps: boolean;
}

export interface Faults {
  /** Share of the messages that are delivered a second time. */
  readonly repeatShare: number;
  /** Share of the messages whose counters read 0. */
  readonly glitchShare: number;
  /** When the counters start again from 0; sorted epoch ms. */
  readonly resets: readonly number[];
  /** Sorted, not overlapping. */
  readonly outages: readonly Outage[];
}

export const NO_FAULTS: Faults = { repeatShare: 0, glitchShare: 0, resets: [], outages: [] };

/** Counters this low could be made again so soon that a glitch would look like a reset. */
const LEAST_GLITCH_PARTS = 50;
const FLUSH_GAP_MS = 20;

export const outputTopic = (line: string): string => `lineside/${line}/output`;
export const statusTopic = (line: string): string => `lineside/${line}/status`;

/** The line's availability, with the time at which it held. */
export function status(line: string, online: boolean, at: number): Delivery {
  const payload = JSON.stringify({ status: online ? 'online' : 'offline', ts: at });
  return { line, publishAt: at, topic: statusTopic(line), payload, qos: 1, retain: true };
}

/** A message as Lineside reads it; what a line does not say is left out. */
export function output({ line, at, good, reject, state, product }: LineEvent): Delivery {
  const payload = JSON.stringify({
    good,
    reject,
    ts: at,
    ...(state !== null && { state }),
    ...(product !== null && { product }),
  });
  return { line, publishAt: at, topic: outputTopic(line), payload, qos: 1, retain: false };
}

/** Counters that lose their values at given moments, as after a power cut. */
export function* withResets(
  events: Iterable<LineEvent>,
  resets: readonly number[],
): Generator<LineEvent> {
  let lost = { good: 0, reject: 0 };
  let before = lost;
  let next = 0;
  for (const event of events) {
    while ((resets[next] ?? Infinity) <= event.at) {
      lost = before;
      next++;
    }
    before = { good: event.good, reject: event.reject };
    yield { ...event, good: event.good - lost.good, reject: event.reject - lost.reject };
  }
}

/** Single reports that read 0, as from a controller caught between two scans. */
export function* withGlitches(
  events: Iterable<LineEvent>,
  share: number,
  random: Random,
): Generator<LineEvent> {
  let justGlitched = false;
  for (const event of events) {
    const glitches: boolean =
      chance(random, share) && !justGlitched && event.good >= LEAST_GLITCH_PARTS;
    justGlitched = glitches;
    yield glitches ? { ...event, good: 0, reject: 0 } : event;
  }
}

/** Messages that wait for, or are lost in, the times without a connection; the last will speaks for the gateway. */
export function* withOutages(
  events: Iterable<LineEvent>,
  outages: readonly Outage[],
): Generator<Delivery> {
  const ahead = [...outages];
  let down: Outage | undefined;
  let held: Delivery[] = [];
  let line = '';
  const back = ({ end }: Outage): Delivery[] => {
    const late = held.map((one, index) => ({
      ...one,
      publishAt: end + (index + 1) * FLUSH_GAP_MS,
    }));
    held = [];
    return [status(line, true, end), ...late];
  };
  for (const event of events) {
    line = event.line;
    for (;;) {
      if (down && event.at < down.end) break;
      if (down) yield* back(down);
      down = undefined;
      if (!ahead[0] || ahead[0].start > event.at) break;
      down = ahead.shift();
      if (down) yield status(line, false, down.start);
    }
    if (!down) yield output(event);
    else if (down.keeps) held.push(output(event));
  }
  if (down) yield* back(down);
}

/** Messages delivered twice, the second time behind the message that follows. */
export function* withRepeats(
  deliveries: Iterable<Delivery>,
  share: number,
  random: Random,
): Generator<Delivery> {
  let again: Delivery | null = null;
  for (const delivery of deliveries) {
    yield delivery;
    if (again) yield again;
    again = chance(random, share) ? delivery : null;
  }
  if (again) yield again;
}

/** Nothing overtakes: what is delivered behind something else is not delivered before it. */
function* inOrder(deliveries: Iterable<Delivery>): Generator<Delivery> {
  let clear = -Infinity;
  for (const delivery of deliveries) {
    clear = Math.max(clear, delivery.publishAt);
    yield { ...delivery, publishAt: clear };
  }
}

/** What reaches the broker of one line's reports, in order of delivery; `seed` decides which messages suffer. */
export function throughGateway(
  events: Iterable<LineEvent>,
  faults: Faults,
  ...seed: readonly string[]
): Generator<Delivery> {
  const counted = withResets(events, faults.resets);
  const read = withGlitches(counted, faults.glitchShare, randomFrom(...seed, 'glitches'));
  const delivered = withOutages(read, faults.outages);
  return inOrder(withRepeats(delivered, faults.repeatShare, randomFrom(...seed, 'repeats')));
}
