import { describe, expect, test } from 'vitest';
import { readPlant } from '../../server/src/config/plant-file.ts';
import type { Plant } from '../../server/src/config/plan.ts';
import { PlanHistory } from '../../server/src/plan/history.ts';
import { MemoryStore } from '../../server/src/readings/memory.ts';
import { HOUR, MORNING } from '../support/builders.ts';
import { aPlant } from '../support/plants.ts';

function plantWith(target: string): Plant {
  const text = aPlant(['press-1']).replace('target: { perHour: 100 }', target);
  const result = readPlant(text, 'plant.yaml');
  if (!result.ok) throw new Error(result.problems.join());
  return result.plant;
}

async function started(store: MemoryStore, target: string, now: number): Promise<PlanHistory> {
  const history = new PlanHistory(store);
  await history.start(plantWith(target), now);
  return history;
}

describe('S2 a changed target leaves the past as it was', () => {
  test('the first target holds from the beginning', async () => {
    const history = await started(new MemoryStore(), 'target: { perHour: 100 }', MORNING);
    expect(history.targetsAfter('press-1', 0, Infinity)).toEqual([
      { at: 0, target: { perHour: 100 } },
    ]);
  });

  test('a target that changed between two starts changes at the second', async () => {
    const store = new MemoryStore();
    await started(store, 'target: { perHour: 100 }', MORNING);
    const history = await started(store, 'target: { perShift: 900 }', MORNING + HOUR);
    expect(history.targetsAfter('press-1', 0, Infinity)).toEqual([
      { at: 0, target: { perHour: 100 } },
      { at: MORNING + HOUR, target: { perShift: 900 } },
    ]);
  });

  test('a clock that was set back between two starts keeps changes in order', async () => {
    const store = new MemoryStore();
    await started(store, 'target: { perHour: 100 }', MORNING);
    await started(store, 'target: { perHour: 90 }', MORNING + HOUR);
    const history = await started(store, 'target: { perHour: 80 }', MORNING + HOUR / 2);
    const targets = history.targetsAfter('press-1', 0, Infinity);
    expect(targets.map(({ at }) => at)).toEqual([0, MORNING + HOUR, MORNING + HOUR + 1]);
    const again = await started(store, 'target: { perHour: 80 }', MORNING + 2 * HOUR);
    expect(again.targetsAfter('press-1', 0, Infinity)).toEqual(targets);
  });

  test('a start without a change records nothing', async () => {
    const store = new MemoryStore();
    await started(store, 'target: { perHour: 100 }', MORNING);
    await started(store, 'target: { perHour: 100 }', MORNING + HOUR);
    expect(await store.plans()).toHaveLength(1);
  });

  test('a target that was removed is gone from then on, and still there before', async () => {
    const store = new MemoryStore();
    await started(store, 'target: { perHour: 100 }', MORNING);
    const history = await started(store, 'stopAfterSeconds: 300', MORNING + HOUR);
    expect(history.targetsAfter('press-1', 0, Infinity)).toEqual([
      { at: 0, target: { perHour: 100 } },
      { at: MORNING + HOUR, target: null },
    ]);
    expect(history.targetsAfter('press-1', 0, MORNING)).toEqual([
      { at: 0, target: { perHour: 100 } },
    ]);
  });

  test('only changes that still matter are told', async () => {
    const store = new MemoryStore();
    for (const [hours, rate] of [10, 20, 30].entries()) {
      await started(store, `target: { perHour: ${rate} }`, MORNING + hours * HOUR);
    }
    const history = await started(store, 'target: { perHour: 30 }', MORNING + 9 * HOUR);
    const rates = history
      .targetsAfter('press-1', MORNING + 1.5 * HOUR, Infinity)
      .map(({ target }) => target);
    expect(rates).toEqual([{ perHour: 20 }, { perHour: 30 }]);
  });

  test('a default product has a history too', async () => {
    const store = new MemoryStore();
    await started(store, 'target: { perHour: 100 }', MORNING);
    const history = new PlanHistory(store);
    const plant = plantWith('target: { perHour: 100 }');
    const lines = plant.lines.map((line) => ({ ...line, product: null }));
    await history.start({ ...plant, lines }, MORNING + HOUR);
    expect(history.productAt('press-1', MORNING)).toBe('housing');
    expect(history.productAt('press-1', MORNING + HOUR)).toBeNull();
  });
});
