/** How many readings InfluxDB has of each line's hours. */

import { HOUR_MS } from '../readings/told-hours.ts';
import type { InfluxDatabase } from './database.ts';
import type { Answer } from './failure.ts';
import { POLICY, READINGS } from './points.ts';

/** A line's hours since 1970 with readings, and how many they have. */
export type Hours = ReadonlyMap<number, number>;

/** The same of many lines. */
export type Census = ReadonlyMap<string, Hours>;

/** Counted in one request: a quarter of a second's work, also where every hour is to be counted that a busy plant has. */
const READINGS_TOGETHER = 1_000_000;
const SPANS_TOGETHER = 20;

/** Hours of one line from the first to the last. */
interface Span {
  readonly line: string;
  readonly first: number;
  last: number;
  /** As many as there should be. */
  readings: number;
}

/** Counts the hours of some lines, those between them included; what is asked says about how many readings there are. */
export async function countHours(
  database: InfluxDatabase,
  asked: Census,
): Promise<Answer<Map<string, Hours>>> {
  const found = new Map<string, Map<number, number>>();
  for (const spans of batchesOf([...asked].flatMap(([line, hours]) => spansOf(line, hours)))) {
    const statements = spans.map(
      (_, n) =>
        `SELECT COUNT(seq) FROM "${POLICY}"."${READINGS}" WHERE line = $line${n} ` +
        `AND time >= $from${n} AND time < $to${n} GROUP BY time(1h) fill(none)`,
    );
    const values: Record<string, string> = {};
    for (const [n, { line, first, last }] of spans.entries()) {
      values[`line${n}`] = line;
      values[`from${n}`] = new Date(first * HOUR_MS).toISOString();
      values[`to${n}`] = new Date((last + 1) * HOUR_MS).toISOString();
    }
    const answer = await database.query(statements, values);
    if (!answer.ok) return answer;
    for (const [n, { line }] of spans.entries()) {
      const hours = found.getOrInsertComputed(line, () => new Map());
      for (const [at, count] of answer.value[n]?.rows ?? []) {
        hours.set(Number(at) / HOUR_MS, Number(count));
      }
    }
  }
  return { ok: true, value: found };
}

function spansOf(line: string, hours: Hours): Span[] {
  const spans: Span[] = [];
  for (const [hour, readings] of [...hours].sort(([a], [b]) => a - b)) {
    const span = spans.at(-1);
    if (span && span.readings + readings <= READINGS_TOGETHER) {
      span.last = hour;
      span.readings += readings;
    } else {
      spans.push({ line, first: hour, last: hour, readings });
    }
  }
  return spans;
}

function batchesOf(spans: readonly Span[]): Span[][] {
  const batches: Span[][] = [];
  let readings = Infinity;
  for (const span of spans) {
    const batch = batches.at(-1);
    if (batch && batch.length < SPANS_TOGETHER && readings + span.readings <= READINGS_TOGETHER) {
      batch.push(span);
      readings += span.readings;
    } else {
      batches.push([span]);
      ({ readings } = span);
    }
  }
  return batches;
}
