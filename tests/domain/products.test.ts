import { expect, test } from 'vitest';
import { bendsOf } from '@lineside/domain/bends.ts';
import { boardAt } from '@lineside/domain/board.ts';
import type { LineFacts, ProductChange } from '@lineside/domain/facts.ts';
import { isUndescribed } from '@lineside/domain/product.ts';
import { changeoversOf, segmentsOf } from '@lineside/domain/segments.ts';
import { targetsOf } from '@lineside/domain/product-target.ts';
import type { TargetChange } from '@lineside/domain/target.ts';
import { factsOf, viewOf } from '@lineside/domain/view.ts';
import {
  aReading,
  aShift,
  factsWith,
  HOUR,
  HOUSING,
  MINUTE,
  MORNING,
} from '../support/builders.ts';

const SHIFT = aShift();
const LID = { id: 'lid', name: 'Lid', idealCycleSeconds: 20 };

function withChanges(
  productChanges: readonly ProductChange[],
  named: readonly [minute: number, product: string][] = [],
): LineFacts {
  const readings = [
    aReading({ at: MORNING - HOUR, good: 0 }),
    ...named.map(([minute, product]) => aReading({ at: MORNING + minute * MINUTE, product })),
    aReading({ at: MORNING + 7 * HOUR, good: 0 }),
  ];
  return factsWith(readings, { products: [HOUSING, LID], productChanges });
}
const productAt = (facts: LineFacts, minute: number) =>
  boardAt(facts, MORNING + minute * MINUTE).product?.id;

test('P4: the product changes by plan or by hand, from that instant on', () => {
  const facts = withChanges([{ at: MORNING + HOUR, product: 'lid' }]);
  expect(productAt(facts, 59)).toBe('housing');
  expect(productAt(facts, 60)).toBe('lid');
  expect(boardAt(facts, MORNING + HOUR).pace?.idealPerHour).toBe(180);
});

test('P4: of what a reading names and what the plan says the later holds', () => {
  const facts = withChanges(
    [{ at: MORNING + 2 * HOUR, product: 'housing' }],
    [
      [60, 'lid'],
      [180, 'lid'],
    ],
  );
  expect([59, 60, 120].map((minute) => productAt(facts, minute))).toEqual([
    'housing',
    'lid',
    'housing',
  ]);
  // What it had named before it names again: that is no news.
  expect(productAt(facts, 200)).toBe('housing');
  const renamed = withChanges(
    [{ at: MORNING + 2 * HOUR, product: 'lid' }],
    [
      [60, 'lid'],
      [180, 'housing'],
    ],
  );
  expect(productAt(renamed, 180)).toBe('housing');
});

test('P4: a product that only readings name is told from those that a plan describes', () => {
  const facts = withChanges([], [[60, 'xyz']]);
  expect(isUndescribed(facts, boardAt(facts, MORNING + 59 * MINUTE).product)).toBe(false);
  expect(isUndescribed(facts, boardAt(facts, MORNING + HOUR).product)).toBe(true);
  expect(isUndescribed(facts, null)).toBe(false);
});

test('P4: a screen that was sent little of the past knows which spoke last', () => {
  for (const [at, product] of [
    [MORNING - 90 * MINUTE, 'lid'],
    [MORNING - 30 * MINUTE, 'housing'],
  ] as const) {
    const facts = factsWith(
      [
        aReading({ at: MORNING - 2 * HOUR, good: 0 }),
        aReading({ at: MORNING - HOUR, good: 1, product: 'lid' }),
        aReading({ at: MORNING - MINUTE, good: 2 }),
        aReading({ at: MORNING + MINUTE, good: 3 }),
      ],
      { products: [HOUSING, LID], productChanges: [{ at, product: 'housing' }] },
    );
    const view = viewOf(facts, { zeroAt: MORNING, until: Infinity, discovered: false });
    const shown = factsOf(JSON.parse(JSON.stringify(view)) as typeof view);
    expect(productAt(facts, 1)).toBe(product);
    expect(boardAt(shown, MORNING + MINUTE)).toEqual(boardAt(facts, MORNING + MINUTE));
  }
});

test('P5: segments have their own counts, target and changeover', () => {
  const at = (minute: number) => MORNING + minute * MINUTE;
  const readings = [
    aReading({ at: at(0), good: 0, reject: 0, state: 'running' }),
    aReading({ at: at(110), good: 200, reject: 4, state: 'changeover' }),
    aReading({ at: at(120), good: 200, reject: 4, state: 'running', product: 'lid' }),
    aReading({ at: at(180), good: 350, reject: 5 }),
  ];
  const rules = { ...factsWith([]).rules, staleAfterSeconds: 7200 };
  const facts = factsWith(readings, { products: [HOUSING, LID], rules });
  expect(changeoversOf(facts, SHIFT, at(180))).toEqual([{ start: at(110), end: at(120) }]);
  const [first, second, ...more] = segmentsOf(facts, SHIFT, at(180));
  expect(more).toEqual([]);
  expect(first).toMatchObject({
    ...{ product: HOUSING, start: at(0), end: at(120), good: 200, reject: 4 },
    ...{ target: 200, plannedMinutes: 120, changeoverMinutes: 10 },
  });
  expect(second).toMatchObject({
    ...{ product: LID, start: at(120), end: at(180), good: 150, reject: 1 },
    ...{ target: 100, changeoverMinutes: 0 },
  });
});

const ownRates = [['lid', 150]] as const;
const usual: TargetChange = { at: 0, target: { perHour: 100 }, ownRates };

/** A lid is named after two hours, a housing after four. */
function twoProducts(targets: readonly TargetChange[]): LineFacts {
  const readings = [
    aReading({ at: MORNING, good: 0 }),
    aReading({ at: MORNING + 2 * HOUR, good: 200, product: 'lid' }),
    aReading({ at: MORNING + 4 * HOUR, good: 450, product: 'housing' }),
    aReading({ at: MORNING + 7 * HOUR, good: 700 }),
  ];
  return factsWith(readings, { shifts: [SHIFT], products: [HOUSING, LID], targets });
}
const dueAt = (facts: LineFacts, hours: number) => {
  const { target } = boardAt(facts, MORNING + hours * HOUR);
  return target && [target.now, target.shift];
};

test('S11: while a product with a target rate of its own is made, that rate is due', () => {
  const facts = twoProducts([usual]);
  // Nobody knows of a product before it is named: the usual rate is due to the shift's end.
  expect(dueAt(facts, 1)).toEqual([100, 800]);
  expect(dueAt(facts, 3)).toEqual([350, 200 + 6 * 150]);
  expect(dueAt(facts, 4)).toEqual([500, 500 + 4 * 100]);
  expect(dueAt(facts, 7)).toEqual([800, 900]);
  expect(segmentsOf(facts, SHIFT, MORNING + 6 * HOUR).map(({ target }) => target)).toEqual([
    200, 300, 200,
  ]);
});

test('S11: a usual quantity is spread over what is left once such a product is no longer made', () => {
  const facts = twoProducts([{ at: 0, target: { perShift: 800 }, ownRates }]);
  expect(dueAt(facts, 3)).toEqual([350, 1100]);
  expect(dueAt(facts, 5)).toEqual([575, 800]);
});

test('S11: what was asked of a shift stands above the rate of a product', () => {
  const facts = twoProducts([usual, { at: MORNING + 3 * HOUR, target: { perShift: 1000 } }]);
  expect(dueAt(facts, 2.5)).toEqual([275, 1100]);
  expect(dueAt(facts, 5)).toEqual([350 + 2 * 130, 1000]);
  const asked = twoProducts([{ at: 0, target: { perShift: 800 } }]);
  expect(dueAt(asked, 3)).toEqual([300, 800]);
});

test('S11: a line without a target has one while it makes such a product', () => {
  const facts = twoProducts([{ at: 0, target: null, ownRates }]);
  expect(dueAt(facts, 1)).toBeNull();
  expect(dueAt(facts, 3)).toEqual([150, 900]);
  expect(dueAt(facts, 5)).toEqual([300, 300]);
});

test('S11: a product by plan or by hand brings its rate, and whoever said so', () => {
  const by = { who: 'Ada', why: 'lids are short' };
  const facts = factsWith([aReading({ good: 0 })], {
    shifts: [SHIFT],
    products: [HOUSING, LID],
    targets: [usual],
    productChanges: [{ at: MORNING + HOUR, product: 'lid', by }],
  });
  expect(targetsOf(facts)).toEqual([
    { at: 0, target: { perHour: 100 } },
    { at: MORNING + HOUR, target: { perHour: 150 }, product: 'Lid', by },
  ]);
  expect(dueAt(facts, 2)).toEqual([250, 100 + 7 * 150]);
});

test('S2 S11: a rate of its own that is changed leaves what was due before as it was', () => {
  const by = { who: 'Ada', why: 'a better tool' };
  const facts = twoProducts([
    usual,
    { at: MORNING + 3 * HOUR, target: { perHour: 100 }, ownRates: [['lid', 180]], by },
  ]);
  expect(dueAt(facts, 2.5)).toEqual([275, 1100]);
  expect(dueAt(facts, 3.5)).toEqual([350 + 90, 350 + 5 * 180]);
  expect(bendsOf(facts, SHIFT, MORNING + 5 * HOUR)).toMatchObject([
    { at: MORNING + 2 * HOUR, product: 'Lid', by: null },
    { at: MORNING + 3 * HOUR, product: null, by },
    { at: MORNING + 4 * HOUR, product: 'Housing', by: null },
  ]);
});
