/** A line's track by the minute: what is kept for good of readings that are no longer kept (H1-H3). */

import type { LineFacts } from './facts.ts';
import type { Span } from './shift.ts';
import { Track, type Totals } from './track.ts';
import { decodeTrack, encodeTrack, originAt } from './view.ts';
import type { EncodedTrack } from './wire.ts';

const MINUTE = 60_000;
/** Counts this far apart keep their own times, and with them the stop in between. */
const PAUSE_MS = MINUTE;
/** Stops shorter than this cannot be told from the rest of a minute. */
const SHORTEST_STOP_SECONDS = 120;
/** Silences are said by the points themselves: how far apart two of them are means nothing. */
const ANY_SILENCE_SECONDS = 1e9;

/** The track by the minute of a span `start <= at < end`, with the last point before it. */
export interface Stretch extends Span {
  readonly track: Track;
}

/**
 * Of every minute of a span the last point, and at their own times all points that change the state
 * or the product, show a gap, begin or end a silence or a pause in counting, or take counts back. The
 * last point before a silence says that the line was not heard from after it.
 *
 * @param facts with every reading of the span and so many before it as counting takes up from
 * @param knownUntil how far after the span's end readings would be known, epoch ms
 */
export function byMinute(facts: LineFacts, span: Span, knownUntil: number): Stretch {
  const { track } = facts;
  const before = track.indexBefore(span.start);
  const end = track.indexBefore(span.end) + 1;
  const origin = before < 0 ? undefined : originAt(facts, before);
  const thin = new Track(ANY_SILENCE_SECONDS, origin);
  const pauses = besidePauses(track);
  for (let index = Math.max(before, 0); index < end; index++) {
    const silent = isSilentAfter(track, index, knownUntil);
    const isKept =
      index === before ||
      silent ||
      isLastOfMinute(track, index, end) ||
      isSilentAfter(track, index - 1, knownUntil) ||
      changes(track, index) ||
      falls(track, index) ||
      falls(track, index + 1) ||
      pauses.has(index);
    if (isKept) thin.append(pointOf(track, index, track.totalsOf(index), silent));
  }
  return { ...span, track: thin };
}

/** A stretch packed as tracks travel: columns of differences, a few bytes a minute. */
export function packedStretch(facts: LineFacts, { start, track }: Stretch): EncodedTrack {
  return encodeTrack({ ...facts, track }, start, Infinity);
}

export function unpackedStretch(span: Span, packed: EncodedTrack): Stretch {
  const { start, end } = span;
  return { start, end, track: decodeTrack(packed, ANY_SILENCE_SECONDS) };
}

/** Stretches in order of time as one track. Where one is missing the line was not heard from. */
export function joined(stretches: readonly Stretch[]): Track {
  const filled = stretches.filter(({ track }) => track.length > 0);
  const whole = new Track(ANY_SILENCE_SECONDS, filled[0]?.track.origin);
  for (const [place, { start, end, track }] of filled.entries()) {
    const zero = place === 0 ? track.totalsOf(-1) : track.totalsBefore(start);
    const reached = whole.totalsOf(whole.length - 1);
    const isBroken = (filled[place + 1]?.start ?? end) !== end;
    const first = place === 0 ? 0 : track.indexBefore(start) + 1;
    for (let index = first; index < track.length; index++) {
      const totals = moved(track.totalsOf(index), zero, reached);
      const silent = !track.onlineOf(index) || (isBroken && index === track.length - 1);
      whole.append(pointOf(track, index, totals, silent));
    }
  }
  return whole;
}

/** Facts whose track is by the minute, with the rules that such a track is read by (H2). */
export function factsByMinute(facts: LineFacts, track: Track): LineFacts {
  const stopAfterSeconds = Math.max(facts.rules.stopAfterSeconds, SHORTEST_STOP_SECONDS);
  const rules = { ...facts.rules, stopAfterSeconds, staleAfterSeconds: ANY_SILENCE_SECONDS };
  return { ...facts, rules, track, resolution: 'minute' };
}

function pointOf(track: Track, index: number, totals: Totals, silent: boolean) {
  const state = track.modeOf(index);
  const product = track.productOf(index);
  return { at: track.atOf(index), ...totals, state, product, online: silent ? false : null };
}

function moved(totals: Totals, from: Totals, to: Totals): Totals {
  return {
    good: totals.good - from.good + to.good,
    reject: totals.reject - from.reject + to.reject,
    unseen: totals.unseen - from.unseen + to.unseen,
    implausible: totals.implausible - from.implausible + to.implausible,
    missed: totals.missed - from.missed + to.missed,
  };
}

function isLastOfMinute(track: Track, index: number, end: number): boolean {
  if (index + 1 >= end) return true;
  return Math.floor(track.atOf(index) / MINUTE) < Math.floor(track.atOf(index + 1) / MINUTE);
}

/** Whether the line was not heard from after a point, until the next one or as far as is known. */
function isSilentAfter(track: Track, index: number, knownUntil: number): boolean {
  if (index < 0) return false;
  const next = index + 1;
  if (next >= track.length) return !track.isHeardAfter(index, knownUntil);
  return track.silences.countUpTo(next) > track.silences.countUpTo(index);
}

function changes(track: Track, index: number): boolean {
  if (index === 0) return true;
  return (
    track.modeOf(index) !== track.modeOf(index - 1) ||
    track.productOf(index) !== track.productOf(index - 1) ||
    track.totalsOf(index).missed !== track.totalsOf(index - 1).missed
  );
}

function falls(track: Track, index: number): boolean {
  if (index < 1 || index >= track.length) return false;
  return (
    track.goodOf(index) < track.goodOf(index - 1) ||
    track.rejectOf(index) < track.rejectOf(index - 1)
  );
}

/** Points at which a counter rose after or before a pause. */
function besidePauses(track: Track): Set<number> {
  const beside = new Set<number>();
  let last = -1;
  for (let index = 1; index < track.length; index++) {
    const rose =
      track.goodOf(index) > track.goodOf(index - 1) ||
      track.rejectOf(index) > track.rejectOf(index - 1);
    if (!rose) continue;
    if (last < 0 || track.atOf(index) - track.atOf(last) >= PAUSE_MS) beside.add(last).add(index);
    last = index;
  }
  return beside.add(last);
}
