import { connectAsync, type MqttClient } from 'mqtt';
import type { BookNews } from '@lineside/domain/book.ts';
import type {
  BookAnswer,
  BookHour,
  HandoverAnswer,
  OpenAnswer,
} from '@lineside/domain/book-wire.ts';
import type { PlanAnswer } from '@lineside/domain/plan-wire.ts';
import { io } from 'socket.io-client';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startApp, type StartedApp } from '../support/app.ts';
import { HOUR, MINUTE, MORNING } from '../support/builders.ts';
import { FakeClock } from '../support/fakeClock.ts';
import { aFolder } from '../support/product.ts';
import { tell } from '../support/told.ts';

/** Press 1 makes 40 parts in its first hour, in which it stands for half an hour, and 120 in the second. */
const NOW = MORNING + 2 * HOUR;
const EARLY = '2026-11-23/Early';
const iso = (at: number): string => new Date(at).toISOString();
const REASON = { kind: 'reason', reason: 'jam', countermeasure: 'new rail' };

let folder: Awaited<ReturnType<typeof aFolder>>;
let app: StartedApp;
let clock: FakeClock;
let publisher: MqttClient;

beforeEach(async () => {
  clock = new FakeClock(NOW);
  folder = await aFolder();
  app = await startApp({ clock, folder: folder.path });
  publisher = await connectAsync(app.mqtt);
  let good = 0;
  for (let minute = 0; minute <= 120; minute++) {
    if (minute > 60) good += 2;
    else if (minute > 0 && (minute <= 10 || minute > 40)) good += minute % 3 === 0 ? 2 : 1;
    await tell(publisher, 'press-1', { good, ts: MORNING + minute * MINUTE });
  }
});

afterEach(async () => {
  await publisher.endAsync();
  await app[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

/** The same server some days later, without the seconds in between. */
async function daysLater(days: number): Promise<void> {
  await app[Symbol.asyncDispose]();
  clock = new FakeClock(clock.now() + days * 24 * HOUR);
  app = await startApp({ clock, folder: folder.path });
}

async function post(
  path: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<{ readonly status: number; readonly body: unknown }> {
  const response = await fetch(app.http + path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: response.status, body: await response.json() };
}

const get = async <T>(path: string): Promise<T> => (await app.ask(path)).body as T;
const write = (entry: unknown, hour = MORNING, who: unknown = 'Ada') =>
  post('/api/lines/press-1/book', { hour: iso(hour), who, entry });
const problemsOf = ({ body }: { readonly body: unknown }) =>
  (body as { problems: { path: string[]; message: string }[] }).problems;

describe('GET and POST /api/lines/:id/book', () => {
  test('B1 B2: a short hour asks for a reason, and offers its stops', async () => {
    const { shift, hours } = await get<BookAnswer>('/api/lines/press-1/book');
    expect(shift?.id).toBe(EARLY);
    expect(hours).toHaveLength(8);
    expect(hours[0]).toMatchObject({ short: true, open: ['reason', 'signOff'], plan: 100 });
    expect(hours[0]?.losses).toMatchObject([{ kind: 'stopped', plannedMinutes: 31 }]);
    expect(hours[0]?.losses[0]?.parts).toBeCloseTo((31 / 60) * 100, 6);
    expect(hours[1]).toMatchObject({ short: false, open: [], losses: [] });
    expect(hours[2]).toMatchObject({ short: false });
  });

  test('B3 B4: reason, sign-off and done close the hour, and the history keeps them all', async () => {
    const first = await write(REASON);
    expect(first.status).toBe(201);
    expect(first.body).toMatchObject({
      start: iso(MORNING),
      reason: { who: 'Ada', at: iso(NOW), reason: 'jam', countermeasureDone: false },
      open: ['countermeasure', 'signOff'],
    });
    clock.advance(MINUTE);
    await write({ kind: 'signOff' }, MORNING, 'Bo');
    const done = { line: 'press-1', hour: iso(MORNING), who: 'Cy', done: true };
    const closed = await post('/api/handover', { kind: 'countermeasure', ...done });
    expect(closed.body).toMatchObject({ open: [], signOff: { who: 'Bo', at: iso(NOW + MINUTE) } });
    const { hours } = await get<BookAnswer>(`/api/lines/press-1/book?at=${iso(MORNING)}`);
    expect(hours[0]).toEqual(closed.body);
    expect(hours[0]?.history.map(({ who, kind }) => [who, kind])).toEqual([
      ['Ada', 'reason'],
      ['Bo', 'signOff'],
      ['Cy', 'reason'],
    ]);
  });

  test('every wrong field is named with its path', async () => {
    const wrong = await post('/api/lines/press-1/book', {
      ...{ hour: 'nine', who: ' ' },
      entry: { kind: 'reason', reason: '', countermeasure: 5, countermeasureDone: 'yes' },
    });
    expect(wrong.status).toBe(422);
    expect(wrong.body).toMatchObject({ error: { code: 'invalidEntry' } });
    expect(problemsOf(wrong).map(({ path }) => path)).toEqual([
      ['hour'],
      ['who'],
      ['entry', 'reason'],
      ['entry', 'countermeasure'],
      ['entry', 'countermeasureDone'],
    ]);
    expect(problemsOf(wrong)[2]?.message).toBe('say why the hour is short');
    for (const hour of ['+275760-09-13T00:00:00Z', '-271821-04-20T00:00:00Z']) {
      const absurd = await post('/api/lines/press-1/book', { hour, who: 'Ada', entry: REASON });
      expect([absurd.status, problemsOf(absurd)[0]?.path]).toEqual([422, ['hour']]);
    }
    expect(problemsOf(await write({ kind: 'joke' }))[0]?.path).toEqual(['entry', 'kind']);
    expect(problemsOf(await write({ ...REASON, reason: 'x'.repeat(501) }))).toEqual([
      { path: ['entry', 'reason'], message: 'write at most 500 characters' },
    ]);
    expect(problemsOf(await write(REASON, MORNING, null))).toMatchObject([{ path: ['who'] }]);
  });

  test('what cannot be written about: no hour, one to come, a sign-off too early or without a reason', async () => {
    const path = (answer: Awaited<ReturnType<typeof write>>) => [
      answer.status,
      problemsOf(answer)[0]?.path.join('.'),
    ];
    expect(path(await write(REASON, MORNING + MINUTE))).toEqual([422, 'hour']);
    expect(path(await write(REASON, MORNING + 3 * HOUR))).toEqual([422, 'hour']);
    expect(path(await write({ kind: 'signOff' }))).toEqual([422, 'entry']);
    expect(path(await write({ kind: 'signOff' }, NOW))).toEqual([422, 'entry']);
    expect((await write(REASON, NOW)).status).toBe(201);
    expect((await write({ kind: 'signOff' }, MORNING + HOUR)).status).toBe(201);
    const done = { kind: 'countermeasure', line: 'press-1', hour: iso(MORNING), who: 'Cy' };
    expect(path(await post('/api/handover', { ...done, done: true }))).toEqual([422, 'hour']);
  });

  test('only JSON, only from our own pages, only for lines there are', async () => {
    const body = { hour: iso(MORNING), who: 'Ada', entry: REASON };
    const own = { Origin: app.http };
    expect((await post('/api/lines/press-1/book', body, own)).status).toBe(201);
    const other = { Origin: 'http://evil.example' };
    expect((await post('/api/lines/press-1/book', body, other)).status).toBe(403);
    expect((await post('/api/handover', body, other)).status).toBe(403);
    const plain = { 'Content-Type': 'text/plain' };
    expect((await post('/api/lines/press-1/book', body, plain)).status).toBe(415);
    expect((await post('/api/lines/press-1/book', '{', {})).status).toBe(400);
    expect((await post('/api/lines/nix/book', body)).status).toBe(404);
    expect((await app.ask('/api/lines/nix/book')).status).toBe(404);
    const { hours } = await get<BookAnswer>('/api/lines/press-1/book');
    expect(hours[0]?.history).toHaveLength(1);
  });

  test('a sign-off is for what its leader has seen', async () => {
    const signOff = (lastSeen: number | null) => {
      const about = { hour: iso(MORNING), who: 'Bo', lastSeen };
      return post('/api/lines/press-1/book', { ...about, entry: { kind: 'signOff' } });
    };
    const seen = ((await write(REASON)).body as BookHour).history[0]?.id ?? NaN;
    const other = await write({ ...REASON, reason: 'the sensor' });
    for (const lastSeen of [null, seen]) {
      const refused = await signOff(lastSeen);
      expect(refused.status).toBe(422);
      expect(problemsOf(refused)).toMatchObject([{ path: ['entry'] }]);
      expect(problemsOf(refused)[0]?.message).toContain('Ada wrote about this hour meanwhile');
    }
    const { history } = other.body as BookHour;
    expect((await signOff(history[1]?.id ?? NaN)).status).toBe(201);
  });

  test('other screens are told within the second', async () => {
    const socket = io(app.http, { transports: ['websocket'], forceNew: true });
    await new Promise<void>((resolve) => socket.on('connect', resolve));
    const told = new Promise<BookNews>((resolve) => socket.on('book', resolve));
    await write(REASON);
    expect(await told).toEqual({ line: 'press-1' });
    socket.close();
  });
});

describe('open gaps and handover', () => {
  const open = async (query = ''): Promise<BookHour[]> => {
    const { gaps } = await get<OpenAnswer>(`/api/book/open${query}`);
    return gaps.map(({ hour }) => hour);
  };

  test('B4: gaps of every line, until they are closed', async () => {
    const { gaps } = await get<OpenAnswer>('/api/book/open');
    expect(gaps).toMatchObject([{ line: { id: 'press-1' }, shift: { id: EARLY } }]);
    await write({ ...REASON, countermeasure: '' });
    expect(await open()).toMatchObject([{ open: ['signOff'] }]);
    await write({ kind: 'signOff' });
    expect(await open()).toEqual([]);
  });

  test('B5: what is open is carried into the next shifts', async () => {
    const shift = async (id: string) => get<HandoverAnswer>(`/api/handover?shift=${id}`);
    clock.advance(9 * HOUR);
    const before = await get<HandoverAnswer>('/api/handover');
    expect(before).toMatchObject({ isRunning: false, running: { name: 'Late' }, carried: [] });
    expect(before.shift?.id).toBe(EARLY);
    expect(before.next?.id).toBe('2026-11-23/Late');
    expect(before.lines[0]?.hours.map(({ start }) => start)).toContain(iso(MORNING));
    const late = await shift('2026-11-23/Late');
    expect(late.isRunning).toBe(true);
    expect(late.next).toBeNull();
    expect(late.carried.map(({ hour }) => hour.start)).toContain(iso(MORNING));
    await write(REASON);
    await daysLater(8);
    const week = await get<HandoverAnswer>('/api/handover');
    const carried = week.carried.filter(({ line }) => line.id === 'press-1');
    expect(carried).toMatchObject([{ hour: { start: iso(MORNING), reason: { reason: 'jam' } } }]);
  });

  test('R2: a line that was silent is told as such, not as one that lacks nothing', async () => {
    const unheard = async (): Promise<unknown> =>
      (await get<HandoverAnswer>(`/api/handover?shift=${EARLY}`)).lines.map((line) => line.unheard);
    expect(await unheard()).toEqual([null, 'throughout']);
    clock.advance(9 * HOUR);
    expect(await unheard()).toEqual(['hours', 'throughout']);
  });

  test('B5: an hour nobody wrote about is asked for during seven days, and on demand for longer', async () => {
    await daysLater(8);
    expect(await open()).toEqual([]);
    expect(await open(`?from=${iso(MORNING)}`)).toMatchObject([{ start: iso(MORNING) }]);
    expect((await app.ask(`/api/book/open?from=${iso(MORNING - 31 * 24 * HOUR)}`)).status).toBe(
      400,
    );
  });

  test('B5: a line that was taken out of the plan stays in the book for the shifts it was planned in', async () => {
    clock.advance(9 * HOUR);
    const { version, plan } = await get<PlanAnswer>('/api/plan');
    const without = { ...plan, lines: plan.lines.filter(({ id }) => id !== 'press-1') };
    const edit = { base: version, from: 'now', who: 'Ada', why: 'sold', plan: without };
    expect((await post('/api/plan', edit)).status).toBe(200);
    const linesOf = async (shift: string) =>
      (await get<HandoverAnswer>(`/api/handover?shift=${shift}`)).lines.map(({ line }) => line.id);
    expect(await linesOf(EARLY)).toEqual(['press-1', 'press-2']);
    const gaps = async () =>
      (await get<OpenAnswer>('/api/book/open')).gaps.map(({ line, hour }) => [line.id, hour.start]);
    expect(await gaps()).toContainEqual(['press-1', iso(MORNING)]);
    expect((await write(REASON)).status).toBe(201);
    await daysLater(8);
    expect(await gaps()).toContainEqual(['press-1', iso(MORNING)]);
    const { shift } = await get<HandoverAnswer>('/api/handover');
    expect(await linesOf(shift?.id ?? '')).toEqual(['press-2']);
  });

  test('C3: readings that come late are known in the list', async () => {
    clock.advance(9 * HOUR);
    const ofSecond = async () => {
      const { gaps } = await get<OpenAnswer>('/api/book/open');
      return gaps.filter(({ line }) => line.id === 'press-2').map(({ hour }) => hour.start);
    };
    expect(await ofSecond()).toEqual([]);
    for (let minute = 0; minute < 60; minute++) {
      await tell(publisher, 'press-2', { good: minute, ts: MORNING + minute * MINUTE });
    }
    expect(await ofSecond()).toEqual([iso(MORNING)]);
  });

  test('notes go with their shift', async () => {
    const note = { kind: 'note', shift: EARLY, who: 'Ada', note: ' Oil is low.\nOrdered. ' };
    const written = await post('/api/handover', note);
    expect(written.status).toBe(201);
    const { notes } = await get<HandoverAnswer>(`/api/handover?shift=${EARLY}`);
    expect(notes).toEqual([written.body]);
    expect(notes).toMatchObject([{ who: 'Ada', at: iso(NOW), note: 'Oil is low.\nOrdered.' }]);
    expect((await post('/api/handover', { ...note, shift: 'never' })).status).toBe(404);
    expect(problemsOf(await post('/api/handover', { ...note, note: '' }))).toEqual([
      { path: ['note'], message: 'write a note' },
    ]);
    expect((await app.ask('/api/handover?shift=2026-11-23/Nix')).status).toBe(404);
  });
});
