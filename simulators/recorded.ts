/** Recorded machines, as their adapters wrote them (`time|name|value`), turned into the messages of a line. */

import { outputTopic, status, type Delivery } from './gateway.ts';
import { Refusal } from './refusal.ts';

const COUNTER = 'Part_Count';
const UNAVAILABLE = 'UNAVAILABLE';
const NUMBER = /^[+-]?\d+(\.\d+)?$/;

/** One value of one of a machine's many signals. */
export interface Observation {
  /** Epoch ms. */
  readonly at: number;
  readonly name: string;
  readonly value: string;
}

/** @throws {Refusal} naming the first line that is none of a recording */
export function parseRecorded(text: string): Observation[] {
  const found: Observation[] = [];
  for (const [index, row] of text.split(/\r?\n/).entries()) {
    if (row.trim() === '') continue;
    const [time = '', name = '', value] = row.split('|');
    const at = Math.trunc(Date.parse(time));
    if (Number.isNaN(at) || name === '' || value === undefined) {
      throw new Refusal(
        `Line ${index + 1} is not of the form time|name|value, for example 2017-08-09T09:17:11.95Z|Part_Count|0: ${row.slice(0, 80)}`,
      );
    }
    found.push({ at, name, value: value.trim() });
  }
  return found;
}

/**
 * The messages of a recording, its times moved so that the last observation is at `lastAt`. Part
 * counts are totals, and `UNAVAILABLE` ones say that nobody hears the machine; any number of any
 * signal shows that it is heard.
 */
export function recordedDeliveries(
  observations: readonly Observation[],
  line: string,
  lastAt: number,
): Delivery[] {
  const latest = observations.reduce((most, { at }) => Math.max(most, at), -Infinity);
  const found: Delivery[] = [];
  const announced = new Set<string>();
  const announce = (online: boolean, at: number): void => {
    const delivery = { ...status(line, online, at), retain: false };
    if (!announced.has(delivery.payload)) found.push(delivery);
    announced.add(delivery.payload);
  };
  for (const { at: recordedAt, name, value } of observations) {
    const at = recordedAt - latest + lastAt;
    if (NUMBER.test(value)) announce(true, at);
    else if (name === COUNTER && value === UNAVAILABLE) announce(false, at);
    if (name === COUNTER && /^\d+$/.test(value)) {
      const payload = JSON.stringify({ good: Number(value), ts: at });
      found.push({ line, publishAt: at, topic: outputTopic(line), payload, qos: 1, retain: false });
    }
  }
  if (!found.some(({ topic }) => topic === outputTopic(line))) {
    throw new Refusal(`The recording counts no parts: it has no ${COUNTER} with a number.`);
  }
  return found;
}
