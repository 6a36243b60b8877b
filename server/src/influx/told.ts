/** In which hours a line was heard, and which facts it told: a few marks, so that its last words are found without a search through a year. */

import { FieldType, type IPoint, type ISchemaOptions } from 'influx';
import type { Reading } from '@lineside/domain/reading.ts';
import { FIRST_AVAILABILITY_CODE, NONE } from '../readings/rows.ts';
import { HOUR_MS } from '../readings/told-hours.ts';
import { timestamp } from './points.ts';

export const TOLD = 'told';

interface Fact {
  readonly name: string;
  /** Whether a reading tells it. */
  readonly isTold: (reading: Reading) => boolean;
  /** The same, asked of a row. */
  readonly condition: string;
}

/** In the order in which those of one moment are answered. */
export const FACTS = [
  {
    name: 'state',
    isTold: ({ state }) => state !== null,
    condition: `state % ${FIRST_AVAILABILITY_CODE} <> 0`,
  },
  { name: 'product', isTold: ({ product }) => product !== null, condition: `product <> ''` },
  {
    name: 'online',
    isTold: ({ online }) => online !== null,
    condition: `state >= ${FIRST_AVAILABILITY_CODE}`,
  },
  { name: 'good', isTold: ({ good }) => good !== null, condition: `good <> ${NONE}` },
  { name: 'reject', isTold: ({ reject }) => reject !== null, condition: `reject <> ${NONE}` },
] as const satisfies readonly Fact[];

/** Marked for every reading, whatever it tells. */
export const HEARD = 'heard';

export const toldSchema = (database: string): ISchemaOptions => ({
  database,
  measurement: TOLD,
  tags: ['line'],
  fields: Object.fromEntries(
    [HEARD, ...FACTS.map(({ name }) => name)].map((name) => [name, FieldType.BOOLEAN]),
  ),
});

/** One mark for each line and hour; marks of one hour that are written one after the other add up. */
export function marksOf(readings: Iterable<Reading>): IPoint[] {
  const lines = new Map<string, Map<number, Record<string, true>>>();
  for (const reading of readings) {
    const hours = lines.getOrInsertComputed(reading.line, () => new Map());
    const marks = hours.getOrInsertComputed(Math.floor(reading.at / HOUR_MS), () => ({
      [HEARD]: true,
    }));
    for (const { name, isTold } of FACTS) if (isTold(reading)) marks[name] = true;
  }
  return [...lines].flatMap(([line, hours]) =>
    [...hours].map(([hour, fields]) => ({
      measurement: TOLD,
      tags: { line },
      fields,
      timestamp: timestamp(hour * HOUR_MS),
    })),
  );
}
