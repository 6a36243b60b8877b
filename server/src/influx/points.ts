/** How readings lie in InfluxDB: one fixed schema, a point for each reading, exact in both directions. */

import { FieldType, type IPoint, type ISchemaOptions } from 'influx';
import { compareReadings, type Reading } from '@lineside/domain/reading.ts';
import { fromRows, kindCode, NONE, ROW_WIDTH, stateCode } from '../readings/rows.ts';

/** The retention policy that holds everything of ours. */
export const POLICY = 'lineside';
export const READINGS = 'readings';

/** In the order of a row's numbers, from its sequence on. */
const FIELDS = ['seq', 'kind', 'good', 'reject', 'state', 'product', 'received_at'] as const;
export const COLUMNS = FIELDS.join(', ');

export const readingsSchema = (database: string): ISchemaOptions => ({
  database,
  measurement: READINGS,
  tags: ['line'],
  fields: {
    seq: FieldType.INTEGER,
    kind: FieldType.INTEGER,
    good: FieldType.INTEGER,
    reject: FieldType.INTEGER,
    state: FieldType.INTEGER,
    product: FieldType.STRING,
    received_at: FieldType.INTEGER,
  },
});

/** A point of the same shape as every other, of no line. */
const PROBE_LINE = '~probe';
/** 2200: older than no retention policy, and always the same point. */
const PROBE_AT = Date.UTC(2200, 0, 1);
export const PROBE: IPoint = {
  measurement: READINGS,
  tags: { line: PROBE_LINE },
  fields: {
    ...{ seq: NONE, kind: 0, good: NONE, reject: NONE, state: 0 },
    ...{ product: '', received_at: 0 },
  },
  timestamp: timestamp(PROBE_AT),
};

export interface PointOf {
  readonly point: IPoint;
  readonly reading: Reading;
}

/**
 * The points of all readings of one line at one millisecond, in the readings' order. Absent parts
 * are written too: a point that is written again must cover all of what was there before.
 */
export function pointsOf(instant: readonly Reading[]): PointOf[] {
  const sorted = instant.length > 1 ? [...instant].sort(compareReadings) : instant;
  return sorted.map((reading, place) => {
    const { line, at, seq, kind, good, reject, product, receivedAt } = reading;
    const point = {
      measurement: READINGS,
      tags: { line },
      fields: {
        seq: seq ?? NONE,
        kind: kindCode(kind),
        good: good ?? NONE,
        reject: reject ?? NONE,
        state: stateCode(reading),
        product: product ?? '',
        received_at: receivedAt,
      },
      timestamp: timestamp(at, place),
    };
    return { point, reading };
  });
}

/** Nanoseconds, as text: they exceed what a number holds exactly. */
export function timestamp(at: number, place = 0): string {
  return at > 0
    ? `${at}${String(place).padStart(6, '0')}`
    : String(BigInt(at) * 1_000_000n + BigInt(place));
}

/** A row as InfluxDB answers it: the time in ms, then the columns. */
export type Values = readonly (number | string | null)[];

/** Readings of one line from the rows of an answer, in the rows' order. */
export function readingsOf(line: string, rows: readonly Values[]): Reading[] {
  const names = [line];
  const places = new Map<string, number>();
  const placeOf = (product: string): number => {
    const place = places.get(product) ?? names.push(product) - 1;
    places.set(product, place);
    return place;
  };
  const numbers = new Float64Array(rows.length * ROW_WIDTH);
  for (const [index, row] of rows.entries()) {
    for (const [column, value] of row.entries()) {
      const number = typeof value === 'string' ? (value ? placeOf(value) : NONE) : value;
      // Column 0, the line, is 0 everywhere.
      numbers[index * ROW_WIDTH + column + 1] = number ?? NONE;
    }
  }
  return fromRows({ names, numbers });
}
