/** One line of the floor: its ledger of the shift in view, and what screens have not been told of it yet. */

import type { LineFacts } from '@lineside/domain/facts.ts';
import type { Ledger } from '@lineside/domain/ledger.ts';
import type { Reading } from '@lineside/domain/reading.ts';
import { LOOKBACK_MS, pointsSince, viewOf } from '@lineside/domain/view.ts';
import type { LinePoints, LineView } from '@lineside/domain/wire.ts';

/** A ledger in view. */
export interface InView {
  readonly ledger: Ledger;
  readonly facts: LineFacts;
  readonly zeroAt: number;
  /** Every reading since this instant is in the ledger; epoch ms. */
  readonly completeFrom: number;
}

/** Whole views go out at most once in this time, ms. */
const VIEW_EVERY_MS = 1_000;
/** Readings from long ago, as history is handed in, after which the ledger is trimmed. */
const MOST_OLD_READINGS = 1_000;

export class LiveLine {
  readonly id: string;
  #inView: InView;
  /** First point that screens have not seen; `null`: they have seen all. */
  #newFrom: number | null = null;
  #isViewDue = false;
  #viewSentAt = -Infinity;
  #oldReadings = 0;
  #cached: LineView | null = null;

  constructor(id: string, inView: InView) {
    this.id = id;
    this.#inView = inView;
  }

  get inView(): InView {
    return this.#inView;
  }

  get hasNews(): boolean {
    return this.#newFrom !== null || this.#isViewDue;
  }

  /** Returns whether the ledger has grown so far back that it should be loaded anew. */
  add(reading: Reading): boolean {
    const { ledger, zeroAt, completeFrom } = this.#inView;
    if (reading.at < completeFrom) return false;
    const isOld = reading.at < zeroAt - LOOKBACK_MS;
    const before = isOld ? this.#standing() : null;
    const product = ledger.track.productOf(ledger.track.length - 1);
    const { from, late } = ledger.add([reading]);
    if (from === ledger.track.length) return false;
    if (isOld && before === this.#standing()) return ++this.#oldReadings > MOST_OLD_READINGS;
    this.#cached = null;
    if (late || (reading.product !== null && reading.product !== product)) this.#isViewDue = true;
    if (late) this.#newFrom = null;
    else this.#newFrom ??= from;
    return false;
  }

  /** Brings another window into view. */
  replace(inView: InView): void {
    this.#inView = inView;
    this.#oldReadings = 0;
    this.#cached = null;
    this.#newFrom = null;
    this.#isViewDue = true;
  }

  /** The points that screens have not seen, once. */
  takePoints(): LinePoints | null {
    if (this.#newFrom === null) return null;
    const { ledger, zeroAt } = this.#inView;
    const points = pointsSince(ledger.track, this.#newFrom, zeroAt);
    this.#newFrom = null;
    return { id: this.id, ...points };
  }

  /** The whole view when one is due, once. */
  takeView(now: number): LineView | null {
    if (!this.#isViewDue || now < this.#viewSentAt + VIEW_EVERY_MS) return null;
    this.#isViewDue = false;
    this.#newFrom = null;
    this.#viewSentAt = now;
    return this.view();
  }

  view(): LineView {
    const { facts, zeroAt } = this.#inView;
    this.#cached ??= viewOf(facts, { zeroAt, until: Infinity, discovered: false });
    return this.#cached;
  }

  /** All that readings from long before the view can change in it. */
  #standing(): string {
    const { ledger, zeroAt } = this.#inView;
    const { track } = ledger;
    const last = track.length - 1;
    if (last < 0) return '';
    const now = track.totalsOf(last);
    const zero = track.totalsBefore(zeroAt);
    const { good, reject } = { good: now.good - zero.good, reject: now.reject - zero.reject };
    return [good, reject, track.productOf(last), track.modeOf(last), track.onlineOf(last)].join(
      ' ',
    );
  }
}
