import { boardAt } from '@lineside/domain/board.ts';
import type { Shift } from '@lineside/domain/shift.ts';
import type { Health } from '@lineside/domain/wire.ts';
import { connectAsync, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { boardAnswer } from '../../server/src/http/answers.ts';
import { aReading, factsWith, HOUR } from '../support/builders.ts';
import { hasInfluxd, startInfluxd } from '../support/influxd.ts';
import { byLength } from '../support/length.ts';
import { metric } from '../support/metrics.ts';
import { hasMosquitto, startMosquitto } from '../support/mosquitto.ts';
import { aPlant } from '../support/plants.ts';
import { startProduct, until, type Product } from '../support/product.ts';
import { seeded, type Random } from '../support/random.ts';
import { numbersInInflux } from '../support/source.ts';

const LINES = ['one', 'two', 'three', 'four', 'five'];
const READINGS_PER_LINE = byLength(1_100, 12_000);
const EVERY_MS = byLength(30_000, 3_000);
const now = Date.now();
const ISO_LATELY = new Date(now - HOUR).toISOString();
const KIB_64 = 65_536;

const deep = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);
const padded = (bytes: number): string => `{"good":1,"note":"${'x'.repeat(bytes - 20)}"}`;

/** What must not come in, and what its reason must tell. */
const REFUSED: readonly (readonly [name: string, payload: string | Buffer, reason: RegExp])[] = [
  ['a clock at 1970', '{"good":1,"ts":0}', /days before its arrival.*check the source's clock/],
  ['a clock at 2099', '{"good":1,"ts":4070908800000}', /days ahead.*check the source's clock/],
  ['a year 1970 in ISO', '{"good":1,"ts":"1970-01-01T00:00:00Z"}', /check the source's clock/],
  ['seconds', `{"good":1,"ts":${Math.floor(now / 1000)}}`, /looks like seconds; send milliseconds/],
  ['microseconds', `{"good":1,"ts":${now * 1000}}`, /looks like microseconds; send milliseconds/],
  [
    'ISO without offset',
    `{"good":1,"ts":"${ISO_LATELY.slice(0, 19)}"}`,
    /ISO 8601 with its offset/,
  ],
  ['a time in words', '{"good":1,"ts":"yesterday"}', /epoch milliseconds.*not "yesterday"/],
  ['a time too large', '{"good":1,"ts":1e400}', /epoch milliseconds.*not Infinity/],
  ['NaN', '{"good":NaN}', /not JSON.*send for example/],
  ['a bare NaN', 'NaN', /not JSON.*send for example/],
  ['a bare Infinity', '-Infinity', /not JSON.*send for example/],
  [
    'a number beyond all',
    '{"good":1e400}',
    /whole number from 0 to 9007199254740991, not Infinity/,
  ],
  ['less than nothing', '{"good":-1}', /whole number from 0.*not -1/],
  ['a fraction', '{"good":1,"reject":0.5}', /reject must be a whole number.*not 0.5/],
  ['2^53 + 1', '{"good":9007199254740993}', /whole number from 0 to 9007199254740991/],
  ['1e308', '{"good":1e308}', /whole number.*not 1e\+308/],
  ['a count in quotes', '{"good":"12"}', /without quotes/],
  ['a list of 30,000 levels', deep(30_000), /neither a JSON object nor a bare number; send/],
  [
    'a count of 30,000 levels',
    `{"good":${deep(30_000)}}`,
    /good must be a whole number.*not a list/,
  ],
  ['a time of 30,000 levels', `{"good":1,"ts":${deep(30_000)}}`, /ts must be.*not a list/],
  ['a product of 30,000 levels', `{"product":${deep(30_000)}}`, /product must be.*not a list/],
  ['a list of 60,000 levels without end', '['.repeat(60_000), /not JSON/],
  ['100,000 levels', `{"good":${deep(100_000)}}`, /at most 65536/],
  ['64 KiB and a byte', padded(KIB_64 + 1), /payload of 65537 bytes; at most 65536/],
  ['ten times 64 KiB', padded(KIB_64 * 10), /payload of 655360 bytes; at most 65536/],
  ['nothing but a prototype', '{"__proto__":{"good":7}}', /give good, reject, state or product/],
  [
    'names of every object',
    '{"constructor":1,"toString":2}',
    /give good, reject, state or product/,
  ],
  ['invalid UTF-8', Buffer.from([0x7b, 0xff, 0xfe, 0x7d]), /not UTF-8.*send JSON in UTF-8/],
  ['UTF-16', Buffer.from('{"good":1}', 'utf16le'), /not JSON/],
  ['a NUL between', '{"good":1}\0', /not JSON/],
  ['a NUL in a product', '{"product":"a\\u0000"}', /product must be an id/],
  ['a newline in a product', '{"good":1,"product":"a\\n"}', /product must be an id/],
  ['half a character', '{"good":1,"product":"\\ud800"}', /product must be an id/],
  ['no payload', '', /empty; send for example/],
  ['spaces only', ' \n\t', /empty; send for example/],
  ['null', 'null', /neither a JSON object nor a bare number/],
  ['a negative sequence', '{"good":1,"seq":-1}', /seq must be a whole number/],
  ['a state in another language', '{"state":"läuft"}', /state must be one of/],
];

/** What looks odd and is right, and what is stored of it. */
const ACCEPTED: readonly (readonly [name: string, payload: string | Buffer, stored: object])[] = [
  ['the largest count', '{"good":9007199254740991}', { good: 9_007_199_254_740_991 }],
  ['64 KiB exactly', padded(KIB_64), { good: 1 }],
  ['30,000 levels of what nobody asked for', `{"good":2,"x":${deep(30_000)}}`, { good: 2 }],
  ['a byte order mark', '\ufeff{"good":3}', { good: 3 }],
  ['a prototype beside', '{"__proto__":{"good":7,"seq":7},"good":4}', { good: 4, seq: null }],
  ['a prototype as product', '{"product":"__proto__"}', { product: '__proto__' }],
  ['a constructor as product', '{"good":5,"product":"constructor"}', { product: 'constructor' }],
  ['spaces and newlines around', ' \r\n{ "good" :\n6 }\n', { good: 6 }],
  ['minus zero', '-0', { good: 0 }],
  ['a whole number with an exponent', '{"good":1.2e3}', { good: 1200 }],
  ['ISO in another offset', '{"good":7,"ts":"TS"}', { good: 7, ts: ISO_LATELY }],
];

const plant = aPlant([...LINES, 'calm']);
let product: Product;
let client: MqttClient;
let calm = 0;

interface Stored {
  readonly ts: string;
  readonly good: number | null;
  readonly reject: number | null;
  readonly seq: number | null;
}
interface Refused {
  readonly topic: string;
  readonly reason: string;
}

beforeAll(async () => {
  product = await startProduct({ plant });
  client = await connectAsync(product.mqtt, { clientId: 'gateway', reconnectPeriod: 0 });
});

afterAll(async () => {
  await client.endAsync(true);
  await product[Symbol.asyncDispose]();
});

const send = async (line: string, payload: string | Buffer, to = client): Promise<void> => {
  await to.publishAsync(`lineside/${line}/output`, payload, { qos: 1 });
};

async function storedOf(line: string, from = product): Promise<Stored[]> {
  const text = await (await fetch(`${from.http}/api/readings?line=${line}`)).text();
  return text
    .trim()
    .split('\n')
    .filter((row) => row !== '')
    .map((row) => JSON.parse(row) as Stored);
}

const newestRefused = async (limit = 1, from = product): Promise<Refused[]> =>
  from.get<Refused[]>(`/api/quarantine?limit=${limit}`);

/** Who sends nothing odd notices nothing. */
async function nobodyElseIsDisturbed(): Promise<void> {
  await send('calm', JSON.stringify({ good: ++calm, ts: now - HOUR + calm }));
  expect((await storedOf('calm')).map(({ good }) => good)).toEqual(
    Array.from({ length: calm }, (_, n) => n + 1),
  );
}

test.each(REFUSED)('%s is refused and says what would be right', async (_name, payload, reason) => {
  await send('odd', payload);
  const [refused] = await newestRefused();
  expect(refused).toMatchObject({ topic: 'lineside/odd/output' });
  expect(refused?.reason).toMatch(reason);
  expect(await storedOf('odd')).toEqual([]);
  await nobodyElseIsDisturbed();
});

test.each(ACCEPTED)('%s is taken exactly', async (name, payload, stored) => {
  const line = `odd-${ACCEPTED.findIndex(([each]) => each === name)}`;
  const inBerlin = new Date(now).toISOString().replace('Z', '+01:00');
  await send(line, typeof payload === 'string' ? payload.replace('TS', inBerlin) : payload);
  const rows = await storedOf(line);
  expect(rows).toHaveLength(1);
  expect(rows[0]).toMatchObject(
    'ts' in stored ? { ...stored, ts: new Date(now - HOUR).toISOString() } : stored,
  );
  await nobodyElseIsDisturbed();
});

test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', '0', '-'])(
  'a line may be called %s',
  async (line) => {
    await send(line, '{"good":10}');
    await send(line, '{"good":12}');
    expect((await storedOf(line)).map(({ good }) => good)).toEqual([10, 12]);
    const board = await product.get<{ line: { id: string }; count: { good: number } }>(
      `/api/lines/${line}/board`,
    );
    expect(board).toMatchObject({ line: { id: line }, count: { good: 2 } });
    await nobodyElseIsDisturbed();
  },
);

test.each(['a b', 'a\nb', 'ä', 'x'.repeat(65), '', '..', 'a%2fb'])(
  'a line cannot be called %j',
  async (line) => {
    await send(line, '{"good":10}');
    const [refused] = await newestRefused();
    expect(refused?.reason).toMatch(/is no line id; use 1 to 64 letters, digits/);
    await nobodyElseIsDisturbed();
  },
);

interface Told {
  readonly at: number;
  readonly good: number;
  readonly reject: number;
  readonly seq: number;
}

/** One line's true readings, oldest first. */
function tale(random: Random): Told[] {
  const told: Told[] = [];
  let [good, reject] = [random.below(1_000), 0];
  for (let seq = 0; seq < READINGS_PER_LINE; seq++) {
    good += random.below(3);
    reject += Number(random.next() < 0.03);
    told.push({ at: now - (READINGS_PER_LINE - seq) * EVERY_MS, good, reject, seq });
  }
  return told;
}

/** How a line's readings arrive: shuffled within minutes, or 8 hours at once among those of the last hour. */
function arrivals(told: readonly Told[], isCutOff: boolean, random: Random): Told[] {
  const recent = now - HOUR;
  const place = ({ at }: Told): number =>
    isCutOff && at < recent ? recent + random.next() * HOUR : at + random.next() * 5 * 60_000;
  return told
    .flatMap((each) => (random.next() < 0.1 ? [each, each] : [each]))
    .map((each) => ({ each, place: place(each) }))
    .sort((a, b) => a.place - b.place)
    .map(({ each }) => each);
}

/** Where messages go, and who is asked what became of them. */
interface Ends {
  readonly product: Product;
  readonly client: MqttClient;
}

async function everythingAtOnce({ product, client }: Ends): Promise<void> {
  const random = seeded();
  const tales = new Map(LINES.map((line) => [line, tale(random)]));
  const queues = LINES.map((line, n) => ({
    line,
    queue: arrivals(tales.get(line) ?? [], n >= 3, random),
  }));
  const before = await product.get<Health>('/api/health');
  const [sent, oddities]: [Promise<void>[], string[]] = [[], []];
  let good = 0;
  for (let open = queues; open.length > 0; open = open.filter(({ queue }) => queue.length > 0)) {
    const { line, queue } = open[random.below(open.length)] ?? { line: '', queue: [] };
    const next = queue.shift();
    if (next) {
      const { at, ...counts } = next;
      sent.push(send(line, JSON.stringify({ ...counts, ts: at }), client));
      good += 1;
    }
    if (random.next() < 0.05) {
      const [name = '', payload = ''] = REFUSED[random.below(REFUSED.length)] ?? [];
      sent.push(send(line, payload, client));
      oddities.push(name);
    }
    if (sent.length % 500 === 0) await Promise.all(sent);
  }
  await Promise.all(sent);

  const distinct = LINES.length * READINGS_PER_LINE;
  console.log(`${good} deliveries of ${distinct} readings amid ${oddities.length} odd messages`);
  // A broker between acknowledges before Lineside has it.
  const { readings } = await until(
    () => product.get<Health>('/api/health'),
    ({ readings }) => taken(readings) - taken(before.readings) === sent.length,
  );
  const grown = (name: keyof Health['readings']): number => readings[name] - before.readings[name];
  expect(grown('accepted')).toBe(distinct);
  expect(grown('duplicates')).toBe(good - distinct);
  expect(grown('quarantined')).toBe(oddities.length);
  expect(await newestRefused(10_000, product)).toHaveLength(readings.quarantined);
  const shifts = await shiftsAround(product);
  for (const [line, told] of tales)
    await expectAsToldInOrder(product, { line, told, shifts, random });
}

const taken = ({ accepted, duplicates, quarantined }: Health['readings']): number =>
  accepted + duplicates + quarantined;

interface Tale {
  readonly line: string;
  readonly told: readonly Told[];
  readonly shifts: readonly Shift[];
  readonly random: Random;
}

async function expectAsToldInOrder(
  product: Product,
  { line, told, shifts, random }: Tale,
): Promise<void> {
  expect(
    (await storedOf(line, product)).map(({ ts, good, reject, seq }) => {
      return { at: Date.parse(ts), good, reject, seq };
    }),
  ).toEqual(told);
  const facts = factsWith(
    told.map((each) => aReading({ ...each, line })),
    { line: { id: line, name: `Line ${line}`, area: 'Hall' }, shifts },
  );
  const span = READINGS_PER_LINE * EVERY_MS;
  for (let n = 0; n < 40; n++) {
    const at = n === 0 ? now : Math.floor(now - random.next() * span);
    const board = await product.get(`/api/lines/${line}/board?at=${new Date(at).toISOString()}`);
    expect(board).toEqual(JSON.parse(JSON.stringify(boardAnswer(boardAt(facts, at)))));
  }
}

const AT_ONCE =
  'everything odd at once, amid good readings: boards are those of the good ones alone';

test(`T1 C3: ${AT_ONCE}`, { timeout: byLength(60_000, 300_000) }, async () => {
  await everythingAtOnce({ product, client });
});

test.skipIf(!hasMosquitto || !hasInfluxd)(
  `T1 C3: through Mosquitto and into InfluxDB: ${AT_ONCE}`,
  { timeout: byLength(60_000, 300_000) },
  async () => {
    const config = ['allow_anonymous true', 'max_queued_messages 0'];
    await using mosquitto = await startMosquitto({ config });
    await using influxd = await startInfluxd();
    const env = { MQTT_URL: mosquitto.mqtt, INFLUX_URL: `${influxd.http}/plant` };
    await using elsewhere = await startProduct({ plant, env });
    await until(
      () => elsewhere.get<Health>('/api/health'),
      ({ mqtt }) => mqtt.connected,
    );
    const gateway = await connectAsync(mosquitto.mqtt, { clientId: 'gateway', reconnectPeriod: 0 });
    try {
      await everythingAtOnce({ product: elsewhere, client: gateway });
    } finally {
      await gateway.endAsync(true);
    }
    await until(
      () => elsewhere.get<Health>('/api/health'),
      ({ store }) => store.spooled === 0,
    );
    for (const line of LINES) {
      const stored = (await storedOf(line, elsewhere)).map(({ seq }) => seq);
      expect(await numbersInInflux(influxd, 'plant', line)).toEqual(stored);
    }
  },
);

async function shiftsAround(product: Product): Promise<Shift[]> {
  const [from, to] = [now - 48 * HOUR, now + 24 * HOUR].map((at) => new Date(at).toISOString());
  type Entry = Record<'id' | 'name' | 'date' | 'start' | 'end', string>;
  const shifts = await product.get<Entry[]>(`/api/shifts?from=${from}&to=${to}`);
  return shifts.map(({ start, end, ...rest }) => {
    return { ...rest, start: Date.parse(start), end: Date.parse(end), breaks: [] };
  });
}

test('metrics and health agree on all of it, and the log is no copy of it', async () => {
  const { readings } = await product.get<{ readings: Record<string, number> }>('/api/health');
  expect(await metric(product, 'lineside_readings_accepted_total')).toBe(readings['accepted']);
  expect(await metric(product, 'lineside_readings_duplicate_total')).toBe(readings['duplicates']);
  expect(await metric(product, 'lineside_messages_quarantined_total')).toBe(
    readings['quarantined'],
  );
  // Every reading of the five lines but those of the last minute came over a minute after its time.
  const late = await metric(product, 'lineside_readings_late_total');
  expect(late).toBeGreaterThan(LINES.length * READINGS_PER_LINE * 0.9);
  expect(await metric(product, 'lineside_mqtt_clients')).toBe(1);
  expect(await metric(product, 'lineside_commit_messages_sum')).toBe(
    (readings['accepted'] ?? 0) + (readings['duplicates'] ?? 0) + (readings['quarantined'] ?? 0),
  );
  expect(product.logged()).toBe('');
});
