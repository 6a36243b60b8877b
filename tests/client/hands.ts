/** A timer whose hands tests turn, and a view of one line to put on a floor. */

import { viewOf } from '@lineside/domain/view.ts';
import type { LineFacts } from '@lineside/domain/facts.ts';
import type { LineView, PlantInfo } from '@lineside/domain/wire.ts';
import type { Timer } from '../../client/src/timer.ts';
import { aReading, factsWith, MINUTE, MORNING } from '../support/builders.ts';

interface Job {
  readonly run: () => void;
  readonly everyMs: number | null;
  due: number;
}

export class Hands implements Timer {
  #elapsed = 0;
  readonly #jobs = new Set<Job>();

  elapsed(): number {
    return this.#elapsed;
  }

  every(ms: number, run: () => void): () => void {
    return this.#schedule({ run, everyMs: ms, due: this.#elapsed + ms });
  }

  after(ms: number, run: () => void): () => void {
    return this.#schedule({ run, everyMs: null, due: this.#elapsed + ms });
  }

  get jobs(): number {
    return this.#jobs.size;
  }

  /** Lets time pass, and everything that falls due in it happen in order. */
  turn(ms: number): void {
    const end = this.#elapsed + ms;
    for (;;) {
      const next = [...this.#jobs].filter(({ due }) => due <= end).sort((a, b) => a.due - b.due)[0];
      if (!next) break;
      this.#elapsed = next.due;
      if (next.everyMs === null) this.#jobs.delete(next);
      else next.due += next.everyMs;
      next.run();
    }
    this.#elapsed = end;
  }

  #schedule(job: Job): () => void {
    this.#jobs.add(job);
    return () => {
      this.#jobs.delete(job);
    };
  }
}

export const PLANT: PlantInfo = {
  name: 'Test plant',
  timeZone: 'Europe/Berlin',
  demo: false,
  mqttPort: 1883,
  retentionDays: 400,
};

/** One part a minute since the morning. */
export function someFacts(minutes: number, fields: Partial<LineFacts> = {}): LineFacts {
  const readings = Array.from({ length: minutes + 1 }, (_, minute) =>
    aReading({ at: MORNING + minute * MINUTE, good: minute }),
  );
  return factsWith(readings, fields);
}

export function aView(minutes = 30, fields: Partial<LineFacts> = {}): LineView {
  return viewOf(someFacts(minutes, fields), {
    zeroAt: MORNING,
    until: MORNING + minutes * MINUTE,
    discovered: false,
  });
}
