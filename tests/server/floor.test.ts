import { boardAt } from '@lineside/domain/board.ts';
import type { LineFacts } from '@lineside/domain/facts.ts';
import type { Reading } from '@lineside/domain/reading.ts';
import { addPoints, factsOf } from '@lineside/domain/view.ts';
import { describe, expect, test } from 'vitest';
import { Floor } from '../../server/src/live/floor.ts';
import { pastFacts } from '../../server/src/live/past.ts';
import { liveWindow, pastWindow } from '../../server/src/live/windows.ts';
import { Calendar } from '../../server/src/plan/calendar.ts';
import type { Plans } from '../../server/src/plan/plans.ts';
import { MemoryStore } from '../../server/src/readings/memory.ts';
import { aReading, HOUR, MINUTE, MORNING } from '../support/builders.ts';
import { FakeClock } from '../support/fakeClock.ts';
import { TestLog } from '../support/log.ts';
import { plansOf } from '../support/plans.ts';
import { aPlant } from '../support/plants.ts';
import { seeded } from '../support/random.ts';

class Hall {
  readonly store = new MemoryStore();
  readonly clock: FakeClock;
  readonly log = new TestLog();
  plans!: Plans;
  floor!: Floor;

  constructor(now = MORNING + HOUR) {
    this.clock = new FakeClock(now);
  }

  async open(lines = ['press-1', 'press-2']): Promise<this> {
    this.plans = await plansOf(aPlant(lines), this.clock.now());
    this.floor = new Floor(this);
    await this.floor.start();
    return this;
  }

  /** Stores and shows, as the intake does. */
  async take(...readings: Reading[]): Promise<void> {
    for (const reading of readings) if (await this.store.append(reading)) this.floor.add(reading);
  }

  board(at = this.clock.now(), line = 'press-1') {
    const facts = this.floor.factsAt(line, at);
    if (!facts) throw new Error(`${line} is not in view`);
    return boardAt(facts, at);
  }
}

/** Totals, resets, states, products, silences, lost and late readings over some hours. */
function aStory(random = seeded()): Reading[] {
  const readings: Reading[] = [];
  let good = 500;
  let seq = 0;
  for (let at = MORNING - 10 * HOUR; at < MORNING + 5 * HOUR; at += 20_000 + random.below(60_000)) {
    const chance = random.below(100);
    if (chance === 0) at += 10 * MINUTE;
    good = chance === 1 ? 0 : good + random.below(3);
    const state = chance === 2 ? 'stopped' : chance === 3 ? 'running' : null;
    const product = chance === 4 ? 'housing' : null;
    const online = chance === 5 ? false : chance === 6 ? true : null;
    const counts = online === null ? { good, reject: Math.floor(good / 50) } : {};
    seq = chance === 7 ? 0 : seq + 1 + (chance === 8 ? random.below(9) : 0);
    const number = online === null ? seq : null;
    readings.push(aReading({ at, ...counts, seq: number, state, product, online }));
  }
  return readings;
}

describe('the live floor', () => {
  test('shows what it is given', async () => {
    const hall = await new Hall().open();
    await hall.take(
      aReading({ at: MORNING, good: 100 }),
      aReading({ at: MORNING + 10 * MINUTE, good: 112 }),
    );
    expect(hall.board().count).toMatchObject({ good: 12 });
  });

  test('C3: a restart shows what was shown before it, whatever the order of arrival', async () => {
    const random = seeded();
    const story = aStory(random);
    const hall = await new Hall(MORNING + 5 * HOUR).open();
    const shuffled = story.map((reading) => ({
      reading,
      place: reading.at + random.below(2 * MINUTE),
    }));
    for (const { reading } of shuffled.sort((a, b) => a.place - b.place)) {
      await hall.take(reading);
      if (random.below(10) === 0) hall.floor.takeNews();
    }
    const moments = Array.from({ length: 30 }, () => MORNING + random.below(5 * HOUR));
    const live = moments.map((at) => hall.board(at));
    await hall.open();
    expect(moments.map((at) => hall.board(at))).toEqual(live);
  });

  test('a live hour, and that hour looked back on, give the same boards', async () => {
    const hall = await new Hall(MORNING).open();
    const seen = new Map<number, unknown>();
    for (const reading of aStory()) {
      if (reading.at >= MORNING && reading.at > hall.clock.now())
        hall.clock.advance(reading.at - hall.clock.now());
      await hall.take(reading);
      if (reading.at >= MORNING) seen.set(reading.at, hall.board(reading.at));
    }
    const window = pastWindow(hall.plans.calendar, MORNING);
    const stores = { readings: hall.store, minutes: hall.store };
    const past = await pastFacts(stores, hall.plans, 'press-1', window);
    expect(seen.size).toBeGreaterThan(100);
    for (const [at, board] of seen) expect(boardAt(past, at)).toEqual(board);
  });

  test('at a change of shift every line begins anew, counted on from before', async () => {
    const hall = await new Hall(MORNING + 8 * HOUR - MINUTE).open();
    await hall.take(
      aReading({ at: MORNING, good: 0 }),
      aReading({ at: MORNING + 8 * HOUR - MINUTE, good: 3 }),
    );
    hall.clock.advance(2 * MINUTE);
    await hall.floor.turn();
    await hall.take(aReading({ at: MORNING + 8 * HOUR + MINUTE, good: 5 }));
    expect(hall.board()).toMatchObject({ shift: { name: 'Late' }, count: { good: 2 } });
    expect(hall.floor.takeNews().views.map(({ zeroAt }) => zeroAt)).toEqual([
      MORNING + 8 * HOUR,
      MORNING + 8 * HOUR,
    ]);
  });

  test('readings that come while a line is loaded are not lost', async () => {
    const hall = await new Hall().open();
    const { store } = hall;
    const read = store.read.bind(store);
    const loaded = Promise.withResolvers();
    store.read = async (...query) => {
      const readings = await read(...query);
      await loaded.promise;
      return readings;
    };
    await hall.take(aReading({ at: MORNING + 8 * HOUR + 1, good: 10 }));
    hall.clock.advance(7 * HOUR + MINUTE);
    const turned = hall.floor.turn();
    await Promise.resolve();
    await hall.take(aReading({ at: MORNING + 8 * HOUR + MINUTE, good: 12 }));
    loaded.resolve(null);
    await turned;
    expect(hall.board().count).toMatchObject({ good: 2 });
  });

  test('a line that cannot be loaded is tried again', async () => {
    const hall = await new Hall().open();
    const { store } = hall;
    const read = store.read.bind(store);
    store.read = () => Promise.reject(new Error('disk gone'));
    hall.clock.advance(8 * HOUR);
    await hall.floor.turn();
    expect(hall.log.errors.length).toBeGreaterThan(0);
    store.read = read;
    await hall.floor.turn();
    expect(hall.board().shift?.name).toBe('Late');
  });

  test('what a line declared long ago still holds', async () => {
    const hall = await new Hall().open();
    const long = MORNING - 30 * HOUR;
    await hall.take(aReading({ at: long, product: 'other', good: 1 }));
    for (let n = 1; n <= 100; n++) await hall.take(aReading({ at: long + n * MINUTE, good: n }));
    await hall.open();
    expect(hall.board().product?.id).toBe('other');
  });
});

describe('news for screens', () => {
  test('points are told once, as totals since the shift began', async () => {
    const hall = await new Hall().open();
    await hall.take(aReading({ at: MORNING - MINUTE, good: 90 }));
    hall.floor.takeNews();
    await hall.take(aReading({ at: MORNING + 20 * MINUTE, good: 100, reject: 7 }));
    expect(hall.floor.takeNews()).toMatchObject({
      points: [{ id: 'press-1', points: [[MORNING + 20 * MINUTE, 10, 0]] }],
      views: [],
    });
    expect(hall.floor.hasNews).toBe(false);
    expect(hall.floor.takeNews()).toEqual({ points: [], views: [] });
  });

  test('a late reading brings the whole view, at most one a second', async () => {
    const hall = await new Hall().open();
    await hall.take(
      aReading({ at: MORNING, good: 0 }),
      aReading({ at: MORNING + 30 * MINUTE, good: 40 }),
    );
    hall.floor.takeNews();
    await hall.take(aReading({ at: MORNING + 10 * MINUTE, good: 5 }));
    expect(hall.floor.takeNews().views).toHaveLength(1);
    await hall.take(aReading({ at: MORNING + 20 * MINUTE, good: 9 }));
    expect(hall.floor.takeNews().views).toHaveLength(0);
    hall.clock.advance(1_000);
    const [view] = hall.floor.takeNews().views;
    expect(view && boardAt(factsOf(view), hall.clock.now())).toEqual(hall.board());
  });

  test('the present goes on while a correction of the past waits', async () => {
    const hall = await new Hall().open();
    await hall.take(
      aReading({ at: MORNING, good: 0 }),
      aReading({ at: MORNING + 30 * MINUTE, good: 40 }),
      aReading({ at: MORNING + 10 * MINUTE, good: 5 }),
    );
    hall.floor.takeNews();
    await hall.take(aReading({ at: MORNING + 20 * MINUTE, kind: 'increment', good: 2 }));
    expect(hall.floor.takeNews().views).toHaveLength(1);
    await hall.take(
      aReading({ at: MORNING + 25 * MINUTE, kind: 'increment', good: 3 }),
      aReading({ at: MORNING + 40 * MINUTE, good: 50 }),
    );
    expect(hall.floor.takeNews()).toMatchObject({
      points: [{ points: [[MORNING + 40 * MINUTE, hall.board().count?.good, 0]] }],
      views: [],
    });
    hall.clock.advance(1_000);
    expect(hall.floor.takeNews()).toMatchObject({ points: [], views: [{}] });
  });

  test('what is not told yet stays so while history is handed in, be it of the same instant as what was told', async () => {
    const hall = await new Hall().open();
    await hall.take(aReading({ at: MORNING, state: 'stopped' }));
    hall.floor.takeNews();
    await hall.take(aReading({ at: MORNING, good: 59 }));
    hall.board();
    await hall.take(aReading({ at: MORNING - 20 * HOUR, good: 59 }));
    expect(hall.floor.takeNews()).toMatchObject({ points: [{ points: [[MORNING, 0, 0]] }] });
  });

  test('readings out of order that no screen has seen yet need no whole view', async () => {
    const hall = await new Hall().open();
    await hall.take(aReading({ at: MORNING, good: 0 }));
    hall.floor.takeNews();
    await hall.take(aReading({ at: MORNING + 2 * MINUTE, good: 4 }));
    hall.board();
    await hall.take(aReading({ at: MORNING + MINUTE, good: 2 }));
    expect(hall.floor.takeNews()).toMatchObject({ points: [{ points: [{}, {}] }], views: [] });
  });

  test('corrections of many lines take turns, and another plan does not wait for them', async () => {
    const ids = Array.from({ length: 5 }, (_, n) => `press-${n + 1}`);
    const hall = await new Hall().open(ids);
    for (const line of ids) {
      const readings = Array.from({ length: 15_000 }, (_, n) =>
        aReading({ line, at: MORNING + n * 200, good: n, product: n < 1_000 ? 'cast' : 'lid' }),
      );
      for (const reading of readings) hall.floor.add(reading);
    }
    hall.floor.takeNews();
    const corrected: string[][] = [];
    for (let second = 1; second <= 4; second++) {
      // That they name what was made then is no other product now.
      for (const line of ids) {
        hall.floor.add(aReading({ line, at: MORNING + second, good: 0, product: 'cast' }));
      }
      hall.clock.advance(1_000);
      corrected.push(hall.floor.takeNews().views.map(({ line }) => line.id));
    }
    for (const views of corrected) expect(views.length).toBeLessThan(ids.length);
    expect(new Set(corrected.flat())).toEqual(new Set(ids));
    await hall.floor.replan();
    expect(hall.floor.takeNews().views).toHaveLength(ids.length);
    expect(hall.floor.hasNews).toBe(false);
  });

  test('C3: whoever follows the news sees what the floor has, once nothing is due', async () => {
    const random = seeded();
    const hall = await new Hall(MORNING + 5 * HOUR).open();
    const arrivals = aStory(random)
      .map((reading) => ({ reading, place: reading.at + random.below(2 * MINUTE) }))
      .sort((a, b) => a.place - b.place);
    const screen = new Map<string, LineFacts>();
    const follow = (): void => {
      const { points, views } = hall.floor.takeNews();
      for (const view of views) screen.set(view.line.id, factsOf(view));
      for (const each of points) {
        const facts = screen.get(each.id);
        if (facts) addPoints(facts.track, each);
      }
    };
    const first = hall.floor.view('press-1');
    if (first) screen.set('press-1', factsOf(first));
    for (const { reading } of arrivals) {
      await hall.take(reading);
      hall.clock.advance(random.below(400));
      if (random.below(3) === 0) follow();
    }
    while (hall.floor.hasNews) {
      follow();
      hall.clock.advance(1_000);
    }
    const facts = screen.get('press-1');
    for (let n = 0; n < 30; n++) {
      const at = MORNING + random.below(5 * HOUR);
      expect(facts && boardAt(facts, at)).toEqual(hall.board(at));
    }
  });

  test('a change of product brings the whole view', async () => {
    const hall = await new Hall().open();
    await hall.take(aReading({ at: MORNING, product: 'cover' }));
    expect(hall.floor.takeNews().views).toMatchObject([{ line: { id: 'press-1' } }]);
    await hall.take(aReading({ at: MORNING + 1, product: 'cover' }));
    hall.clock.advance(2_000);
    expect(hall.floor.takeNews()).toMatchObject({ views: [], points: [{ id: 'press-1' }] });
  });

  test('history from long ago that changes nothing in view is no news, and does not pile up', async () => {
    const hall = await new Hall().open();
    for (let n = 0; n < 70; n++)
      await hall.take(aReading({ at: MORNING - 6 * HOUR + n * MINUTE, good: n }));
    hall.floor.takeNews();
    hall.clock.advance(2_000);
    for (let n = 0; n < 1_100; n++)
      await hall.take(aReading({ at: MORNING - 100 * HOUR + n * MINUTE, good: n }));
    expect(hall.floor.takeNews()).toEqual({ points: [], views: [] });
    await hall.floor.turn();
    expect(hall.floor.factsAt('press-1', hall.clock.now())?.track.length).toBeLessThan(200);
  });
});

describe('lines that nobody planned', () => {
  test('are listed, told once, and nothing of them is counted', async () => {
    const hall = await new Hall().open();
    await hall.take(
      aReading({ line: 'new-1', good: 1 }),
      aReading({ line: 'new-1', at: MORNING + 1, good: 2 }),
    );
    expect(hall.floor.discovered.ids).toEqual(['new-1']);
    expect(hall.floor.takeNews()).toMatchObject({
      points: [],
      views: [{ discovered: true, line: { id: 'new-1' } }],
    });
    expect(hall.floor.hasNews).toBe(false);
    expect(hall.floor.ids).toEqual(['press-1', 'press-2', 'new-1']);
  });

  test('are known again after a restart', async () => {
    const hall = await new Hall().open();
    await hall.take(aReading({ line: 'new-1', good: 1 }));
    await hall.open();
    expect(hall.floor.discovered.has('new-1')).toBe(true);
  });

  test('at most 1,000 are listed', async () => {
    const hall = await new Hall().open();
    for (let n = 0; n < 1_100; n++) hall.floor.add(aReading({ line: `new-${n}`, good: 1 }));
    expect(hall.floor.discovered.ids).toHaveLength(1_000);
  });
});

describe('the window in view', () => {
  const rule = { name: 'Early', startMinute: 360, endMinute: 840, days: [1] as const, breaks: [] };
  const plan = { timeZone: 'UTC', shifts: [rule], holidays: [], extraShifts: [] };
  const calendar = new Calendar([{ from: 0, plan }]);
  const end = MORNING + 8 * HOUR;

  test('is the shift while there is one', () => {
    expect(liveWindow(calendar, MORNING + HOUR)).toEqual({ zeroAt: MORNING, until: end });
  });

  test('goes on from the end of the last shift, for 8 hours', () => {
    expect(liveWindow(calendar, end + HOUR)).toEqual({ zeroAt: end, until: end + 8 * HOUR });
  });

  test('later it holds 8 hours at most, and never the instant outside of it', () => {
    for (let now = end + 8 * HOUR; now < MORNING + 7 * 24 * HOUR; now += 1.7 * HOUR) {
      const { zeroAt, until } = liveWindow(calendar, now);
      expect(until - zeroAt).toBeLessThanOrEqual(8 * HOUR);
      expect(zeroAt <= now && now < until).toBe(true);
      expect(until).toBeLessThanOrEqual(MORNING + 7 * 24 * HOUR);
    }
  });

  test('of the past is the whole shift, or 8 hours each way', () => {
    expect(pastWindow(calendar, MORNING)).toEqual({ zeroAt: MORNING, until: end });
    expect(pastWindow(calendar, end)).toEqual({ zeroAt: end - 8 * HOUR, until: end + 8 * HOUR });
  });
});
