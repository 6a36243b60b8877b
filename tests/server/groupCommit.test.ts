import { describe, expect, test } from 'vitest';
import { GroupCommit, type Pace } from '../../server/src/readings/group-commit.ts';
import { AdaptivePace } from '../../server/src/readings/pace.ts';

const AT_ONCE: Pace = { waitMs: () => 0, note: () => undefined };

/** A commit that takes as long as the test wants. */
class SlowCommit {
  readonly batches: (readonly number[])[] = [];
  readonly #begun: (() => void)[] = [];
  #finish: PromiseWithResolvers<void> = Promise.withResolvers();

  readonly commit = async (items: readonly number[]): Promise<number[]> => {
    this.batches.push(items);
    this.#finish = Promise.withResolvers();
    for (const wake of this.#begun.splice(0)) wake();
    await this.#finish.promise;
    return items.map((item) => item * 10);
  };

  begun(): Promise<void> {
    return new Promise((resolve) => this.#begun.push(resolve));
  }

  finish(): void {
    this.#finish.resolve();
  }

  fail(): void {
    this.#finish.reject(new Error('disk full'));
  }
}

describe('group commit', () => {
  test('what comes during a commit goes into the next, all of it', async () => {
    const slow = new SlowCommit();
    const group = new GroupCommit(slow.commit, AT_ONCE);
    const begun = slow.begun();
    const first = [group.add(1), group.add(2)];
    await begun;
    const again = slow.begun();
    const second = [group.add(3), group.add(4), group.add(5)];
    slow.finish();
    expect(await Promise.all(first)).toEqual([10, 20]);
    await again;
    slow.finish();
    expect(await Promise.all(second)).toEqual([30, 40, 50]);
    expect(slow.batches).toEqual([
      [1, 2],
      [3, 4, 5],
    ]);
  });

  test('results come in the order in which things were added', async () => {
    const order: number[] = [];
    const group = new GroupCommit((items: readonly number[]) => Promise.resolve(items), AT_ONCE);
    await Promise.all(
      [3, 1, 2].map((item) => group.add(item).then((result) => order.push(result))),
    );
    expect(order).toEqual([3, 1, 2]);
  });

  test('a failed commit fails its own batch, and the next one goes on', async () => {
    const slow = new SlowCommit();
    const group = new GroupCommit(slow.commit, AT_ONCE);
    const begun = slow.begun();
    const lost = group.add(1);
    await begun;
    const again = slow.begun();
    const kept = group.add(2);
    slow.fail();
    await expect(lost).rejects.toThrow('disk full');
    await again;
    slow.finish();
    expect(await kept).toBe(20);
  });

  test('settled waits for everything added before it', async () => {
    const slow = new SlowCommit();
    const group = new GroupCommit(slow.commit, AT_ONCE);
    const done: string[] = [];
    const begun = slow.begun();
    const added = group.add(1).then(() => done.push('added'));
    await begun;
    const settled = group.settled().then(() => done.push('settled'));
    slow.finish();
    await Promise.all([added, settled]);
    expect(done).toEqual(['added', 'settled']);
  });
});

describe('the pace of commits', () => {
  /** Messages for a while, as many per ms as the senders manage while each commit waits so long. */
  function run(perMs: (waitMs: number) => number, seconds: number): number[] {
    let now = 0;
    const pace = new AdaptivePace(() => now);
    const waits: number[] = [];
    while (now < seconds * 1000) {
      const waitMs = pace.waitMs(1);
      waits.push(waitMs);
      const tookMs = waitMs + 1;
      pace.note(perMs(waitMs) * tookMs);
      now += tookMs;
    }
    return waits;
  }

  const shareThatWaits = (waits: readonly number[]): number =>
    waits.filter((waitMs) => waitMs > 0).length / waits.length;

  test('few messages never wait', () => {
    expect(shareThatWaits(run(() => 0.1, 20))).toBe(0);
  });

  test('many from senders that do not wait for us are gathered', () => {
    const waits = run(() => 2, 20);
    expect(waits.slice(waits.length / 2).filter((waitMs) => waitMs > 0).length).toBeGreaterThan(
      200,
    );
    expect(shareThatWaits(waits)).toBeGreaterThan(0.4);
  });

  test('senders that wait for each acknowledgement are not slowed down', () => {
    const waits = run((waitMs) => 20 / (waitMs + 1), 20);
    expect(shareThatWaits(waits)).toBeLessThan(0.02);
  });

  test('a full batch does not wait', () => {
    let now = 0;
    const pace = new AdaptivePace(() => now);
    for (; now < 500; now++) {
      pace.waitMs(1);
      pace.note(2);
    }
    expect(pace.waitMs(1)).toBeGreaterThan(0);
    expect(pace.waitMs(1_000)).toBe(0);
  });
});
