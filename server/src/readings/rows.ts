/** Readings as rows of numbers: how they are stored, and how they travel between threads. */

import type { DeclaredState, Reading } from '@lineside/domain/reading.ts';

/** Numbers of one row: names index, at, seq, kind, good, reject, state, product index, received at. */
export const ROW_WIDTH = 9;

/** Rows side by side, with the ids that they point to. */
export interface Rows {
  /** Ids of lines and products; a row's product of -1 is none. */
  readonly names: readonly string[];
  readonly numbers: Float64Array<ArrayBuffer>;
}

/** Stands for an absent count, sequence or product: an absent part of the key must still be equal to itself. */
export const NONE = -1;

/** Codes of states and kinds are in the order in which readings compare. */
const STATES = [
  'changeover',
  'idle',
  'running',
  'stopped',
] as const satisfies readonly DeclaredState[];
const KINDS = ['increment', 'total'] as const;

/** Availability in the state column, above the declared states. */
const OFFLINE = 16;
const ONLINE = 32;

export function stateCode({ state, online }: Reading): number {
  const declared = state === null ? 0 : STATES.indexOf(state) + 1;
  return online === null ? declared : declared + (online ? ONLINE : OFFLINE);
}

export const kindCode = (kind: Reading['kind']): number => KINDS.indexOf(kind);

/** State codes of this or above tell availability; what is left of them declares a state. */
export const FIRST_AVAILABILITY_CODE = OFFLINE;

export function toRows(readings: readonly Reading[]): Rows {
  const names: string[] = [];
  const places = new Map<string, number>();
  const placeOf = (name: string): number => {
    const known = places.get(name);
    if (known !== undefined) return known;
    places.set(name, names.length);
    return names.push(name) - 1;
  };
  const numbers = new Float64Array(readings.length * ROW_WIDTH);
  let place = 0;
  for (const reading of readings) {
    numbers[place++] = placeOf(reading.line);
    numbers[place++] = reading.at;
    numbers[place++] = reading.seq ?? NONE;
    numbers[place++] = kindCode(reading.kind);
    numbers[place++] = reading.good ?? NONE;
    numbers[place++] = reading.reject ?? NONE;
    numbers[place++] = stateCode(reading);
    numbers[place++] = reading.product === null ? NONE : placeOf(reading.product);
    numbers[place++] = reading.receivedAt;
  }
  return { names, numbers };
}

export function fromRows({ names, numbers }: Rows): Reading[] {
  const readings: Reading[] = [];
  const number = (place: number): number => numbers[place] ?? NONE;
  const present = (value: number): number | null => (value === NONE ? null : value);
  for (let place = 0; place < numbers.length; place += ROW_WIDTH) {
    const state = number(place + 6);
    const product = number(place + 7);
    readings.push({
      line: names[number(place)] ?? '',
      at: number(place + 1),
      seq: present(number(place + 2)),
      kind: KINDS[number(place + 3)] ?? 'total',
      good: present(number(place + 4)),
      reject: present(number(place + 5)),
      state: STATES[(state % OFFLINE) - 1] ?? null,
      product: product === NONE ? null : (names[product] ?? null),
      online: state < OFFLINE ? null : state >= ONLINE,
      receivedAt: number(place + 8),
    });
  }
  return readings;
}
