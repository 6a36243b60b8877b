/** A line's facts packed for the wire, and unpacked again on a screen: the same boards on both sides. */

import type { LineFacts } from './facts.ts';
import { stopsBetween, timelineFor } from './stops.ts';
import { POINTS_TO_KNOW_USUAL } from './patience.ts';
import { Track, type Totals } from './track.ts';
import type { EncodedTrack, LinePoints, LineView, Point, PointNote } from './wire.ts';

const HOUR = 3_600_000;
/** How far before a shift its screens still show states. */
export const LOOKBACK_MS = 8 * HOUR;

export interface ViewOptions {
  /** Totals count from this instant, epoch ms. */
  readonly zeroAt: number;
  /** Points after this instant stay out, epoch ms. */
  readonly until: number;
  /** The line is not in the plant file. */
  readonly discovered: boolean;
}

/** Everything a screen needs for a line's boards from `zeroAt` to `until`. */
export function viewOf(facts: LineFacts, { zeroAt, until, discovered }: ViewOptions): LineView {
  const { line, rules, product, products, targets, shifts, resolution } = facts;
  const { productChanges } = facts;
  const earlier = stopsBetween(facts, zeroAt - LOOKBACK_MS, Math.min(zeroAt, until));
  return {
    ...{ line, discovered, rules, product, products, targets, shifts, zeroAt, resolution },
    ...(productChanges && { productChanges }),
    track: encodeTrack(facts, zeroAt, until),
    earlier,
  };
}

/** The facts of a view, as far as it reaches. */
export function factsOf(view: LineView): LineFacts {
  const { line, rules, product, products, productChanges, targets, shifts, resolution } = view;
  const track = decodeTrack(view.track, rules.staleAfterSeconds);
  const planned = { product, products, ...(productChanges && { productChanges }), targets, shifts };
  return { line, rules, ...planned, resolution, track };
}

/** Points from an index on, with totals counted from `zeroAt`. */
export function pointsSince(track: Track, from: number, zeroAt: number): Omit<LinePoints, 'id'> {
  const zero = track.totalsBefore(zeroAt);
  const points: Point[] = [];
  for (let index = from; index < track.length; index++) {
    points.push([
      track.atOf(index),
      track.goodOf(index) - zero.good,
      track.rejectOf(index) - zero.reject,
    ]);
  }
  const notes = notesBetween(track, from, track.length, track.totalsOf(from - 1));
  const state = notes.findLast((note) => note.state)?.state;
  return { points, ...(notes.length > 0 && { notes }), ...(state && { state }) };
}

/** Appends a frame's points to a track; points before its end are already on it. */
export function addPoints(track: Track, { points, notes = [] }: Omit<LinePoints, 'id'>): void {
  const noted = new Map(notes.map((note) => [note.index, note]));
  let { unseen, implausible, missed } = track.totalsOf(track.length - 1);
  for (const [index, [at, good, reject]] of points.entries()) {
    if (track.length > 0 && at < track.atOf(track.length - 1)) continue;
    const note = noted.get(index);
    unseen += note?.unseen ?? 0;
    implausible += note?.implausible ?? 0;
    missed += note?.missed ?? 0;
    const { state = null, product = null, online = null } = note ?? {};
    track.append({ at, good, reject, unseen, implausible, missed, state, product, online });
  }
}

/** A track from the last point before `zeroAt` to `until`, as columns of differences. */
export function encodeTrack(facts: LineFacts, zeroAt: number, until: number): EncodedTrack {
  const { track } = facts;
  const end = track.indexAt(until) + 1;
  const first = Math.max(0, Math.min(track.indexBefore(zeroAt), end - 1));
  const zero = track.totalsBefore(zeroAt);
  const encoded = { at: [] as number[], good: [] as number[], reject: [] as number[] };
  let last: readonly [number, number, number] = [0, zero.good, zero.reject];
  for (let index = first; index < end; index++) {
    const next = [track.atOf(index), track.goodOf(index), track.rejectOf(index)] as const;
    encoded.at.push(next[0] - last[0]);
    encoded.good.push(next[1] - last[1]);
    encoded.reject.push(next[2] - last[2]);
    last = next;
  }
  return {
    origin: originAt(facts, first),
    ...encoded,
    notes: notesBetween(track, first, end, track.totalsOf(first - 1)),
  };
}

/** What held at a point, for a track that starts there. */
export function originAt(facts: LineFacts, index: number): EncodedTrack['origin'] {
  const { track } = facts;
  if (index === 0 || index >= track.length) return track.origin;
  const timeline = timelineFor(facts);
  const doing = timeline.at(track.atOf(index));
  return {
    standingSince: timeline.standingSince(index),
    state: track.modeOf(index),
    stateSince: track.modeSinceOf(index),
    runningSince: doing?.activity === 'running' ? doing.since : null,
    product: track.productOf(index),
    productSince: finiteOrNull(track.productSinceOf(index)),
    heardAt: timesBefore(track, index),
  };
}

const finiteOrNull = (at: number): number | null => (Number.isFinite(at) ? at : null);

/** @param staleAfterSeconds as for a track (R2) */
export function decodeTrack(encoded: EncodedTrack, staleAfterSeconds: number | null): Track {
  const track = new Track(staleAfterSeconds, encoded.origin);
  let [at, good, reject] = [0, 0, 0];
  const points = encoded.at.map((step, index): Point => {
    at += step;
    good += encoded.good[index] ?? 0;
    reject += encoded.reject[index] ?? 0;
    return [at, good, reject];
  });
  addPoints(track, { points, notes: encoded.notes });
  return track;
}

/** What points say beyond their counts, where they say anything. */
function notesBetween(track: Track, from: number, end: number, before: Totals): PointNote[] {
  const notes: PointNote[] = [];
  let last = before;
  for (let index = from; index < end; index++) {
    const totals = track.totalsOf(index);
    const declared = track.declaredAt(index);
    const unseen = totals.unseen - last.unseen;
    const implausible = totals.implausible - last.implausible;
    const missed = totals.missed - last.missed;
    if (declared || unseen || implausible || missed) {
      notes.push({
        index: index - from,
        ...declared,
        ...(unseen && { unseen }),
        ...(implausible && { implausible }),
        ...(missed && { missed }),
      });
    }
    last = totals;
  }
  return notes;
}

function timesBefore(track: Track, index: number): number[] {
  const times: number[] = [];
  for (let n = Math.max(0, index - POINTS_TO_KNOW_USUAL); n < index; n++) times.push(track.atOf(n));
  return times;
}
