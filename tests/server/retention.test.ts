import type { Reading } from '@lineside/domain/reading.ts';
import { describe, expect, test } from 'vitest';
import { join } from 'node:path';
import { DAY_MS, dayOf } from '../../server/src/live/days.ts';
import { pastFacts } from '../../server/src/live/past.ts';
import type { Plans } from '../../server/src/plan/plans.ts';
import { MemoryStore } from '../../server/src/readings/memory.ts';
import { SqliteStore } from '../../server/src/readings/sqlite.ts';
import { HistoryAway } from '../../server/src/ports.ts';
import { Retention } from '../../server/src/retention/retention.ts';
import { startApp } from '../support/app.ts';
import { aReading, HOUR, MINUTE, MORNING } from '../support/builders.ts';
import { FakeClock } from '../support/fakeClock.ts';
import { TestLog } from '../support/log.ts';
import { plansOf } from '../support/plans.ts';
import { aPlant } from '../support/plants.ts';
import { aFolder, until } from '../support/product.ts';
import { someWeeks } from '../support/weeks.ts';

const iso = (at: number): string => new Date(at).toISOString();

class Hall {
  readonly store = new MemoryStore();
  readonly clock = new FakeClock(MORNING);
  readonly log = new TestLog();
  plans!: Plans;
  retention!: Retention;

  async open(retentionDays = 14): Promise<this> {
    this.plans = await plansOf(aPlant(['press-1', 'press-2']), MORNING);
    const { store, plans, clock, log } = this;
    const pruneBefore = (now: number): number => now - retentionDays * DAY_MS;
    const kept = { readings: store, minutes: store, prunable: store };
    this.retention = new Retention({ ...kept, plans, clock, log, pruneBefore });
    return this;
  }

  async take(readings: readonly Reading[]): Promise<void> {
    for (const reading of readings) await this.store.append(reading);
  }
}

/** A reading an hour. */
const sparse = (line: string, days: number): Reading[] =>
  Array.from({ length: days * 24 + 1 }, (_, n) =>
    aReading({ line, at: MORNING - days * DAY_MS + n * HOUR, good: n }),
  );

describe('once a day', () => {
  test('final days are kept by the minute, then readings older than the retention go', async () => {
    const hall = await new Hall().open();
    await hall.take(sparse('press-1', 30));
    await hall.take(sparse('unplanned', 30));
    await hall.retention.run();
    const days = await hall.store.days('press-1', 0, Infinity);
    const today = dayOf(MORNING);
    expect(days.map(({ day }) => day)).toEqual(
      Array.from({ length: 21 }, (_, n) => today - 30 + n),
    );
    expect(hall.store.prunedBefore).toBe(MORNING - 14 * DAY_MS);
    // A line that nobody planned has no rules to be counted by: its readings go all the same.
    expect(await hall.store.lastDay('unplanned')).toBeNull();
    for (const line of ['press-1', 'unplanned']) {
      expect(await hall.store.read(line, 0, MORNING - 14 * DAY_MS)).toHaveLength(65);
    }
    hall.log.expectNoErrors();
  });

  test("a day later it is the next day's turn, and silent days are kept as well", async () => {
    const hall = await new Hall().open();
    await hall.take(sparse('press-1', 12));
    await hall.retention.run();
    const today = dayOf(MORNING);
    expect(await hall.store.lastDay('press-1')).toBe(today - 10);
    await hall.take([aReading({ line: 'press-2', at: MORNING + 4 * DAY_MS, good: 1 })]);
    hall.clock.advance(4 * DAY_MS);
    await hall.retention.run();
    expect(await hall.store.lastDay('press-1')).toBe(today - 6);
    await hall.take([aReading({ line: 'press-2', at: MORNING + 20 * DAY_MS, good: 2 })]);
    hall.clock.advance(16 * DAY_MS);
    await hall.retention.run();
    const silent = await hall.store.days('press-1', today + 3, today + 3);
    expect(silent[0]?.track.at).toEqual([MORNING]);
  });

  test('a database that is away is asked again minutes later, and is no error', async () => {
    const hall = await new Hall().open();
    await hall.take(sparse('press-1', 30));
    const { store, retention, clock, log } = hall;
    const before = store.before.bind(store);
    store.before = (line, at, limit) =>
      at < MORNING
        ? Promise.reject(new HistoryAway('it does not answer'))
        : before(line, at, limit);
    await retention.run();
    expect(log.warnings.map(({ fields }) => fields)).toEqual([{ reason: 'it does not answer' }]);
    expect(await store.lastDay('press-1')).toBeNull();
    store.before = before;
    clock.advance(10 * MINUTE);
    await until(
      () => store.lastDay('press-1'),
      (day) => day === dayOf(MORNING) - 10,
    );
    const kept = await store.days('press-1', 0, Infinity);
    clock.advance(HOUR);
    expect(await store.days('press-1', 0, Infinity)).toEqual(kept);
    log.expectNoErrors();
  });

  test('what is not kept by the minute yet is not removed', async () => {
    const hall = await new Hall().open();
    await hall.take(sparse('press-1', 30));
    const { store } = hall;
    const keepDay = store.keepDay.bind(store);
    store.keepDay = () => Promise.reject(new Error('the disk is full'));
    await hall.retention.run();
    expect(store.prunedBefore).toBe(-Infinity);
    expect(hall.log.errors.map(({ fields }) => fields['line'])).toEqual(['press-1']);
    store.keepDay = keepDay;
    await hall.retention.run();
    expect(store.prunedBefore).toBe(MORNING - 14 * DAY_MS);
  });

  test('a clock that runs ahead costs no reading', async () => {
    const hall = await new Hall().open();
    await hall.take(sparse('press-1', 10));
    hall.clock.advance(5_000 * DAY_MS);
    await hall.retention.run();
    expect(await hall.store.read('press-1', 0, Infinity)).toHaveLength(241);
  });

  test('closed in the middle it goes on at the next start', async () => {
    const hall = await new Hall().open();
    await hall.take(sparse('press-1', 30));
    const running = hall.retention.run();
    await hall.retention.close();
    await running;
    expect(hall.store.prunedBefore).toBe(-Infinity);
    const kept = await hall.store.days('press-1', 0, Infinity);
    const next = await hall.open();
    await next.retention.run();
    expect(await next.store.days('press-1', 0, Infinity)).toHaveLength(21);
    expect(kept.length).toBeLessThan(21);
  });

  test('a stretch that begins by the minute and ends in readings is counted whole', async () => {
    const hall = await new Hall().open();
    await hall.take(someWeeks('press-1', 20));
    const stores = { readings: hall.store, minutes: hall.store };
    const window = { zeroAt: MORNING - 15 * DAY_MS, until: MORNING };
    const whole = await pastFacts(stores, hall.plans, 'press-1', window);
    await hall.retention.run();
    const mixed = await pastFacts(stores, hall.plans, 'press-1', window);
    expect([whole.resolution, mixed.resolution]).toEqual(['reading', 'minute']);
    for (let at = window.zeroAt; at < window.until; at += 5 * HOUR) {
      const since = whole.track.totalsBefore(window.zeroAt).good;
      const kept = mixed.track.totalsBefore(window.zeroAt).good;
      expect(mixed.track.totalsBefore(at).good - kept).toBe(
        whole.track.totalsBefore(at).good - since,
      );
    }
  });
});

interface ToldBoard {
  readonly pace: { readonly unrecoverableSince: string | null };
}

const lostAt = (board: object): number =>
  Date.parse((board as ToldBoard).pace.unrecoverableSince ?? iso(0));
const withoutLoss = (board: object): object => {
  return { ...board, pace: { ...(board as ToldBoard).pace, unrecoverableSince: null } };
};

test('boards, hours, stops, counts and views of a shift are the same once its readings are gone', async () => {
  await using folder = await aFolder();
  const pace = { waitMs: () => 0, note: () => undefined };
  const store = new SqliteStore({ file: join(folder.path, 'lineside.db'), pace });
  await store.start();
  await Promise.all(someWeeks('press-1', 26).map((reading) => store.append(reading)));
  await store.close();

  const paths: string[] = [];
  for (let day = 16; day < 25; day++) {
    const shift = MORNING - day * DAY_MS + (day % 3) * 8 * HOUR;
    const end = shift + 8 * HOUR - MINUTE;
    paths.push(`hours?at=${iso(shift)}`, `count?from=${iso(shift)}&to=${iso(end)}`);
    paths.push(`stops?from=${iso(shift)}&to=${iso(end)}`);
    for (let minute = 7; minute < 480; minute += 37) {
      paths.push(`board?at=${iso(shift + minute * MINUTE - 1)}`);
    }
  }
  const options = { folder: folder.path, plant: aPlant(['press-1'], ', staleAfterSeconds: 120') };
  const answersOf = async (retentionDays: number, resolution: string) => {
    await using app = await startApp({ ...options, retentionDays });
    const board = `/api/lines/press-1/board?at=${iso(MORNING - 16 * DAY_MS)}`;
    await until(
      () => app.ask(board),
      ({ body }) => (body as { resolution: string }).resolution === resolution,
    );
    const answers = await Promise.all(paths.map((path) => app.ask(`/api/lines/press-1/${path}`)));
    const { body } = await app.ask(`/api/views?at=${iso(MORNING - 16 * DAY_MS)}`);
    const [view] = (body as { lines: { resolution: string }[] }).lines;
    expect(view?.resolution).toBe(resolution);
    return answers.map((answer) => answer.body as object);
  };
  const known = await answersOf(400, 'reading');
  const kept = await answersOf(14, 'minute');
  let fresh = 0;
  const hovering = new Set<number>();
  for (const [index, answer] of kept.entries()) {
    const before = known[index];
    if (!('resolution' in answer)) {
      expect(answer, paths[index]).toEqual(before);
      continue;
    }
    // A silence is known at its start, not only once it is unusual (H2).
    const states = [before, answer].map((each) => (each as { state: { name: string } }).state.name);
    if (states[0] !== 'noData' && states[1] === 'noData') fresh += 1;
    else {
      const was = withoutLoss(before ?? {});
      expect(withoutLoss({ ...answer, resolution: 'reading' }), paths[index]).toEqual(was);
      // When a shift was lost is known to the minute, unless the line could just about recover it (H2).
      const off = Math.abs(lostAt(answer) - lostAt(before ?? {}));
      if (off >= MINUTE) hovering.add(lostAt(answer));
    }
  }
  expect(fresh).toBeLessThan(5);
  expect(hovering.size).toBeLessThan(3);
});
