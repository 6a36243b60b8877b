/** Every line's targets and default products over time, so that a changed plan leaves the past as it was (S2). */

import type { Target, TargetChange } from '@lineside/domain/target.ts';
import type { Plant } from '../config/plan.ts';
import type { PlanStore, PlanVersion } from '../ports.ts';

export class PlanHistory {
  readonly #store: PlanStore;
  readonly #versions = new Map<string, PlanVersion[]>();

  constructor(store: PlanStore) {
    this.#store = store;
  }

  /**
   * Recalls what was planned, and records where the plant file has since come to say otherwise: from
   * now on, or from the beginning for a line never planned before.
   *
   * @param now epoch ms
   */
  async start(plant: Plant, now: number): Promise<void> {
    for (const version of await this.#store.plans()) this.#note(version);
    const changed = plant.lines.flatMap(({ id, target, product }): PlanVersion[] => {
      const last = this.#versions.get(id)?.at(-1);
      if (last?.product === product && isSame(last.target, target)) return [];
      return [{ line: id, at: last ? Math.max(now, last.at + 1) : 0, target, product }];
    });
    if (changed.length > 0) await this.#store.record(changed);
    for (const version of changed) this.#note(version);
  }

  /** Changes of a line's target as far as they bear on what follows an instant. */
  targetsAfter(line: string, from: number, until: number): TargetChange[] {
    const versions = (this.#versions.get(line) ?? []).filter(({ at }) => at < until);
    const first = versions.findLastIndex(({ at }) => at <= from);
    return versions.slice(Math.max(first, 0)).map(({ at, target }) => ({ at, target }));
  }

  /** The product that a line makes while no reading names another. */
  productAt(line: string, at: number): string | null {
    const versions = this.#versions.get(line) ?? [];
    return (versions.findLast((version) => version.at <= at) ?? versions[0])?.product ?? null;
  }

  #note(version: PlanVersion): void {
    const versions = this.#versions.get(version.line);
    if (versions) versions.push(version);
    else this.#versions.set(version.line, [version]);
  }
}

function isSame(a: Target | null, b: Target | null): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
