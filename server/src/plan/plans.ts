/** What is planned for a line around some time: the facts of its boards, but for what it counted. */

import {
  DEFAULT_STOP_AFTER_SECONDS,
  DEFAULT_THRESHOLDS,
  type LineFacts,
  type LineRules,
  type Product,
} from '@lineside/domain/facts.ts';
import type { CountingRules } from '@lineside/domain/ledger.ts';
import type { Track } from '@lineside/domain/track.ts';
import type { LinePlan, Plant } from '../config/plan.ts';
import type { Calendar } from './calendar.ts';
import type { PlanHistory } from './history.ts';

const DAY = 86_400_000;
const DEFAULT_RULES: LineRules = {
  stopAfterSeconds: DEFAULT_STOP_AFTER_SECONDS,
  staleAfterSeconds: null,
  thresholds: DEFAULT_THRESHOLDS,
};

/** A stretch of time in view; totals count from `zeroAt`. Epoch ms. */
export interface Window {
  readonly zeroAt: number;
  readonly until: number;
}

export class Plans {
  readonly plant: Plant;
  readonly calendar: Calendar;
  readonly #history: PlanHistory;
  readonly #lines: ReadonlyMap<string, LinePlan>;
  readonly #products: ReadonlyMap<string, Product>;

  constructor(plant: Plant, calendar: Calendar, history: PlanHistory) {
    this.plant = plant;
    this.calendar = calendar;
    this.#history = history;
    this.#lines = new Map(plant.lines.map((line) => [line.id, line]));
    this.#products = new Map(plant.products.map((product) => [product.id, product]));
  }

  get lines(): readonly LinePlan[] {
    return this.plant.lines;
  }

  /** The line's plan, or `undefined` for a line that the plant file does not know. */
  lineOf(id: string): LinePlan | undefined {
    return this.#lines.get(id);
  }

  productOf(id: string | null): Product | null {
    return id === null ? null : (this.#products.get(id) ?? null);
  }

  /** The facts of any line, planned or merely discovered. */
  factsOf(id: string, track: Track, { zeroAt, until }: Window): LineFacts {
    const plan = this.#lines.get(id);
    const next = this.calendar.after(until - 1);
    return {
      line: plan ? { id, name: plan.name, area: plan.area } : { id, name: id, area: '' },
      rules: plan?.rules ?? DEFAULT_RULES,
      product: plan ? this.productOf(this.#history.productAt(id, zeroAt)) : null,
      products: this.plant.products,
      targets: plan ? this.#history.targetsAfter(id, zeroAt - DAY, until) : [],
      shifts: [...this.calendar.between(zeroAt - DAY, until), ...(next ? [next] : [])],
      resolution: 'reading',
      track,
    };
  }

  /** How a line's counters are to be read. */
  countingOf(id: string, at: number): CountingRules {
    const plan = this.#lines.get(id);
    const own = plan ? this.#history.productAt(id, at) : null;
    return {
      // A product that nobody has described is made no faster than the line's own.
      idealCycleSeconds: (product) =>
        (this.productOf(product) ?? this.productOf(own))?.idealCycleSeconds ?? null,
      rollover: plan?.counter.rollover ?? null,
      correction: plan?.counter.correction ?? 0,
      staleAfterSeconds: plan?.rules.staleAfterSeconds ?? null,
    };
  }
}
