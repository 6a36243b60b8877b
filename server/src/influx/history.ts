/** Readings as InfluxDB holds them, asked in pieces, so that no answer is large. */

import type { Reading } from '@lineside/domain/reading.ts';
import { HOUR_MS } from '../readings/told-hours.ts';
import type { Found, InfluxDatabase } from './database.ts';
import { COLUMNS, POLICY, READINGS, readingsOf } from './points.ts';
import { FACTS, HEARD, TOLD } from './told.ts';

/** A line's span: `from <= at < to`, epoch ms. */
export interface Span {
  readonly line: string;
  readonly from: number;
  readonly to: number;
}

/** Whole instants of a span, and from where on the next piece is; `null`: that was all. */
export interface Piece {
  readonly readings: readonly Reading[];
  readonly next: number | null;
}

const PIECE_READINGS = 5_000;
/** Where most lines have said enough; every week of a year that is looked into costs time. */
const RECENT_MS = 24 * HOUR_MS;
/** Hours looked at in one go; the second one nearly always has what is looked for. */
const HOURS = 2;
const READINGS_FROM = `"${POLICY}"."${READINGS}"`;
const TOLD_FROM = `"${POLICY}"."${TOLD}"`;
const IN_SPAN = 'line = $line AND time >= $from AND time < $to';

/** InfluxDB's own bounds of time, to the day. */
const [EARLIEST, LATEST] = [Date.UTC(1677, 8, 22), Date.UTC(2262, 3, 11)];

type Fact = (typeof FACTS)[number];

/** A fact looked for in `from <= t < to`, epoch ms. */
interface Asked {
  readonly fact: Fact;
  readonly from: number;
  readonly to: number;
}

/** All of these reject with the trouble in plain words. */
export class InfluxHistory {
  readonly #database: InfluxDatabase;

  constructor(database: InfluxDatabase) {
    this.#database = database;
  }

  /** One line's readings with `from <= at < to`, in their order. */
  async read(line: string, from: number, to: number): Promise<Reading[]> {
    const pieces: (readonly Reading[])[] = [];
    for await (const readings of this.pages({ line, from, to })) pieces.push(readings);
    return pieces.flat();
  }

  /** Readings oldest first, some thousand at a time; a page ends between two instants. */
  async *pages(span: Span): AsyncGenerator<readonly Reading[]> {
    for (let next: number | null = span.from; next !== null;) {
      const piece: Piece = await this.piece({ ...span, from: next });
      if (piece.readings.length > 0) yield piece.readings;
      ({ next } = piece);
    }
  }

  /** The first of a span's readings, about so many. */
  async piece(span: Span, limit = PIECE_READINGS): Promise<Piece> {
    const { readings, isCut } = await this.#some(span, 'ASC', limit);
    const last = readings.at(-1);
    if (!isCut || !last) return { readings, next: null };
    const whole = readings.filter(({ at }) => at < last.at);
    if (whole.length > 0) return { readings: whole, next: last.at };
    return { readings: await this.#instant(span.line, last.at), next: last.at + 1 };
  }

  /** The last readings of a line before an instant, in their order. */
  async before(line: string, at: number, limit: number): Promise<Reading[]> {
    if (limit <= 0) return [];
    const recent = await this.#last({ line, from: at - RECENT_MS, to: at }, limit);
    if (recent.length === limit) return recent;
    return this.#last({ line, from: await this.#heardFrom(line, at, limit), to: at }, limit);
  }

  /** Of a line's readings before an instant the last with a state, a product, an availability, good and reject each. */
  async lastOfEach(line: string, at: number): Promise<Reading[]> {
    const found = new Map<Fact, Reading>();
    let open: Asked[] = FACTS.map((fact) => ({ fact, from: at - RECENT_MS, to: at }));
    while (open.length > 0) {
      const marked = await this.#markedHours(line, open);
      for (let place = 0; place < HOURS; place++) {
        const asked = marked.flatMap(({ fact, hours }) => {
          const hour = hours[place];
          return found.has(fact) || hour === undefined ? [] : [{ fact, hour }];
        });
        const told = await this.#lastInHours(line, at, asked);
        for (const [fact, reading] of told) found.set(fact, reading);
      }
      open = marked.flatMap(({ fact, from, to, hours }) => {
        if (found.has(fact)) return [];
        const first = hours[HOURS - 1];
        if (first !== undefined) return [{ fact, from, to: first }];
        return from === -Infinity ? [] : [{ fact, from: -Infinity, to: hours.at(-1) ?? to }];
      });
    }
    return FACTS.flatMap((fact) => found.get(fact) ?? []).sort((a, b) => a.at - b.at);
  }

  /** Ids of lines with readings, the first heard first, to the hour. */
  async lines(): Promise<string[]> {
    const statement = `SELECT FIRST("${HEARD}"), "line" FROM ${TOLD_FROM} GROUP BY "line"`;
    const answer = await this.#database.query([statement], {});
    // A database that is not made yet knows of none.
    if (!answer.ok && answer.status === 404) return [];
    if (!answer.ok) throw new Error(answer.trouble);
    const [found] = answer.value;
    const firsts = [...(found?.rows ?? [])].sort((a, b) => Number(a[0]) - Number(b[0]));
    return firsts.map((row) => String(row[2]));
  }

  /** The last readings of a span, in their order. */
  async #last({ line, from, to }: Span, limit: number): Promise<Reading[]> {
    let found: Reading[] = [];
    for (let until = to; found.length < limit;) {
      const wanted = Math.min(limit - found.length, PIECE_READINGS);
      const { readings, isCut } = await this.#some({ line, from, to: until }, 'DESC', wanted);
      found.push(...readings);
      const first = found.at(-1);
      if (!isCut || !first || found.length >= limit) break;
      found = found.filter((reading) => reading.at > first.at);
      found.push(...(await this.#instant(line, first.at)).reverse());
      until = first.at;
    }
    return found.slice(0, limit).reverse();
  }

  /** From when on a line has at least so many readings before an instant: every hour marked has one, but for the last. */
  async #heardFrom(line: string, at: number, count: number): Promise<number> {
    const statement = `SELECT "${HEARD}" FROM ${TOLD_FROM} WHERE line = $line AND time < $to ORDER BY time DESC LIMIT ${count + 1}`;
    const [found] = await this.#ask([statement], { line, to: time(at) });
    return Number(found?.rows[count]?.[0] ?? -Infinity);
  }

  async #instant(line: string, at: number): Promise<Reading[]> {
    return (await this.#some({ line, from: at, to: at + 1 }, 'ASC', null)).readings;
  }

  /** @param limit of readings; `null`: all */
  async #some(
    { line, from, to }: Span,
    order: 'ASC' | 'DESC',
    limit: number | null,
  ): Promise<{ readonly readings: Reading[]; readonly isCut: boolean }> {
    const most = limit === null ? '' : `LIMIT ${limit}`;
    const statement = `SELECT ${COLUMNS} FROM ${READINGS_FROM} WHERE ${IN_SPAN} ORDER BY time ${order} ${most}`;
    const span = { line, from: time(from), to: time(to) };
    const [found] = await this.#ask([statement], span);
    const { rows, isCut } = found ?? { rows: [], isCut: false };
    return { readings: readingsOf(line, rows), isCut: isCut || rows.length === limit };
  }

  /** For each fact the last hours of a span in which it was told, the last first; epoch ms. */
  async #markedHours(
    line: string,
    asked: readonly Asked[],
  ): Promise<(Asked & { readonly hours: number[] })[]> {
    const statements = asked.map(
      ({ fact }) =>
        `SELECT "${fact.name}" FROM ${TOLD_FROM} WHERE line = $line AND time >= $${fact.name}_from AND time < $${fact.name}_to ORDER BY time DESC LIMIT ${HOURS}`,
    );
    const bounds = Object.fromEntries(
      asked.flatMap(({ fact: { name }, from, to }) => [
        [`${name}_from`, time(from)],
        [`${name}_to`, time(to)],
      ]),
    );
    const found = await this.#ask(statements, { line, ...bounds });
    return asked.map((each, place) => ({
      ...each,
      hours: found[place]?.rows.map((row) => Number(row[0])) ?? [],
    }));
  }

  async #lastInHours(
    line: string,
    at: number,
    asked: readonly { readonly fact: Fact; readonly hour: number }[],
  ): Promise<Map<Fact, Reading>> {
    if (asked.length === 0) return new Map();
    const statements = asked.map(
      ({ fact: { name, condition } }) =>
        `SELECT ${COLUMNS} FROM ${READINGS_FROM} WHERE line = $line AND time >= $${name}_from AND time < $${name}_to AND ${condition} ORDER BY time DESC LIMIT 1`,
    );
    const bounds: Record<string, string> = {};
    for (const { fact, hour } of asked) {
      bounds[`${fact.name}_from`] = time(hour);
      bounds[`${fact.name}_to`] = time(Math.min(at, hour + HOUR_MS));
    }
    const found = await this.#ask(statements, { ...bounds, line });
    return new Map(
      asked.flatMap(({ fact }, place) => {
        const [reading] = readingsOf(line, found[place]?.rows ?? []);
        return reading ? [[fact, reading] as const] : [];
      }),
    );
  }

  async #ask(
    statements: readonly string[],
    placeholders: Readonly<Record<string, string | number>>,
  ): Promise<Found[]> {
    const answer = await this.#database.query(statements, placeholders);
    if (answer.ok) return answer.value;
    throw new Error(answer.trouble);
  }
}

/** An instant as InfluxDB reads it; the first whole millisecond not before it. */
function time(at: number): string {
  return new Date(Math.ceil(Math.min(Math.max(at, EARLIEST), LATEST))).toISOString();
}
