import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Delivery } from '../../simulators/gateway.ts';
import { merged } from '../../simulators/merge.ts';
import { publishAll } from '../../simulators/publish.ts';
import { StoodStill } from './plan.ts';

const due = (...times: number[]): Delivery[] =>
  times.map((publishAt) => ({
    line: 'press-1',
    publishAt,
    topic: 'lineside/press-1/output',
    payload: String(publishAt),
    qos: 1,
    retain: false,
  }));

const never = new AbortController().signal;

describe('pace', () => {
  test('what is due later waits for its time, what is overdue does not wait', async () => {
    const clock = new StoodStill(1000);
    const sent: [due: number, at: number][] = [];
    const acknowledged = await publishAll(
      due(0, 500, 4000, 60_000),
      ({ publishAt }) => {
        sent.push([publishAt, clock.now()]);
        return Promise.resolve();
      },
      { clock, signal: never, mostInFlight: 10 },
    );
    expect(acknowledged).toBe(4);
    expect(sent).toEqual([
      [0, 1000],
      [500, 1000],
      [4000, 4000],
      [60_000, 60_000],
    ]);
  });

  test('a bounded rate is kept to', async () => {
    const clock = new StoodStill(0);
    const deliveries = due(...Array.from({ length: 1000 }, () => -1));
    const pace = { clock, signal: never, mostInFlight: 10, perSecond: 100 };
    await publishAll(deliveries, () => Promise.resolve(), pace);
    expect(clock.now()).toBeGreaterThan(9_900);
    expect(clock.now()).toBeLessThan(10_100);
  });

  test('it says when nothing is due, and how far all is acknowledged', async () => {
    const settled: number[] = [];
    let levels = 0;
    await publishAll(due(1, 2, 2000), () => Promise.resolve(), {
      clock: new StoodStill(1000),
      signal: never,
      mostInFlight: 10,
      onLevel: () => levels++,
      onSettled: (publishAt) => settled.push(publishAt),
    });
    expect(levels).toBe(1);
    expect(settled.at(-1)).toBe(2000);
    expect(settled).toEqual(settled.toSorted((a, b) => a - b));
  });
});

describe('acknowledgement', () => {
  /** A broker that acknowledges when told to. */
  function slowBroker() {
    const waiting: (() => void)[] = [];
    let most = 0;
    const publish = (): Promise<void> => {
      const { promise, resolve } = Promise.withResolvers<undefined>();
      waiting.push(() => {
        resolve(undefined);
      });
      most = Math.max(most, waiting.length);
      return promise;
    };
    const pump = async (): Promise<void> => {
      while (waiting.length > 0) {
        waiting.shift()?.();
        await new Promise(setImmediate);
      }
    };
    return { publish, pump, most: () => most };
  }

  test('no more than so many are under way at once', async () => {
    const broker = slowBroker();
    const pace = { clock: new StoodStill(0), signal: never, mostInFlight: 3 };
    const publishing = publishAll(
      due(...Array.from({ length: 20 }, () => -1)),
      broker.publish,
      pace,
    );
    await new Promise(setImmediate);
    await broker.pump();
    expect(await publishing).toBe(20);
    expect(broker.most()).toBe(3);
  });

  test('nothing counts as settled while something before it is under way', async () => {
    const broker = slowBroker();
    const settled: number[] = [];
    const publish = ({ publishAt }: Delivery): Promise<void> =>
      publishAt === 1 ? broker.publish() : Promise.resolve();
    const publishing = publishAll(due(1, 2, 3), publish, {
      clock: new StoodStill(10),
      signal: never,
      mostInFlight: 10,
      onSettled: (publishAt) => settled.push(publishAt),
    });
    await new Promise(setImmediate);
    expect(settled).toEqual([]);
    await broker.pump();
    await publishing;
    expect(settled).toEqual([3]);
  });

  test('acknowledgements that come together settle together', async () => {
    const settled: number[] = [];
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const publishing = publishAll(due(1, 2, 3), () => promise, {
      clock: new StoodStill(10),
      signal: never,
      mostInFlight: 10,
      onSettled: (publishAt) => settled.push(publishAt),
    });
    await new Promise(setImmediate);
    resolve(undefined);
    await publishing;
    expect(settled).toEqual([3]);
  });

  test('a broker that never answers does not hold up the end', async () => {
    const stop = new AbortController();
    const pace = { clock: new StoodStill(0), signal: stop.signal, mostInFlight: 2 };
    const publishing = publishAll(due(-3, -2, -1), slowBroker().publish, pace);
    await new Promise(setImmediate);
    stop.abort();
    expect(await publishing).toBe(0);
  });

  test('a failure is told to whoever waits', async () => {
    const pace = { clock: new StoodStill(0), signal: never, mostInFlight: 2 };
    const failing = () => Promise.reject(new Error('not allowed'));
    await expect(publishAll(due(-1, -1, -1, -1), failing, pace)).rejects.toThrow('not allowed');
  });
});

test('merged: everything, by time, each source in its own order', () => {
  const sources = fc.array(fc.array(fc.integer({ min: 0, max: 30 })));
  fc.assert(
    fc.property(sources, (times) => {
      const lists = times.map((list, index) =>
        due(...list.toSorted((a, b) => a - b)).map((one, place) => ({
          ...one,
          line: String(index),
          payload: String(place),
        })),
      );
      const all = [...merged(lists)];
      expect(all.map(({ publishAt }) => publishAt)).toEqual(times.flat().sort((a, b) => a - b));
      for (const [index, list] of lists.entries()) {
        expect(all.filter(({ line }) => line === String(index))).toEqual(list);
      }
    }),
  );
});
