/** The lines on screen: their facts, fed by a source, with one signal for "something changed". */

import type { LineFacts } from '@lineside/domain/facts.ts';
import { addPoints, factsOf } from '@lineside/domain/view.ts';
import type { LinePoints, LineView, PlantInfo, StopSpan } from '@lineside/domain/wire.ts';

export interface LineOnFloor {
  readonly facts: LineFacts;
  /** The line sends readings but is not in the plant file. */
  readonly discovered: boolean;
  /** Totals and states are known from this instant on, epoch ms. */
  readonly zeroAt: number;
  /** Stops and silences of the hours before it. */
  readonly earlier: readonly StopSpan[];
}

/** Tracks grow by thousands of points a shift, so they stay plain objects behind a version. */
export class Floor {
  readonly #lines = new Map<string, LineOnFloor>();
  #plant = $state.raw<PlantInfo | null>(null);
  #version = $state(0);
  #changed = false;

  get plant(): PlantInfo | null {
    return this.#plant;
  }

  /** Grows with every change shown. */
  get version(): number {
    return this.#version;
  }

  /** In the order of the plant file. */
  get lines(): readonly LineOnFloor[] {
    return this.#version < 0 ? [] : [...this.#lines.values()];
  }

  /** The lines of the plant file: those that have a place on every screen. */
  get known(): readonly LineOnFloor[] {
    return this.lines.filter((line) => !line.discovered);
  }

  get discovered(): readonly LineOnFloor[] {
    return this.lines.filter((line) => line.discovered);
  }

  line(id: string): LineOnFloor | null {
    return this.#version < 0 ? null : (this.#lines.get(id) ?? null);
  }

  /** Whether an answer has been shown at all, be it an empty one. */
  get furnished(): boolean {
    return this.#plant !== null;
  }

  /** Takes whole views; lines left out stay as they are unless `all` says that there are no others. */
  furnish(plant: PlantInfo, views: readonly LineView[], all: boolean): void {
    if (all) this.#lines.clear();
    for (const view of views) this.replace(view);
    this.#plant = plant;
    this.#changed = true;
    this.publish();
  }

  replace(view: LineView): void {
    const { discovered, zeroAt, earlier } = view;
    this.#lines.set(view.line.id, { facts: factsOf(view), discovered, zeroAt, earlier });
    this.#changed = true;
  }

  add(lines: readonly LinePoints[]): void {
    for (const points of lines) {
      const line = this.#lines.get(points.id);
      if (!line) continue;
      addPoints(line.facts.track, points);
      this.#changed = true;
    }
  }

  /** Shows what has been taken in since the last time. */
  publish(): void {
    if (!this.#changed) return;
    this.#changed = false;
    this.#version += 1;
  }
}
