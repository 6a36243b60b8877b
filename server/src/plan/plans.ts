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
import { Calendar, type ShiftPlanInForce } from './calendar.ts';
import type { PlanHistory } from './history.ts';
import {
  plannedProductAt,
  productChanges,
  standingProductChange,
  targetsOver,
} from './line-plan.ts';

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

/** What is said of a line and of products around a window: the newest of it that is in force. */
interface Definitions {
  readonly line: LinePlan | undefined;
  readonly products: readonly Product[];
}

export class Plans {
  readonly calendar = new Calendar();
  readonly #history: PlanHistory;
  #now = -Infinity;

  constructor(history: PlanHistory) {
    this.#history = history;
  }

  /** Takes up what the plan has become by an instant, epoch ms. */
  follow(now: number): void {
    this.#now = now;
    this.calendar.use(shiftPlansOf(this.#history));
  }

  /** When the plan changes next without anybody saving anything, epoch ms. */
  get changesAt(): number {
    return this.#history.nextAfter(this.#now);
  }

  /** The plan in force. */
  get plant(): Plant {
    return this.#history.at(this.#now).plant;
  }

  get lines(): readonly LinePlan[] {
    return this.plant.lines;
  }

  /** The line's plan, or `undefined` for a line that is not planned now. */
  lineOf(id: string): LinePlan | undefined {
    return this.lines.find((line) => line.id === id);
  }

  /** Ids of the lines that are, were or will be planned. */
  get everPlanned(): Iterable<string> {
    return this.#history.lines;
  }

  /** Whether a line is, was or will be planned. */
  knows(id: string): boolean {
    return this.#history.lines.has(id);
  }

  productOf(id: string | null): Product | null {
    return find(this.plant.products, id);
  }

  /** The lines that were planned in a window. */
  linesIn({ zeroAt, until }: Window): readonly LinePlan[] {
    const newest = this.#history.at(this.#by(until)).plant.lines;
    const oldest = this.#history.at(zeroAt).plant.lines;
    const ids = new Set(newest.map(({ id }) => id));
    return [...newest, ...oldest.filter(({ id }) => !ids.has(id))];
  }

  /** The facts of any line, planned or merely discovered. */
  factsOf(id: string, track: Track, window: Window): LineFacts {
    const { zeroAt, until } = window;
    const { line: plan, products } = this.#definitions(id, window);
    const next = this.calendar.after(until - 1);
    const shifts = [...this.calendar.between(zeroAt - DAY, until), ...(next ? [next] : [])];
    const known = this.#history;
    const from = zeroAt - DAY;
    const standing = plan ? standingProductChange(known, id, this.calendar, from) : [];
    const changes = plan ? [...standing, ...productChanges(known, id, shifts, [from, until])] : [];
    return {
      line: plan ? { id, name: plan.name, area: plan.area } : { id, name: id, area: '' },
      rules: plan?.rules ?? DEFAULT_RULES,
      product: plan ? find(products, plannedProductAt(known, id, shifts, zeroAt)) : null,
      ...(changes.length > 0 && { productChanges: changes }),
      products,
      targets: plan ? targetsOver(known, id, shifts) : [],
      shifts,
      resolution: 'reading',
      track,
    };
  }

  /** How a line's counters are to be read. */
  countingOf(id: string, window: Window): CountingRules {
    const { line: plan, products } = this.#definitions(id, window);
    const planned = this.#plannedIn(id, window);
    return {
      idealCycleSeconds: (product) => {
        const named = find(products, product);
        // The plan, or a person by hand, may have overruled what was named.
        const alsoMade = planned.filter((each) => each !== null);
        return idealOfQuickest(named ? [named, ...alsoMade] : planned);
      },
      rollover: plan?.counter.rollover ?? null,
      correction: plan?.counter.correction ?? 0,
      staleAfterSeconds: plan?.rules.staleAfterSeconds ?? null,
    };
  }

  /** Differs where counters are to be read differently. */
  countingKey(id: string, window: Window): string {
    const { line: plan, products } = this.#definitions(id, window);
    const planned = new Set(this.#plannedIn(id, window).map((product) => product?.id ?? ''));
    const cycles = products.map((product) => [product.id, product.idealCycleSeconds]);
    const { counter, rules } = plan ?? {};
    return JSON.stringify([counter, rules?.staleAfterSeconds, [...planned].sort(), cycles]);
  }

  /** What the line makes by plan in a window; `null` stands for a product that is not known. */
  #plannedIn(id: string, window: Window): (Product | null)[] {
    const { zeroAt, until } = window;
    const { line, products } = this.#definitions(id, window);
    if (!line) return [null];
    const shifts = this.calendar.between(zeroAt - DAY, until);
    const changes = productChanges(this.#history, id, shifts, [zeroAt, until]);
    const first = plannedProductAt(this.#history, id, shifts, zeroAt);
    return [first, ...changes.map(({ product }) => product)].map((each) => find(products, each));
  }

  /** The last instant of a window of which the plan is known. */
  #by(until: number): number {
    return Math.min(until - 1, this.#now);
  }

  #definitions(id: string, { zeroAt, until }: Window): Definitions {
    const newest = this.#history.at(this.#by(until)).plant;
    const oldest = this.#history.at(zeroAt).plant;
    const isId = (line: LinePlan): boolean => line.id === id;
    const gone = oldest.products.filter(({ id }) => find(newest.products, id) === null);
    return {
      line: newest.lines.find(isId) ?? oldest.lines.find(isId),
      products: [...newest.products, ...gone],
    };
  }
}

/** The ideal cycle of the quickest of some products, seconds; `null`: one is not known. */
function idealOfQuickest(products: readonly (Product | null)[]): number | null {
  const cycles = products.map((product) => product?.idealCycleSeconds ?? null);
  return cycles.includes(null) ? null : Math.min(...cycles.map(Number));
}

function find(products: readonly Product[], id: string | null): Product | null {
  return products.find((product) => product.id === id) ?? null;
}

/** Every plan of shifts that has been or will be in force. */
function shiftPlansOf(history: PlanHistory): ShiftPlanInForce[] {
  const bearing = history
    .between(-Infinity, Infinity)
    .filter(({ changes }) => changes.some(({ part }) => SHIFT_PARTS.has(part)));
  const starts = new Set(bearing.map(({ from }) => from));
  return [...starts].map((from) => ({ from, plan: history.at(from).plant }));
}

const SHIFT_PARTS = new Set<string>(['plant', 'shifts', 'holidays', 'extraShifts']);
