import { afterAll, beforeAll, expect, test } from 'vitest';
import { aPlant } from '../support/plants.ts';
import { startProduct, type Product } from '../support/product.ts';
import { Publisher, type Message } from '../support/publisher.ts';
import { seeded, type Random } from '../support/random.ts';

const LINES = ['one', 'two', 'three', 'four', 'five'];
const READINGS_PER_LINE = 2_000;
const EVERY_MS = 10_000;
const HOUR = 3_600_000;

/** What a line really made, and when: told by its readings, known without them. */
interface Truth {
  readonly messages: Message[];
  /** Good and reject parts by the time of the reading that tells of them. */
  readonly made: { readonly at: number; readonly good: number; readonly reject: number }[];
  /** Every distinct reading, as it must be stored. */
  readonly stored: { readonly ts: number; readonly good: number; readonly reject: number }[];
}

/** A line with a counter that is sometimes reset and sometimes flickers to zero. */
function aLine(id: string, end: number, random: Random): Truth {
  const truth: Truth = { messages: [], made: [], stored: [] };
  let [good, reject] = [500 + random.below(1000), random.below(10)];
  for (let n = 0; n < READINGS_PER_LINE; n++) {
    const at = end - (READINGS_PER_LINE - 1 - n) * EVERY_MS;
    const tell = (told: { good: number; reject: number }): void => {
      truth.messages.push({
        topic: `lineside/${id}/output`,
        payload: JSON.stringify({ ...told, ts: at }),
      });
      truth.stored.push({ ts: at, ...told });
    };
    if (n > 0 && n < READINGS_PER_LINE - 1 && n % 150 === 75) {
      tell({ good: 0, reject });
      continue;
    }
    const [newGood, newReject] = n === 0 ? [0, 0] : [random.below(2), Number(random.next() < 0.02)];
    if (n % 400 === 399) [good, reject] = [0, 0];
    good += newGood;
    reject += newReject;
    truth.made.push({ at, good: newGood, reject: newReject });
    tell({ good, reject });
  }
  return truth;
}

/** Repeats a tenth of the messages and shuffles all within about a minute. */
function disturbed(messages: readonly Message[], random: Random): Message[] {
  const perMinute = (60_000 / EVERY_MS) * LINES.length;
  return messages
    .flatMap((message) => (random.next() < 0.1 ? [message, message] : [message]))
    .map((message, place) => ({ message, place: place + random.next() * perMinute }))
    .sort((a, b) => a.place - b.place)
    .map(({ message }) => message);
}

interface Stored {
  readonly line: string;
  readonly ts: string;
  readonly good: number;
  readonly reject: number;
}
interface HourAnswer {
  readonly start: string;
  readonly end: string;
  readonly good: number;
  readonly reject: number;
}
interface ShiftAnswer {
  readonly start: string;
  readonly end: string;
}
interface BoardAnswer {
  readonly count: { readonly good: number; readonly reject: number; readonly total: number } | null;
}

let product: Product;
const end = Math.floor((Date.now() - 60_000) / EVERY_MS) * EVERY_MS;
const truths = new Map<string, Truth>();
let sent = 0;

const sum = (truth: Truth, from: number, to: number, kind: 'good' | 'reject'): number =>
  truth.made
    .filter(({ at }) => at >= from && at < to)
    .reduce((parts, made) => parts + made[kind], 0);

beforeAll(async () => {
  const random = seeded();
  for (const line of LINES) truths.set(line, aLine(line, end, random));
  product = await startProduct({ plant: aPlant(LINES) });
  const all = [...truths.values()].map(({ messages }) => messages);
  const inTime = Array.from({ length: READINGS_PER_LINE }, (_, n) =>
    all.flatMap((line) => line[n] ?? []),
  ).flat();
  const messages = disturbed(inTime, random);
  sent = messages.length;
  const publisher = await Publisher.connect(product.mqtt, 'gateway');
  for (const message of messages) await publisher.publish(message);
  await publisher.settled();
  expect(publisher.acknowledged).toHaveLength(sent);
  publisher.close();
});

afterAll(async () => {
  await product[Symbol.asyncDispose]();
});

const iso = (at: number): string => new Date(at).toISOString();

test('every distinct reading is stored once, in order', async () => {
  for (const [line, { stored }] of truths) {
    const url = `${product.http}/api/readings?line=${line}&from=${iso(end - 24 * HOUR)}&to=${iso(end + 1)}&format=ndjson`;
    const rows = (await (await fetch(url)).text())
      .trim()
      .split('\n')
      .map((row) => JSON.parse(row) as Stored);
    expect(rows.map(({ ts, good, reject }) => ({ ts: Date.parse(ts), good, reject }))).toEqual(
      stored,
    );
  }
  const health = await product.get<{ readings: { accepted: number; duplicates: number } }>(
    '/api/health',
  );
  const distinct = LINES.length * READINGS_PER_LINE;
  expect(health.readings).toMatchObject({ accepted: distinct, duplicates: sent - distinct });
});

test('C3 C4: boards give exactly what was made, whenever they are asked for', async () => {
  const from = end - READINGS_PER_LINE * EVERY_MS;
  const shifts = await product.get<ShiftAnswer[]>(`/api/shifts?from=${iso(from)}&to=${iso(end)}`);
  expect(shifts.length).toBeGreaterThan(0);
  for (const [line, truth] of truths) {
    for (const shift of shifts) {
      const start = Date.parse(shift.start);
      const settled = truth.made.filter(
        ({ at }) => at >= start && at < Math.min(Date.parse(shift.end), end + 1),
      );
      for (const { at } of settled.filter((_, n) => n % 331 === 0)) {
        const { count } = await product.get<BoardAnswer>(`/api/lines/${line}/board?at=${iso(at)}`);
        const [good, reject] = [
          sum(truth, start, at + 1, 'good'),
          sum(truth, start, at + 1, 'reject'),
        ];
        expect(count).toMatchObject({ good, reject, total: good + reject });
      }
    }
  }
});

test('S3: hour-by-hour rows give exactly what was made', async () => {
  const from = end - READINGS_PER_LINE * EVERY_MS;
  const shifts = await product.get<ShiftAnswer[]>(`/api/shifts?from=${iso(from)}&to=${iso(end)}`);
  for (const [line, truth] of truths) {
    for (const shift of shifts) {
      const rows = await product.get<HourAnswer[]>(`/api/lines/${line}/hours?at=${shift.start}`);
      expect(rows.length).toBe(8);
      for (const row of rows) {
        const [start, stop] = [Date.parse(row.start), Date.parse(row.end)];
        expect(row).toMatchObject({
          good: sum(truth, start, stop, 'good'),
          reject: sum(truth, start, stop, 'reject'),
        });
      }
    }
  }
});

test('an unknown line is listed as discovered and loses nothing', async () => {
  const publisher = await Publisher.connect(product.mqtt, 'stranger');
  for (let n = 0; n < 50; n++) {
    await publisher.publish({
      topic: 'lineside/newcomer/output',
      payload: JSON.stringify({ good: n, ts: end - 50_000 + n * 1000 }),
    });
  }
  await publisher.settled();
  publisher.close();
  const lines = await product.get<{ id: string; discovered?: boolean }[]>('/api/lines');
  expect(lines.find(({ id }) => id === 'newcomer')).toMatchObject({ discovered: true });
  const rows = await (
    await fetch(
      `${product.http}/api/readings?line=newcomer&from=${iso(end - HOUR)}&to=${iso(end + HOUR)}`,
    )
  ).text();
  expect(rows.trim().split('\n')).toHaveLength(50);
});

test('T1 C7: malformed messages stand in quarantine with reasons and block nobody', async () => {
  const publisher = await Publisher.connect(product.mqtt, 'confused');
  const bad = [
    ['lineside/one/output', 'twelve'],
    ['lineside/one/output', '{"good":-1}'],
    ['lineside/one/output', '{"good":1.5}'],
    ['lineside/one/output', '{"good":12,"ts":1700000000}'],
    ['lineside/one/output', '{}'],
    ['lineside/one/output', `{"good":1,"note":"${'x'.repeat(70_000)}"}`],
    ['lineside/one/oops', '1'],
    ['lineside/not an id/output', '1'],
    ['elsewhere/one', '1'],
    ['lineside/__proto__/output', '[1]'],
  ] as const;
  for (const [topic, payload] of bad) await publisher.publish({ topic, payload });
  await publisher.publish({
    topic: 'lineside/one/output',
    payload: JSON.stringify({ good: 7, ts: end + 1 }),
  });
  await publisher.settled();
  expect(publisher.acknowledged).toHaveLength(bad.length + 1);
  publisher.close();
  const refused = await product.get<{ topic: string; reason: string }[]>(
    '/api/quarantine?limit=100',
  );
  expect(refused.map(({ topic }) => topic).sort()).toEqual(bad.map(([topic]) => topic).sort());
  for (const { reason } of refused) expect(reason.length).toBeGreaterThan(10);
});
