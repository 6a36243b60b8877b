import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Shift } from '@lineside/domain/shift.ts';
import type { LineEntry } from '@lineside/domain/wire.ts';
import type { Clock } from '../../simulators/clock.ts';
import { asItHappens } from '../../simulators/deliveries.ts';
import { runDemo } from '../../simulators/demo.ts';
import { runLines } from '../../simulators/run.ts';
import { keeperOf, readTold } from '../../simulators/told.ts';
import { TestBroker } from './broker.ts';
import { aShift, HOUR, MINUTE } from './plan.ts';

const LINES = ['press-1', 'press-2', 'press-3'];
const shifts = [aShift(-8), aShift(-2), aShift(-1), aShift(0), aShift(1)];
const [, older, yesterday, today] = shifts;
if (!older || !yesterday || !today) throw new Error('a shift is missing');

/** Answers as Lineside does where the simulators ask. */
function aPlant(lines: readonly string[]): Server {
  const entries = lines.map((id): LineEntry => ({
    id,
    name: id,
    area: 'Stamping',
    product: { id: 'housing', name: 'Housing', idealCycleSeconds: 30 },
    target: { perHour: 100 },
    discovered: false,
  }));
  const iso = ({ start, end }: { start: number; end: number }) => ({
    start: new Date(start).toISOString(),
    end: new Date(end).toISOString(),
  });
  return createServer(({ url = '' }, response) => {
    const { pathname, searchParams } = new URL(url, 'http://plant');
    const from = Date.parse(searchParams.get('from') ?? '');
    const to = Date.parse(searchParams.get('to') ?? '');
    const asked = shifts.filter(({ start, end }) => end > from && start < to);
    const listed = asked.map((one) => ({ ...one, ...iso(one), breaks: one.breaks.map(iso) }));
    response.end(JSON.stringify(pathname === '/api/lines' ? entries : listed));
  });
}

/** Stands still at one moment; those who wait for a later one wait until they are stopped. */
class OneMoment implements Clock {
  readonly #at: number;
  /** Settles once somebody has nothing to do for minutes. */
  readonly idle: Promise<undefined>;
  readonly #rest: () => void;

  constructor(at: number) {
    this.#at = at;
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.idle = promise;
    this.#rest = () => {
      resolve(undefined);
    };
  }

  now(): number {
    return this.#at;
  }

  async wait(ms: number, signal: AbortSignal): Promise<void> {
    if (ms >= MINUTE) this.#rest();
    if (!signal.aborted) await once(signal, 'abort');
  }
}

let broker: TestBroker;
let plant: Server;
let folder: string;
let stateFile: string;
beforeEach(async () => {
  broker = await new TestBroker().open();
  plant = aPlant(LINES).listen(0, '127.0.0.1');
  await once(plant, 'listening');
  folder = await mkdtemp(join(tmpdir(), 'lineside-demo-'));
  stateFile = join(folder, 'kept', 'state.json');
});
afterEach(async () => {
  await broker.cut();
  plant.close();
  plant.closeAllConnections();
  await rm(folder, { recursive: true });
});

const address = (): string => `http://127.0.0.1:${(plant.address() as AddressInfo).port}`;

/** Runs the demo at one moment until it has nothing left to tell of it. */
async function tell(now: number, seed = 'a'): Promise<string[]> {
  const stop = new AbortController();
  const clock = new OneMoment(now);
  const said: string[] = [];
  const log = (text: string) => said.push(text);
  const options = { http: address(), mqtt: broker.url, stateFile, seed, days: 7, perSecond: 1e9 };
  const running = runDemo(options, { clock, signal: stop.signal, log });
  await Promise.race([clock.idle, running]);
  stop.abort();
  await running;
  return said;
}

const outputs = () => broker.arrivals.filter(({ topic }) => topic.endsWith('/output'));
const isIn = (shift: Shift) => (payload: string) => {
  const { ts } = JSON.parse(payload) as { ts: number };
  return shift.start <= ts && ts < shift.end;
};
const payloadsIn = (shift: Shift): string[] =>
  outputs()
    .map(({ payload }) => payload)
    .filter(isIn(shift));
const now = today.start + 4 * HOUR;

test('the present so far comes first, then the past, newest first, and nothing of the future', async () => {
  const said = await tell(now);
  expect(said).toEqual([
    `live: ${today.id}`,
    `history: ${yesterday.id}, 2 shifts to go`,
    `history: ${older.id}, 1 shift to go`,
  ]);
  const times = outputs().map(({ payload }) => (JSON.parse(payload) as { ts: number }).ts);
  const order = [today, yesterday, older].map(({ start }) => times.indexOf(start));
  expect(order).toEqual(order.toSorted((a, b) => a - b));
  expect(order[0]).toBe(0);
  expect(Math.max(...times)).toBeLessThanOrEqual(now);
  expect(Math.max(...times)).toBeGreaterThan(now - 20_000);
});

test('what arrives is the story, whole', async () => {
  await tell(now);
  const told = await readTold(stateFile);
  if (!told) throw new Error('nothing was kept');
  const expected = (shift: Shift) =>
    [...asItHappens(told.story, shift)]
      .filter(({ topic, publishAt }) => topic.endsWith('/output') && publishAt <= now)
      .map(({ payload }) => payload);
  for (const shift of [today, yesterday, older]) {
    expect(payloadsIn(shift).sort()).toEqual(expected(shift).sort());
  }
});

test('a second start goes on: no past again, and of the present only what is new', async () => {
  await tell(now);
  const before = outputs().length;
  const later = now + 10 * MINUTE;
  expect(await tell(later)).toEqual([`live: ${today.id}`]);
  const added = outputs().slice(before);
  const times = added.map(({ payload }) => (JSON.parse(payload) as { ts: number }).ts);
  expect(Math.min(...times)).toBeGreaterThan(now - 20_000);
  expect(Math.max(...times)).toBeGreaterThan(later - 20_000);
});

test('after an absence, the shift that was broken off is told to its end, as it began', async () => {
  await tell(now);
  const first = payloadsIn(today);
  const tomorrow = today.start + 26 * HOUR;
  const said = await tell(tomorrow);
  expect(said).toContain(`history: ${today.id}, 1 shift to go`);
  const whole = new Set(payloadsIn(today).slice(first.length));
  expect(first.filter((payload) => !whole.has(payload))).toEqual([]);
  expect(whole.size).toBeGreaterThan(first.length);
});

test('another seed, or a file that is no state, begins anew', async () => {
  await tell(now);
  expect(await tell(now, 'b')).toHaveLength(3);
  await writeFile(stateFile, 'half a fi');
  expect(await tell(now, 'b')).toHaveLength(3);
  expect(JSON.parse(await readFile(stateFile, 'utf8'))).toMatchObject({ story: { seed: 'b' } });
});

test('what was retained in the past is not the state now', async () => {
  await tell(now);
  const past = broker.arrivals.filter(
    ({ topic, payload }) =>
      topic === 'lineside/press-3/status' && payload.startsWith('{') && isIn(yesterday)(payload),
  );
  expect(past.map(({ retain }) => retain)).toEqual([false, false]);
});

test('two who keep at once do not get into each other’s way: the later one stays', async () => {
  const keep = keeperOf(stateFile);
  const story = { seed: 'a', toldAt: now, badShiftId: null, lines: [] };
  const kept = Array.from({ length: 20 }, (_, through) => keep({ story, shiftIds: [], through }));
  await Promise.all(kept);
  expect(await readTold(stateFile)).toMatchObject({ story, through: 19 });
});

test('every line has a gateway that says it is there', async () => {
  await tell(now);
  for (const line of LINES) {
    const said = broker.arrivals.filter(({ topic }) => topic === `lineside/${line}/status`);
    expect(said[0]).toMatchObject({ payload: 'online', retain: true });
    expect(said.at(-1)).toMatchObject({ payload: 'offline', retain: true });
  }
});

test('run: a line that the plant does not have is refused with those it has', async () => {
  const options = {
    http: address(),
    mqtt: broker.url,
    lines: ['press-9'],
    speed: 1,
    faults: [],
    seed: 'a',
    catchUp: false,
  };
  const around = {
    clock: new OneMoment(now),
    signal: new AbortController().signal,
    log: () => undefined,
  };
  await expect(runLines(options, around)).rejects.toThrow(/press-9.*press-1, press-2, press-3/);
});

test('run: chosen lines only, from now on or with the shift so far', async () => {
  const stop = new AbortController();
  const around = { clock: new OneMoment(now), signal: stop.signal, log: () => undefined };
  const options = {
    http: address(),
    mqtt: broker.url,
    lines: ['press-2'],
    speed: 0.5,
    faults: [],
    seed: 'a',
    catchUp: true,
  };
  const running = runLines(options, around);
  await broker.until((arrivals) =>
    arrivals.some(({ topic, payload }) => {
      if (!topic.endsWith('/output')) return false;
      return (JSON.parse(payload) as { ts: number }).ts > now - 15_000;
    }),
  );
  stop.abort();
  await running;
  expect(new Set(outputs().map(({ topic }) => topic))).toEqual(
    new Set(['lineside/press-2/output']),
  );
  const good = (JSON.parse(outputs().at(-1)?.payload ?? '') as { good: number }).good;
  expect(good / 375).toBeCloseTo(0.5, 1);
});
