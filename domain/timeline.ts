/** What a line did when: running, stopped, in a declared state, or not heard from (R1, R2). */

import type { DeclaredState } from './reading.ts';
import { plannedAcross, type Shift, type Span } from './shift.ts';
import type { Track } from './track.ts';

export type Activity = DeclaredState | 'noData';

/** A span in which a line did one thing other than run. */
export interface Segment extends Span {
  readonly activity: Exclude<Activity, 'running'>;
}

/** A stretch between two rises of a counter, or in one declared state, up to some instant. */
interface Run {
  /** The stretch's first point. */
  readonly first: number;
  /** The last point known in it. */
  readonly last: number;
  readonly end: number;
}

/** What the line does at an instant, and since when. */
export interface Doing {
  readonly activity: Activity;
  readonly since: number;
}

export class Timeline {
  readonly #track: Track;
  readonly #shifts: readonly Shift[];
  readonly #stopAfterMs: number;
  #rewrites = 0;
  /** Segments of all runs that have ended. */
  readonly #segments: Segment[] = [];
  /** How many segments had ended when run `n` began. */
  readonly #endedBefore: number[] = [0];

  constructor(track: Track, shifts: readonly Shift[], stopAfterSeconds: number) {
    this.#track = track;
    this.#shifts = shifts;
    this.#stopAfterMs = stopAfterSeconds * 1000;
  }

  isOf(shifts: readonly Shift[], stopAfterSeconds: number): boolean {
    return this.#shifts === shifts && this.#stopAfterMs === stopAfterSeconds * 1000;
  }

  /** Segments known at an instant from the messages up to it, sorted; those before `from` are left out. */
  between(from: number, at: number): Segment[] {
    const index = this.#track.indexAt(at);
    if (index < 0) return [];
    const run = this.#runOf(index);
    this.#settleUpTo(run);
    const ended = this.#segments.slice(this.#firstEndingAfter(from), this.#endedBefore[run]);
    return clipped([...ended, ...this.#segmentsOf(this.#openRun(run, index, at))], from);
  }

  /** What the line does at an instant; `null` before its first message. */
  at(at: number): Doing | null {
    const index = this.#track.indexAt(at);
    if (index < 0) return null;
    const last = this.#lastSegment(index, at);
    if (!this.#track.isHeardAfter(index, at)) {
      return { activity: 'noData', since: last?.start ?? this.#track.atOf(index) };
    }
    const activity = this.#track.modeOf(index);
    if (activity !== 'running') return { activity, since: this.#track.modeSinceOf(index) };
    const { since, isStop } = this.#standingAt(index, at);
    if (isStop) return { activity: 'stopped', since };
    return { activity, since: last?.end ?? this.#track.origin.runningSince ?? this.#track.atOf(0) };
  }

  /** Since when a line that runs or is stopped has been standing, as of a point; epoch ms. */
  standingSince(index: number): number {
    const { silences } = this.#track;
    const at = this.#track.atOf(index);
    const { since, isStop } = this.#standingAt(index, at);
    const afterSilence = silences.countUpTo(index) > silences.countUpTo(index - 1);
    return afterSilence && !isStop ? at : since;
  }

  #standingAt(index: number, at: number): { readonly since: number; readonly isStop: boolean } {
    const run = this.#openRun(this.#runOf(index), index, at);
    const { since, firstStop } = this.#standing(run, this.#heardIn(run));
    return { since, isStop: firstStop < Infinity };
  }

  /** The last segment known at an instant. */
  #lastSegment(index: number, at: number): Segment | undefined {
    const run = this.#runOf(index);
    this.#settleUpTo(run);
    const open = clipped(this.#segmentsOf(this.#openRun(run, index, at)), -Infinity);
    return open.at(-1) ?? this.#segments[(this.#endedBefore[run] ?? 0) - 1];
  }

  #isStandstill(since: number, until: number): boolean {
    if (until - since < this.#stopAfterMs) return false;
    return plannedAcross(this.#shifts, since, until) >= this.#stopAfterMs;
  }

  /** The number of the run that a point belongs to. */
  #runOf(index: number): number {
    return this.#track.runs.countUpTo(index) - 1;
  }

  #openRun(run: number, last: number, end: number): Run {
    return { first: this.#track.runs.at(run), last, end };
  }

  /** Takes in every run that ended before run `run` began. */
  #settleUpTo(run: number): void {
    const { runs, rewrites } = this.#track;
    if (rewrites !== this.#rewrites) {
      this.#rewrites = rewrites;
      this.#segments.length = 0;
      this.#endedBefore.length = 1;
    }
    for (let next = this.#endedBefore.length; next <= run; next++) {
      const beginning = runs.at(next);
      const end = this.#track.atOf(beginning);
      const first = runs.at(next - 1);
      this.#segments.push(...this.#segmentsOf({ first, last: beginning - 1, end }));
      this.#endedBefore.push(this.#segments.length);
    }
  }

  #firstEndingAfter(from: number): number {
    let low = 0;
    let high = this.#segments.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#segments[middle]?.end ?? Infinity) <= from) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #segmentsOf(run: Run): Segment[] {
    const silences = this.#silencesOf(run);
    const heard = spansBetween(this.#track.atOf(run.first), run.end, silences);
    const mode = this.#track.modeOf(run.first);
    const segments: Segment[] = silences.map((span) => ({ ...span, activity: 'noData' }));
    if (mode !== 'running') segments.push(...heard.map((span) => ({ ...span, activity: mode })));
    else {
      const stopped = heard.slice(this.#standing(run, heard).firstStop);
      segments.push(...stopped.map((span) => ({ ...span, activity: 'stopped' as const })));
    }
    return segments.sort((a, b) => a.start - b.start);
  }

  /**
   * Which of the spans in which a line was heard are a stop: the first in which it stood for long
   * enough, and all after it. A silence counts for nothing (parts may have been made in it, C6), so
   * that after one the standstill is timed anew.
   */
  #standing(
    run: Run,
    heard: readonly Span[],
  ): { readonly since: number; readonly firstStop: number } {
    const start = this.#track.atOf(run.first);
    let since = this.#track.standingSinceOf(run.first);
    if (this.#isStandstill(since, start)) return { since, firstStop: 0 };
    for (const [index, span] of heard.entries()) {
      if (span.start > start) since = span.start;
      if (this.#isStandstill(since, span.end)) return { since, firstStop: index };
    }
    return { since, firstStop: Infinity };
  }

  #heardIn(run: Run): Span[] {
    return spansBetween(this.#track.atOf(run.first), run.end, this.#silencesOf(run));
  }

  #silencesOf(run: Run): Span[] {
    const track = this.#track;
    const found: Span[] = [];
    for (let n = track.silences.countUpTo(run.first); n < track.silences.length; n++) {
      const index = track.silences.at(n);
      if (index > run.last) break;
      found.push({ start: track.atOf(index - 1), end: track.atOf(index) });
    }
    if (!track.isHeardAfter(run.last, run.end)) {
      found.push({ start: track.atOf(run.last), end: run.end });
    }
    return found;
  }
}

/** The parts of a span that none of some sorted spans covers. */
function spansBetween(start: number, end: number, without: readonly Span[]): Span[] {
  const spans: Span[] = [];
  let from = start;
  for (const gap of without) {
    if (gap.start > from) spans.push({ start: from, end: gap.start });
    from = gap.end;
  }
  if (end > from) spans.push({ start: from, end });
  return spans;
}

/** Cuts what lies before `from`. */
function clipped(segments: readonly Segment[], from: number): Segment[] {
  return segments
    .filter(({ end }) => end > from)
    .map((each) => (each.start < from ? { ...each, start: from } : each));
}

const timelines = new WeakMap<Track, Timeline>();

/** The timeline of a track, kept as long as the track so that nothing settled is worked out twice. */
export function timelineOf(
  track: Track,
  shifts: readonly Shift[],
  stopAfterSeconds: number,
): Timeline {
  const known = timelines.get(track);
  if (known?.isOf(shifts, stopAfterSeconds)) return known;
  const timeline = new Timeline(track, shifts, stopAfterSeconds);
  timelines.set(track, timeline);
  return timeline;
}
