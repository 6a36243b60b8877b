/** All readings of one line in order of their own time, and the track that they amount to (C3). */

import {
  NOTHING_COUNTED,
  countIncrement,
  countTotal,
  type CounterRules,
  type CounterState,
} from './counter.ts';
import { compareReadings, type Reading } from './reading.ts';
import { NOTHING_NUMBERED, afterNumber, gapsIn, type Gap, type SequenceState } from './sequence.ts';
import { Track } from './track.ts';

export interface CountingRules {
  /** Ideal cycle that a rise is held to while readings name a product, or none (`null`); seconds, `null`: unknown. */
  readonly idealCycleSeconds: (product: string | null) => number | null;
  readonly rollover: number | null;
  readonly correction: number;
  readonly staleAfterSeconds: number | null;
}

/** What counting needs to know after a reading to go on with the next. */
interface Fold {
  readonly good: CounterState;
  readonly reject: CounterState;
  readonly sequence: SequenceState;
  /** When the last silence ended, epoch ms. */
  readonly heardAgainAt: number;
}

const START: Fold = {
  good: NOTHING_COUNTED,
  reject: NOTHING_COUNTED,
  sequence: NOTHING_NUMBERED,
  heardAgainAt: -Infinity,
};

/** A fold is kept every so many readings, so that a late reading recounts little. */
const READINGS_PER_CHECKPOINT = 256;

export class Ledger {
  readonly track: Track;
  readonly #rules: CountingRules;
  readonly #readings: Reading[] = [];
  /** The fold before reading `n * READINGS_PER_CHECKPOINT`. */
  readonly #checkpoints: Fold[] = [START];
  readonly #rulesByProduct = new Map<string | null, CounterRules>();
  #fold = START;

  constructor(rules: CountingRules) {
    this.#rules = rules;
    this.track = new Track(rules.staleAfterSeconds);
  }

  /**
   * Takes readings in any order; those it already has change nothing.
   * @returns the first new or changed point; the track's length when nothing changed
   */
  add(readings: readonly Reading[]): number {
    const before = this.track.length;
    let from = before;
    for (const reading of readings) from = Math.min(from, this.#insert(reading));
    if (from < before) this.#rewindTo(from);
    for (let index = from; index < this.#readings.length; index++) this.#count(index);
    return from;
  }

  /** The gaps in the numbers of all its readings (C8). */
  gaps(): Gap[] {
    return gapsIn(this.#readings);
  }

  /** The reading's place among the others; `Infinity` when it is there already. */
  #insert(reading: Reading): number {
    let low = 0;
    let high = this.#readings.length;
    const last = this.#readings[high - 1];
    if (!last || compareReadings(last, reading) < 0) return this.#readings.push(reading) - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const order = compareReadings(this.#reading(middle), reading);
      if (order === 0) return Infinity;
      if (order < 0) low = middle + 1;
      else high = middle;
    }
    this.#readings.splice(low, 0, reading);
    return low;
  }

  #rewindTo(index: number): void {
    const checkpoint = Math.floor(index / READINGS_PER_CHECKPOINT);
    this.#checkpoints.length = checkpoint + 1;
    this.#fold = this.#checkpoints[checkpoint] ?? START;
    for (let again = checkpoint * READINGS_PER_CHECKPOINT; again < index; again++)
      this.#step(again);
    this.track.truncate(index);
  }

  #count(index: number): void {
    if (index > 0 && index % READINGS_PER_CHECKPOINT === 0) {
      this.#checkpoints[index / READINGS_PER_CHECKPOINT] = this.#fold;
    }
    this.#step(index);
    const { good, reject, sequence } = this.#fold;
    const reading = this.#reading(index);
    this.track.append({
      at: reading.at,
      good: good.total,
      reject: reject.total,
      unseen: good.unseen + reject.unseen,
      implausible: good.implausible + reject.implausible,
      missed: sequence.missing,
      state: reading.state,
      product: reading.product,
      online: reading.online,
    });
  }

  /** Moves the fold over one reading; the track must hold every point before it. */
  #step(index: number): void {
    const reading = this.#reading(index);
    const silent = index > 0 && !this.track.isHeardAfter(index - 1, reading.at);
    const heardAgainAt = silent ? reading.at : this.#fold.heardAgainAt;
    const rules = this.#rulesFor(index, reading);
    const count = reading.kind === 'total' ? countTotal : countIncrement;
    const next = (state: CounterState, value: number | null): CounterState =>
      value === null
        ? state
        : count(state, reading.at, value, heardAgainAt > (state.at ?? Infinity), rules);
    const { sequence } = this.#fold;
    this.#fold = {
      good: next(this.#fold.good, reading.good),
      reject: next(this.#fold.reject, reading.reject),
      sequence: reading.seq === null ? sequence : afterNumber(sequence, reading.seq),
      heardAgainAt,
    };
  }

  /** A rise over a change of product is held to the faster of the two. */
  #rulesFor(index: number, reading: Reading): CounterRules {
    const before = this.#counterRules(this.track.productOf(index - 1));
    if (reading.product === null) return before;
    const after = this.#counterRules(reading.product);
    const isFaster = (before.idealCycleSeconds ?? 0) <= (after.idealCycleSeconds ?? 0);
    return isFaster ? before : after;
  }

  #counterRules(product: string | null): CounterRules {
    const known = this.#rulesByProduct.get(product);
    if (known) return known;
    const { rollover, correction } = this.#rules;
    const rules = {
      idealCycleSeconds: this.#rules.idealCycleSeconds(product),
      rollover,
      correction,
    };
    this.#rulesByProduct.set(product, rules);
    return rules;
  }

  #reading(index: number): Reading {
    const reading = this.#readings[index];
    if (!reading) throw new RangeError(`reading ${index} of ${this.#readings.length}`);
    return reading;
  }
}
