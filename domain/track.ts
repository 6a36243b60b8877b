/** One line's corrected totals and messages over time, as sorted columns; every value at `t` is a binary search. */

import { Column } from './column.ts';
import { Patience } from './patience.ts';
import type { DeclaredState } from './reading.ts';

/** One message on a track. Totals run on from whatever the track started at. */
export interface TrackPoint {
  /** Epoch ms; not before the point before it. */
  readonly at: number;
  readonly good: number;
  readonly reject: number;
  readonly unseen: number;
  readonly implausible: number;
  readonly missed: number;
  /** What this message declares; `null`: nothing. */
  readonly state: DeclaredState | null;
  readonly product: string | null;
  readonly online: boolean | null;
}

/** What a message may say beyond its counts. */
export interface Declared {
  readonly state?: DeclaredState;
  readonly product?: string;
  readonly online?: boolean;
}

export interface Totals {
  readonly good: number;
  readonly reject: number;
  readonly unseen: number;
  readonly implausible: number;
  /** Messages missing by their numbers (C8). */
  readonly missed: number;
}

/** What held before the first point of a track. */
export interface TrackOrigin {
  /** Since when no counter has risen, epoch ms; `null`: unknown. */
  readonly standingSince: number | null;
  readonly state: DeclaredState | null;
  /** Since when that state holds, epoch ms. */
  readonly stateSince: number | null;
  /** Since when it had been running, epoch ms; `null`: it was not, or nobody knows. */
  readonly runningSince: number | null;
  readonly product: string | null;
  /** Since when readings have named that product, epoch ms; left out: for ever. */
  readonly productSince?: number | null;
  /** Times of the last messages before the first point: they tell the usual interval (R2). */
  readonly heardAt: readonly number[];
}

const NO_ORIGIN: TrackOrigin = {
  standingSince: null,
  state: null,
  stateSince: null,
  runningSince: null,
  product: null,
  heardAt: [],
};
const NO_TOTALS: Totals = { good: 0, reject: 0, unseen: 0, implausible: 0, missed: 0 };

const MODES = [
  'running',
  'stopped',
  'changeover',
  'idle',
] as const satisfies readonly DeclaredState[];
const RUNNING = MODES.indexOf('running');
const STOPPED = MODES.indexOf('stopped');
const IDLE = MODES.indexOf('idle');

export class Track {
  readonly origin: TrackOrigin;
  /** Points at which the line began anew to run or to be in a declared state; indexes of points. */
  readonly runs = new Column();
  /** Points before which the line was not heard from (R2); indexes of points. */
  readonly silences = new Column();
  /** Points that showed a gap in the numbers of messages (C8); indexes of points. */
  readonly gaps = new Column();
  /** Points that named another product than was named before; indexes of points. */
  readonly namings = new Column();
  readonly #patience: Patience;
  readonly #at = new Column();
  readonly #good = new Column();
  readonly #reject = new Column();
  readonly #unseen = new Column();
  readonly #implausible = new Column();
  readonly #missed = new Column();
  readonly #standingSince = new Column();
  readonly #mode = new Column();
  readonly #modeSince = new Column();
  readonly #product = new Column();
  readonly #online = new Column();
  readonly #staleMs = new Column();
  readonly #products: (string | null)[];
  #rewrites = 0;

  /** @param staleAfterSeconds silence after which the line is not heard from; `null`: 3 usual intervals (R2) */
  constructor(staleAfterSeconds: number | null, origin: TrackOrigin = NO_ORIGIN) {
    this.origin = origin;
    this.#patience = new Patience(staleAfterSeconds, origin.heardAt);
    this.#products = [origin.product];
  }

  get length(): number {
    return this.#at.length;
  }

  /** How often points already on the track were taken back. */
  get rewrites(): number {
    return this.#rewrites;
  }

  atOf(index: number): number {
    return this.#at.at(index);
  }

  goodOf(index: number): number {
    return this.#good.at(index);
  }

  rejectOf(index: number): number {
    return this.#reject.at(index);
  }

  totalsOf(index: number): Totals {
    if (index < 0) return NO_TOTALS;
    return {
      good: this.#good.at(index),
      reject: this.#reject.at(index),
      unseen: this.#unseen.at(index),
      implausible: this.#implausible.at(index),
      missed: this.#missed.at(index),
    };
  }

  /** Since when, as of this point, no counter had risen; epoch ms. */
  standingSinceOf(index: number): number {
    return this.#standingSince.at(index);
  }

  /** The declared state in force after this point; `running` where none is. */
  modeOf(index: number): DeclaredState {
    return MODES[this.#mode.at(index)] ?? 'running';
  }

  modeSinceOf(index: number): number {
    return this.#modeSince.at(index);
  }

  /** The product in force after this point; `null`: the line's own. */
  productOf(index: number): string | null {
    return index < 0 ? this.origin.product : (this.#products[this.#product.at(index)] ?? null);
  }

  /** Since when readings have named the product in force after this point, epoch ms. */
  productSinceOf(index: number): number {
    const named = this.namings.countUpTo(index);
    if (named === 0) return this.origin.productSince ?? -Infinity;
    return this.atOf(this.namings.at(named - 1));
  }

  onlineOf(index: number): boolean {
    return this.#online.at(index) === 1;
  }

  /** What a point's message declared, as far as that made a difference; `null`: nothing. */
  declaredAt(index: number): Declared | null {
    const first = index === 0;
    const mode = this.#mode.at(index);
    const expected = first
      ? MODES.indexOf(this.origin.state ?? 'running')
      : this.#undeclaredMode(index - 1, this.#rises(index));
    const product = this.productOf(index);
    const state = mode === expected ? undefined : MODES[mode];
    const newProduct = product === this.productOf(index - 1) ? null : product;
    const offline = !this.onlineOf(index);
    if (!state && newProduct === null && !offline) return null;
    return {
      ...(state && { state }),
      ...(newProduct !== null && { product: newProduct }),
      ...(offline && { online: false }),
    };
  }

  /** The last point at or before an instant; -1 before the first. */
  indexAt(at: number): number {
    return this.#at.countUpTo(at) - 1;
  }

  /** The last point before an instant; -1 where there is none. */
  indexBefore(at: number): number {
    return this.indexAt(at - 0.5);
  }

  /** Totals of all points at or before an instant. */
  totalsAt(at: number): Totals {
    return this.totalsOf(this.indexAt(at));
  }

  /** Totals of all points before an instant: what a span that starts there starts from. */
  totalsBefore(at: number): Totals {
    return this.totalsOf(this.indexBefore(at));
  }

  /** When the last gap at or before an instant showed (C8), epoch ms; `null`: none did. */
  lastGapAt(at: number): number | null {
    const known = this.gaps.countUpTo(this.indexAt(at));
    return known === 0 ? null : this.#at.at(this.gaps.at(known - 1));
  }

  /** Whether at an instant, with no message after point `index`, the line is heard from (R2). */
  isHeardAfter(index: number, at: number): boolean {
    return index >= 0 && this.onlineOf(index) && at - this.#at.at(index) <= this.#staleMs.at(index);
  }

  /** Whether the line is heard from at an instant (R2). */
  isHeardAt(at: number): boolean {
    return this.isHeardAfter(this.indexAt(at), at);
  }

  append(point: TrackPoint): void {
    const before = this.length - 1;
    const rose =
      before >= 0 && (point.good > this.goodOf(before) || point.reject > this.rejectOf(before));
    if (before >= 0 && !this.isHeardAfter(before, point.at)) this.silences.push(this.length);
    if (point.missed > this.totalsOf(before).missed) this.gaps.push(this.length);
    this.#pushStanding(point, before, rose);
    this.#at.push(point.at);
    this.#good.push(point.good);
    this.#reject.push(point.reject);
    this.#unseen.push(point.unseen);
    this.#implausible.push(point.implausible);
    this.#missed.push(point.missed);
    this.#pushProduct(point.product, before);
    this.#online.push(point.online === false ? 0 : 1);
    this.#staleMs.push(this.#patience.after(this.#at));
  }

  /** Takes back every point from `length` on. */
  truncate(length: number): void {
    if (length >= this.length) return;
    this.#rewrites += 1;
    this.#patience.startOver();
    for (const column of this.#columns()) column.truncate(length);
    this.runs.truncate(this.runs.countUpTo(length - 0.5));
    this.silences.truncate(this.silences.countUpTo(length - 0.5));
    this.gaps.truncate(this.gaps.countUpTo(length - 0.5));
    this.namings.truncate(this.namings.countUpTo(length - 0.5));
  }

  #pushProduct(named: string | null, before: number): void {
    const last = this.#lastProduct(before);
    const product = named === null ? last : this.#productIndex(named);
    if (product !== last) this.namings.push(this.#product.length);
    this.#product.push(product);
  }

  #pushStanding(point: TrackPoint, before: number, rose: boolean): void {
    const first = before < 0;
    const mode = first ? MODES.indexOf(this.origin.state ?? 'running') : this.#mode.at(before);
    const modeSince = first ? (this.origin.stateSince ?? point.at) : this.#modeSince.at(before);
    const standing = first ? (this.origin.standingSince ?? point.at) : this.standingSinceOf(before);
    const undeclared = first ? mode : this.#undeclaredMode(before, rose);
    const next = point.state === null ? undeclared : MODES.indexOf(point.state);
    const begins = next !== mode || (next === RUNNING && rose);
    if (first || begins) this.runs.push(this.length);
    this.#mode.push(next);
    this.#modeSince.push(next === mode ? modeSince : point.at);
    this.#standingSince.push(begins && next === RUNNING ? point.at : standing);
  }

  /** The mode after a message that declares none: parts end a declared stop and a declared idling. */
  #undeclaredMode(before: number, rose: boolean): number {
    const mode = this.#mode.at(before);
    return rose && (mode === STOPPED || mode === IDLE) ? RUNNING : mode;
  }

  #rises(index: number): boolean {
    return (
      this.goodOf(index) > this.goodOf(index - 1) || this.rejectOf(index) > this.rejectOf(index - 1)
    );
  }

  #lastProduct(before: number): number {
    return before < 0 ? 0 : this.#product.at(before);
  }

  #productIndex(product: string): number {
    const known = this.#products.indexOf(product);
    return known >= 0 ? known : this.#products.push(product) - 1;
  }

  #columns(): readonly Column[] {
    return [
      this.#at,
      this.#good,
      this.#reject,
      this.#unseen,
      this.#implausible,
      this.#missed,
      this.#standingSince,
      this.#mode,
      this.#modeSince,
      this.#product,
      this.#online,
      this.#staleMs,
    ];
  }
}
