/** How many readings InfluxDB has of each line's hours. */

import type { InfluxDatabase } from './database.ts';
import type { Answer } from './failure.ts';
import { POLICY, READINGS } from './points.ts';
import { HOUR_MS } from './told.ts';

/** A line's hours since 1970 with readings, and how many they have. */
export type Hours = ReadonlyMap<number, number>;

/** The same of many lines. */
export type Census = ReadonlyMap<string, Hours>;

/** Lines asked for in one request. */
const TOGETHER = 20;

/** Counts the hours of some lines from the first to the last of those given. */
export async function countHours(
  database: InfluxDatabase,
  asked: Census,
): Promise<Answer<Map<string, Hours>>> {
  const found = new Map<string, Hours>();
  const lines = [...asked];
  for (let place = 0; place < lines.length; place += TOGETHER) {
    const some = lines.slice(place, place + TOGETHER);
    const statements = some.map(
      (_, n) =>
        `SELECT COUNT(seq) FROM "${POLICY}"."${READINGS}" WHERE line = $line${n} ` +
        `AND time >= $from${n} AND time < $to${n} GROUP BY time(1h) fill(none)`,
    );
    const values: Record<string, string> = {};
    for (const [n, [line, hours]] of some.entries()) {
      const [first, last] = boundsOf(hours);
      values[`line${n}`] = line;
      values[`from${n}`] = new Date(first * HOUR_MS).toISOString();
      values[`to${n}`] = new Date((last + 1) * HOUR_MS).toISOString();
    }
    const answer = await database.query(statements, values);
    if (!answer.ok) return answer;
    for (const [n, [line]] of some.entries()) {
      const rows = answer.value[n]?.rows ?? [];
      found.set(line, new Map(rows.map(([at, count]) => [Number(at) / HOUR_MS, Number(count)])));
    }
  }
  return { ok: true, value: found };
}

function boundsOf(hours: Hours): [first: number, last: number] {
  let [first, last] = [Infinity, -Infinity];
  for (const hour of hours.keys()) [first, last] = [Math.min(first, hour), Math.max(last, hour)];
  return [first, last];
}
