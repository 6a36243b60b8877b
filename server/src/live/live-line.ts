/** One line of the floor: its ledger of the shift in view, and what screens have not been told of it yet. */

import { countBetween } from '@lineside/domain/board.ts';
import type { LineFacts } from '@lineside/domain/facts.ts';
import type { Ledger } from '@lineside/domain/ledger.ts';
import { compareReadings, type Reading } from '@lineside/domain/reading.ts';
import type { Totals } from '@lineside/domain/track.ts';
import { LOOKBACK_MS, pointsSince, viewOf } from '@lineside/domain/view.ts';
import type { LinePoints, LineView } from '@lineside/domain/wire.ts';
import type { Window } from '../plan/plans.ts';

/** A ledger in view. */
export interface InView {
  readonly ledger: Ledger;
  readonly facts: LineFacts;
  readonly window: Window;
  /** How its counters are read: what a change of plan may change. */
  readonly countingKey: string;
  /** Every reading since this instant is in the ledger; epoch ms. */
  readonly completeFrom: number;
}

/** Whole views go out at most once in this time, ms. */
const VIEW_EVERY_MS = 1_000;
/** Why a whole view is due: what is in view is another now, or its past was corrected by late readings. */
type Due = 'renewal' | 'correction';
/** Readings from long ago, as history is handed in, after which the ledger is trimmed. */
const MOST_OLD_READINGS = 1_000;
const MOST_UNCOUNTED = 10_000;

export class LiveLine {
  readonly id: string;
  #inView: InView;
  /** Readings not counted yet. */
  #added: Reading[] = [];
  /** First point that screens have not seen; `null`: they have seen all. */
  #newFrom: number | null = null;
  #due: Due | null = null;
  #viewSentAt = -Infinity;
  #oldReadings = 0;
  #cached: LineView | null = null;

  constructor(id: string, inView: InView) {
    this.id = id;
    this.#inView = inView;
  }

  /** The ledger with everything added so far. */
  get inView(): InView {
    this.#settle();
    return this.#inView;
  }

  /** Messages missing so far in the view (C8). */
  get missedMessages(): number {
    this.#settle();
    return countBetween(...this.#totalsInView()).missedMessages;
  }

  /** Whether it ever sent anything that is known here. */
  get isHeard(): boolean {
    return this.inView.ledger.track.length > 0;
  }

  get hasNews(): boolean {
    return this.#added.length > 0 || this.#newFrom !== null || this.#due !== null;
  }

  /** Whether the ledger has grown so far back that it should be loaded anew. */
  get isOvergrown(): boolean {
    return this.#oldReadings > MOST_OLD_READINGS;
  }

  /** Takes a reading, to be counted when someone looks: many at once cost less, late ones above all. */
  add(reading: Reading): void {
    if (this.#added.push(reading) >= MOST_UNCOUNTED) this.#settle();
  }

  /** Brings another window into view. */
  replace(inView: InView): void {
    this.#inView = inView;
    this.#added = [];
    this.#oldReadings = 0;
    this.#renew();
    this.#viewSentAt = -Infinity;
  }

  /** Takes what is planned now for what it has counted; screens are told at once. */
  replan(facts: LineFacts): void {
    this.#settle();
    this.#inView = { ...this.#inView, facts };
    this.#renew();
    this.#viewSentAt = -Infinity;
  }

  /** When its whole view went out last, epoch ms. */
  get viewSentAt(): number {
    return this.#viewSentAt;
  }

  /** Why a whole view is due now; `null`: none is. */
  viewDue(now: number): Due | null {
    this.#settle();
    return now < this.#viewSentAt + VIEW_EVERY_MS ? null : this.#due;
  }

  /** The points that screens have not seen, once. */
  takePoints(): LinePoints | null {
    this.#settle();
    if (this.#newFrom === null) return null;
    const { ledger, window } = this.#inView;
    const points = pointsSince(ledger.track, this.#newFrom, window.zeroAt);
    this.#newFrom = null;
    return { id: this.id, ...points };
  }

  /** The whole view, which tells all that was due. */
  takeView(now: number): LineView {
    const view = this.view();
    this.#due = null;
    this.#newFrom = null;
    this.#viewSentAt = now;
    return view;
  }

  view(): LineView {
    this.#settle();
    const { facts, window } = this.#inView;
    this.#cached ??= viewOf(facts, { zeroAt: window.zeroAt, until: Infinity, discovered: false });
    return this.#cached;
  }

  #settle(): void {
    if (this.#added.length === 0) return;
    const { window, completeFrom } = this.#inView;
    const added = this.#added.filter(({ at }) => at >= completeFrom).sort(compareReadings);
    this.#added = [];
    const fresh = added.findIndex(({ at }) => at >= window.zeroAt - LOOKBACK_MS);
    this.#countOld(fresh < 0 ? added : added.slice(0, fresh));
    if (fresh >= 0) this.#count(added.slice(fresh));
  }

  /** History that is handed in late seldom changes what is in view; screens need not hear of it then. */
  #countOld(readings: readonly Reading[]): void {
    if (readings.length === 0) return;
    const before = this.#standing();
    const { ledger } = this.#inView;
    const untold = this.#newFrom === null ? null : ledger.track.length - this.#newFrom;
    ledger.add(readings);
    // All of it lies before what was told.
    this.#newFrom = untold === null ? null : ledger.track.length - untold;
    this.#oldReadings += readings.length;
    this.#cached = null;
    if (before !== this.#standing()) this.#due ??= 'correction';
  }

  #count(readings: readonly Reading[]): void {
    const { track } = this.#inView.ledger;
    const last = track.length - 1;
    const [product, lastAt] = [track.productOf(last), last < 0 ? -Infinity : track.atOf(last)];
    const { isNews, correctsTold } = this.#addToLedger(readings);
    if (!isNews) return;
    this.#cached = null;
    if (correctsTold) this.#due ??= 'correction';
    const changesProduct = ({ at, product: named }: Reading): boolean =>
      at >= lastAt && named !== null && named !== product;
    if (readings.some(changesProduct)) this.#renew();
  }

  /** Late readings move what was not told yet; those from before it are told by a whole view alone. */
  #addToLedger(readings: readonly Reading[]): { isNews: boolean; correctsTold: boolean } {
    const { ledger } = this.#inView;
    const { track } = ledger;
    const told = this.#newFrom ?? track.length;
    const toldAt = told === 0 ? -Infinity : track.atOf(told - 1);
    const from = ledger.add(readings);
    const correctsTold = from < told;
    const untold = correctsTold ? track.indexAt(toldAt) + 1 : told;
    this.#newFrom = untold < track.length ? untold : null;
    return { isNews: from < track.length, correctsTold };
  }

  /** A whole view tells everything: points from before it need not be told. */
  #renew(): void {
    this.#cached = null;
    this.#newFrom = null;
    this.#due = 'renewal';
  }

  /** All that readings from long before the view can change in it. */
  #standing(): string {
    const { track } = this.#inView.ledger;
    const last = track.length - 1;
    if (last < 0) return '';
    const count = JSON.stringify(countBetween(...this.#totalsInView()));
    const declared = [track.productOf(last), track.modeOf(last), track.onlineOf(last)];
    return [count, track.atOf(last), ...declared].join(' ');
  }

  /** What the view counts from, and what is counted. */
  #totalsInView(): [Totals, Totals] {
    const { ledger, window } = this.#inView;
    return [ledger.track.totalsBefore(window.zeroAt), ledger.track.totalsAt(Infinity)];
  }
}
