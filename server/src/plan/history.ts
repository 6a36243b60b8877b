/** Every version of the plan in memory: what was, is and will be planned at any instant. */

import {
  EMPTY_PLAN,
  planChanges,
  withChanges,
  type PlanChange,
  type PlanVersion,
  type WrittenPlan,
} from '@lineside/domain/plan.ts';
import type { Plant } from '../config/plan.ts';
import { plantOf } from '../config/resolve.ts';
import type { PlanDraft, PlanStore } from '../ports.ts';
import { laidOver } from './overruling.ts';

/** What somebody wants the plan to be. */
export interface PlanEdit {
  /** The last version that they have seen. */
  readonly base: number;
  /** From when on, epoch ms. */
  readonly from: number;
  readonly who: string;
  readonly why: string;
  readonly plan: WrittenPlan;
}

export type Saved =
  | { readonly ok: true; readonly changes: readonly PlanChange[] }
  /** Somebody else was quicker, or there is no such version; nothing is saved. */
  | { readonly ok: false; readonly versions: readonly PlanVersion[] };

/** The plan of one stretch of time, between two versions. */
export interface PlanInForce {
  readonly written: WrittenPlan;
  readonly plant: Plant;
}

/** Resolving a plan takes a millisecond, and few stretches are asked for at a time. */
const MOST_REMEMBERED = 64;

export class PlanHistory {
  readonly #store: PlanStore;
  /** As they were recorded. */
  #recorded: readonly PlanVersion[] = [];
  /** As they come into force. */
  #inOrder: readonly PlanVersion[] = [];
  /** What lines and products were when they were first planned, unless that was for later. */
  #beginnings: readonly PlanChange[] = [];
  #lines: ReadonlySet<string> = new Set();
  /** By how many versions are in force. */
  readonly #inForce = new Map<number, PlanInForce>();
  #saving: Promise<unknown> = Promise.resolve();

  constructor(store: PlanStore) {
    this.#store = store;
  }

  /** Recalls what was planned. */
  async start(): Promise<void> {
    this.#take(await this.#store.versions());
  }

  /** The last version's number; 0: there is none. */
  get version(): number {
    return this.#recorded.at(-1)?.id ?? 0;
  }

  /** As they were recorded. */
  get versions(): readonly PlanVersion[] {
    return this.#recorded;
  }

  /** With every version, those that only come into force later on included. */
  get latest(): WrittenPlan {
    return this.at(Infinity).written;
  }

  /**
   * The plan in force at an instant. Lines and products are there as they were first planned before
   * they were: a line that is added takes over the readings that it sent before. One that is planned
   * for later is there from then on.
   */
  at(at: number): PlanInForce {
    const count = this.#countAt(at);
    const known = this.#inForce.get(count);
    if (known) return known;
    const changes = this.#inOrder.slice(0, count).flatMap((version) => version.changes);
    const written = withChanges(EMPTY_PLAN, [...this.#beginnings, ...changes]);
    const inForce = { written, plant: plantOf(written) };
    if (this.#inForce.size >= MOST_REMEMBERED) this.#inForce.clear();
    this.#inForce.set(count, inForce);
    return inForce;
  }

  /** Versions that come into force after one instant and before another, in that order. */
  between(after: number, before: number): readonly PlanVersion[] {
    const first = this.#countAt(after);
    const until = this.#inOrder.findIndex(({ from }, index) => index >= first && from >= before);
    return this.#inOrder.slice(first, until < 0 ? undefined : until);
  }

  /** When the plan changes next after an instant, epoch ms; `Infinity`: not that is known. */
  nextAfter(at: number): number {
    return this.#inOrder[this.#countAt(at)]?.from ?? Infinity;
  }

  /** Ids of the lines that are, were or will be planned. */
  get lines(): ReadonlySet<string> {
    return this.#lines;
  }

  /**
   * From when on a plan holds that is made now: until there are shifts there is no past that it could
   * falsify, and it holds from the beginning.
   */
  fromNow(now: number): number {
    const hasShifts = this.#recorded.some(({ changes }) =>
      changes.some(({ part }) => part === 'shifts' || part === 'extraShifts'),
    );
    return hasShifts ? now : 0;
  }

  /** Records that the plan is another from some instant on, unless somebody else did meanwhile. */
  save(edit: PlanEdit, recordedAt: number): Promise<Saved> {
    const saved = this.#saving.then(() => this.#save(edit, recordedAt));
    this.#saving = saved.catch(() => undefined);
    return saved;
  }

  async #save({ base, plan, ...edit }: PlanEdit, recordedAt: number): Promise<Saved> {
    const changes = planChanges(this.latest, plan);
    if (base !== this.version) return { ok: false, versions: this.#since(base) };
    if (changes.length === 0) return { ok: true, changes };
    const inForce = this.at(edit.from).written;
    const later = this.between(edit.from, Infinity);
    const isSaved = await this.append(laidOver({ ...edit, recordedAt, changes }, inForce, later));
    return isSaved ? { ok: true, changes } : { ok: false, versions: this.#since(base) };
  }

  /** Records versions; resolves to `false`, with nothing recorded, when others were recorded elsewhere. */
  async append(drafts: readonly PlanDraft[]): Promise<boolean> {
    const appended = await this.#store.append(this.version, drafts);
    this.#take(appended ? [...this.#recorded, ...appended] : await this.#store.versions());
    return appended !== null;
  }

  #since(base: number): readonly PlanVersion[] {
    return this.#recorded.filter(({ id }) => id > base);
  }

  #take(versions: readonly PlanVersion[]): void {
    this.#recorded = versions;
    this.#inOrder = versions.toSorted((a, b) => a.from - b.from || a.id - b.id);
    this.#beginnings = beginningsOf(this.#inOrder);
    const lines = versions
      .flatMap(({ changes }) => changes)
      .filter(({ part, after }) => part === 'lines' && after !== null);
    this.#lines = new Set(lines.map(({ key }) => key));
    this.#inForce.clear();
  }

  /** How many versions are in force at an instant. */
  #countAt(at: number): number {
    let [low, high] = [0, this.#inOrder.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#inOrder[middle]?.from ?? Infinity) <= at) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function beginningsOf(inOrder: readonly PlanVersion[]): PlanChange[] {
  const first = new Map<string, PlanChange | null>();
  for (const { from, recordedAt, changes } of inOrder) {
    for (const change of changes) {
      const { part, key, after } = change;
      if ((part !== 'lines' && part !== 'products') || after === null) continue;
      const place = `${part}/${key}`;
      if (!first.has(place)) first.set(place, from <= recordedAt ? change : null);
    }
  }
  return [...first.values()].filter((change) => change !== null);
}
