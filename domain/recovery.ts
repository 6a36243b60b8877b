/** Since when a shift cannot be recovered: the required rate has been above the ideal rate ever since (S10). */

import { Column } from './column.ts';
import type { LineFacts } from './facts.ts';
import { idealPerHour, productAfter } from './product.ts';
import { targetsOf } from './product-target.ts';
import { breakAt, instantAfter, plannedBetween, plannedTotal, type Shift } from './shift.ts';
import { knownTotals, requiredRate, type TargetChange } from './target.ts';
import type { Track } from './track.ts';

const HOUR = 3_600_000;

/** What decides, and changes only with a count, the plan or the product. */
interface Situation {
  /** Good parts that the shift still lacks. */
  readonly missing: number;
  /** Good parts per planned hour; `null` when nobody has said it. */
  readonly best: number | null;
}

/** A stretch without such a change. */
interface Piece {
  readonly from: number;
  /** Since when it had been unrecoverable as the stretch began; `null`: it was not. */
  readonly since: number | null;
  /** The first millisecond of the stretch at which it is unrecoverable if nothing changes. */
  readonly lostFrom: number;
}

/**
 * Since when in a shift the required rate has exceeded the ideal rate (S10), epoch ms; `null` while
 * it can be recovered, or without a target.
 */
export function unrecoverableSince(facts: LineFacts, shift: Shift, at: number): number | null {
  return recoveryOf(facts, shift).since(at);
}

/** The pieces of one shift, each worked out once: a board a second looks only at what is new. */
class Recovery {
  readonly #facts: LineFacts;
  readonly #shift: Shift;
  readonly #targets: readonly TargetChange[];
  readonly #plannedMs: number;
  /** Where the plan, and with it the situation, may change without a count; sorted. */
  readonly #turns: readonly number[];
  /** What the shift owes, as known from each change of its target on. */
  readonly #totalsFrom = new Column();
  readonly #totals: (number | null)[] = [];
  readonly #from = new Column();
  readonly #since = new Column();
  readonly #lostFrom = new Column();
  #rewrites: number;
  /** The next point of the track, and the next turn, to take in. */
  #point = 0;
  #turn = 0;
  /** Good parts before the shift, and at the last point taken in. */
  #zero = 0;
  #good = 0;
  #naming = -1;
  #total: number | null;

  constructor(facts: LineFacts, shift: Shift) {
    this.#facts = facts;
    this.#shift = shift;
    this.#targets = targetsOf(facts);
    this.#plannedMs = plannedTotal(shift);
    this.#rewrites = facts.track.rewrites;
    this.#turns = plannedTurns(facts, shift);
    for (const { at, total } of knownTotals(shift, this.#targets)) {
      this.#totalsFrom.push(at);
      this.#totals.push(total);
    }
    this.#total = this.#totalAt(shift.start);
  }

  isOf(facts: LineFacts, shift: Shift): boolean {
    const known = this.#facts;
    return (
      this.#rewrites === facts.track.rewrites &&
      this.#shift === shift &&
      this.#targets === targetsOf(facts) &&
      known.product === facts.product &&
      known.products === facts.products &&
      known.productChanges === facts.productChanges
    );
  }

  since(at: number): number | null {
    const index = this.#facts.track.indexAt(at);
    this.#settleUpTo(index);
    const place = this.#from.countUpTo(at) - 1;
    const piece = place < 0 ? this.#begun(index) : this.#pieceAt(place);
    if (place + 1 < this.#from.length) return sinceIn(piece, at);
    return sinceIn(this.#turned(piece, index, at), at);
  }

  /** Takes in every point up to an index. */
  #settleUpTo(index: number): void {
    const { track } = this.#facts;
    for (; this.#point <= index; this.#point++) {
      const at = track.atOf(this.#point);
      const good = track.goodOf(this.#point);
      if (at < this.#shift.start) this.#zero = this.#good = good;
      else if (at < this.#shift.end) this.#take(at, good);
    }
  }

  #take(at: number, good: number): void {
    const naming = this.#facts.track.namings.countUpTo(this.#point);
    if (this.#from.length === 0) this.#push(this.#begun(this.#point - 1));
    if (good === this.#good && naming === this.#naming) return;
    for (let turn = this.#turns[this.#turn] ?? Infinity; turn <= at;) {
      this.#total = this.#totalAt(turn);
      this.#push(this.#entered(this.#last(turn), turn, this.#point - 1, this.#total));
      turn = this.#turns[++this.#turn] ?? Infinity;
    }
    this.#good = good;
    this.#naming = naming;
    this.#push(this.#entered(this.#last(at), at, this.#point, this.#total));
  }

  /** The last piece that began before an instant: of several changes at one instant only the last counts. */
  #last(at: number): Piece | null {
    const before = this.#from.countUpTo(at - 0.5);
    for (const column of [this.#from, this.#since, this.#lostFrom]) column.truncate(before);
    return before === 0 ? null : this.#pieceAt(before - 1);
  }

  #push({ from, since, lostFrom }: Piece): void {
    this.#from.push(from);
    this.#since.push(since ?? NaN);
    this.#lostFrom.push(lostFrom);
  }

  #pieceAt(place: number): Piece {
    const since = this.#since.at(place);
    return {
      from: this.#from.at(place),
      since: Number.isNaN(since) ? null : since,
      lostFrom: this.#lostFrom.at(place),
    };
  }

  #begun(index: number): Piece {
    return this.#entered(null, this.#shift.start, index, this.#total);
  }

  /** The piece that holds at an instant after the last count, over the turns since. */
  #turned(piece: Piece, index: number, at: number): Piece {
    let last = piece;
    for (let n = this.#turn; n < this.#turns.length; n++) {
      const turn = this.#turns[n] ?? Infinity;
      if (turn > at) break;
      last = this.#entered(last, turn, index, this.#totalAt(turn));
    }
    return last;
  }

  #entered(before: Piece | null, from: number, index: number, total: number | null): Piece {
    const best = idealPerHour(productAfter(this.#facts, index, from));
    const missing = total === null ? 0 : Math.max(0, total - (this.#good - this.#zero));
    const lostFrom = this.#firstLost({ missing, best }, from);
    const since = lostFrom === from ? ((before && sinceIn(before, from)) ?? from) : null;
    return { from, since, lostFrom };
  }

  #totalAt(at: number): number | null {
    const known = this.#totalsFrom.countUpTo(Math.max(at, this.#shift.start));
    return this.#totals[Math.max(0, known - 1)] ?? null;
  }

  /** The first millisecond from an instant on at which a situation cannot be recovered. */
  #firstLost(situation: Situation, from: number): number {
    const { missing, best } = situation;
    const isLost = (at: number): boolean => this.#isLostAt(situation, at);
    if (isLost(from)) return from;
    if (missing === 0 || best === null) return Infinity;
    const planned = this.#plannedMs - (missing / best) * HOUR;
    let at = Math.max(from, Math.floor(instantAfter(this.#shift, planned)) + 1);
    // Sums of fractions may be a millisecond off, which in a break is as long as the break.
    while (isLost(at - 1)) at = breakAt(this.#shift, at - 1)?.start ?? at - 1;
    while (!isLost(at) && at < this.#shift.end) at = breakAt(this.#shift, at)?.end ?? at + 1;
    return at;
  }

  #isLostAt({ missing, best }: Situation, at: number): boolean {
    const left = plannedBetween(this.#shift, at, this.#shift.end);
    const required = requiredRate(missing, left);
    return required === null ? missing > 0 : best !== null && required > best;
  }
}

function sinceIn({ since, lostFrom }: Piece, at: number): number | null {
  return since ?? (lostFrom <= at ? lostFrom : null);
}

/** Changes of the plan inside the shift, and where a last break leaves no planned time. */
function plannedTurns(facts: LineFacts, shift: Shift): number[] {
  const planned = [...targetsOf(facts).slice(1), ...(facts.productChanges ?? [])].map(
    ({ at }) => at,
  );
  const pauses = shift.breaks.map(({ start }) => start);
  return [...new Set([...planned, ...pauses])]
    .filter((at) => at > shift.start && at < shift.end)
    .sort((a, b) => a - b);
}

const recoveries = new WeakMap<Track, Recovery>();

/** Kept as long as the track, so that nothing settled is worked out twice. */
function recoveryOf(facts: LineFacts, shift: Shift): Recovery {
  const known = recoveries.get(facts.track);
  if (known?.isOf(facts, shift)) return known;
  const recovery = new Recovery(facts, shift);
  recoveries.set(facts.track, recovery);
  return recovery;
}
