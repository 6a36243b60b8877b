/** Simulated shifts of many kinds, each with what came of it: what a forecast is held against. */

import type { LineFacts } from '@lineside/domain/facts.ts';
import type { Shift } from '@lineside/domain/shift.ts';
import { steady, type Conduct, type LineSpec } from '../../simulators/model/line-spec.ts';
import { shiftEvents } from '../../simulators/model/line-model.ts';
import { between, randomFrom, type Random } from '../../simulators/model/random.ts';
import { aShift, aSpec, MINUTE } from '../simulators/plan.ts';
import { aReading, factsWith } from '../support/builders.ts';

interface Told {
  readonly spec: Partial<LineSpec>;
  readonly conduct: Conduct;
}

/** How a line does in a shift: everyday trouble is in all of them. */
export const KINDS: Readonly<Record<string, (random: Random, shift: Shift) => Told>> = {
  'near its plan': (random) => ({ spec: {}, conduct: steady(between(random, 0.97, 1.03)) }),
  'no pace to spare': (random) => ({
    spec: { plannedPerHour: 120 },
    conduct: { ...steady(between(random, 0.9, 1)), longestStopShare: 0.1, topSpeed: 1 },
  }),
  'long stops': (random) => ({
    spec: { plannedPerHour: between(random, 105, 120) },
    conduct: { ...steady(1), longestStopShare: 0.25 },
  }),
  'one very long stop': (random, shift) => {
    const start = shift.start + between(random, 0.05, 0.8) * (shift.end - shift.start);
    const end = start + between(random, 20, 60) * MINUTE;
    return { spec: {}, conduct: { ...steady(1), stops: [{ start, end, state: 'stopped' }] } };
  },
  'drifting down': (random, shift) => ({
    spec: {},
    conduct: drift(shift, 1.02, between(random, 0.75, 0.95)),
  }),
  'drifting up': (random, shift) => ({
    spec: {},
    conduct: drift(shift, between(random, 0.75, 0.9), 1.02),
  }),
  'slow from some time on': (random, shift) => {
    const from = shift.start + between(random, 0.1, 0.7) * (shift.end - shift.start);
    const paces = [
      { from: shift.start, share: 1 },
      { from, share: between(random, 0.7, 0.9) },
    ];
    return { spec: {}, conduct: { ...steady(1), paces } };
  },
  'change of product': (random) => ({
    spec: { alternatives: [{ id: 'lid', idealCycleSeconds: between(random, 24, 34) }] },
    conduct: { ...steady(between(random, 0.95, 1.03)), mayChangeOver: true },
  }),
  fast: (random) => ({
    spec: { product: { id: 'cap', idealCycleSeconds: 2 }, plannedPerHour: 1700 },
    conduct: { ...steady(between(random, 0.9, 1.03)), longestStopShare: 0.1 },
  }),
  'few large parts': (random) => ({
    spec: { product: { id: 'frame', idealCycleSeconds: 240 }, plannedPerHour: 13 },
    conduct: { ...steady(between(random, 0.9, 1.03)), longestStopShare: 0.1 },
  }),
};

/** A pace that changes evenly over the shift, in steps of ten minutes. */
function drift(shift: Shift, first: number, last: number): Conduct {
  const paces = [];
  for (let from = shift.start; from < shift.end; from += 10 * MINUTE) {
    const share = first + ((last - first) * (from - shift.start)) / (shift.end - shift.start);
    paces.push({ from, share });
  }
  return { ...steady(Math.max(first, last)), paces };
}

export interface SimulatedShift {
  readonly shift: Shift;
  readonly facts: LineFacts;
  /** Good parts at its end. */
  readonly outcome: number;
}

export function simulated(seed: string, kind: string, number: number): SimulatedShift {
  const shift = aShift(number);
  const random = randomFrom(seed, kind, number);
  const told = KINDS[kind]?.(random, shift) ?? { spec: {}, conduct: steady(1) };
  const spec = aSpec(told.spec);
  const readings = [...shiftEvents(`${seed} ${kind}`, spec, shift, told.conduct)].map(
    ({ at, good, reject, state, product }) => aReading({ at, good, reject, state, product }),
  );
  const product = {
    id: spec.product.id ?? '',
    name: '',
    idealCycleSeconds: spec.product.idealCycleSeconds,
  };
  const perHour = spec.plannedPerHour;
  const facts = factsWith(readings, {
    shifts: [shift],
    product,
    products: [product],
    targets: [{ at: 0, target: { perHour } }],
  });
  return { shift, facts, outcome: readings.at(-1)?.good ?? 0 };
}
