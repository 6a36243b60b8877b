import { describe, expect, test } from 'vitest';
import type { LineEntry } from '@lineside/domain/wire.ts';
import { specsOf } from '../../simulators/plant.ts';
import { aShift } from './plan.ts';

const anEntry = (change: Partial<LineEntry> = {}): LineEntry => ({
  id: 'press-1',
  name: 'Press 1',
  area: 'Stamping',
  product: { id: 'housing', name: 'Housing', idealCycleSeconds: 30 },
  target: { perHour: 100 },
  discovered: false,
  ...change,
});

const specOf = (change: Partial<LineEntry>) => specsOf([anEntry(change)], [aShift()])[0];

describe('what the plan leaves open is guessed', () => {
  test('a shift quantity is spread over planned time', () => {
    expect(specOf({ target: { perShift: 725 } })?.plannedPerHour).toBe(100);
  });

  test('without a target a line is asked for a little less than it can make', () => {
    expect(specOf({ target: null })?.plannedPerHour).toBeCloseTo(102);
    expect(specOf({ target: { perHour: 0 } })?.plannedPerHour).toBeCloseTo(102);
  });

  test('without a cycle a line can make a little more than it is asked for', () => {
    const product = { id: 'new', name: 'New', idealCycleSeconds: null };
    expect(specOf({ product })?.product.id).toBe('new');
    expect(specOf({ product })?.product.idealCycleSeconds).toBeCloseTo(30.6);
  });

  test('with neither it still runs', () => {
    const spec = specOf({ product: null, target: null });
    expect(spec?.product.id).toBe(null);
    expect(spec?.plannedPerHour).toBeCloseTo(100);
  });
});

test('a line may change to products of its area that it can make at its pace', () => {
  const product = (id: string, idealCycleSeconds: number) => ({ id, name: id, idealCycleSeconds });
  const entries = [
    anEntry(),
    anEntry({ id: 'press-2', product: product('cover', 27) }),
    anEntry({ id: 'press-3', product: product('slow', 35) }),
    anEntry({ id: 'press-4', product: product('tiny', 2) }),
    anEntry({ id: 'weld-1', area: 'Assembly', product: product('frame', 29) }),
  ];
  expect(specsOf(entries, [])[0]?.alternatives).toEqual([{ id: 'cover', idealCycleSeconds: 27 }]);
});
