/** The loss bridge: from the target to what was made, in pieces that add up to the gap (L1-L5). */

import { countBetween } from './board.ts';
import type { LineFacts } from './facts.ts';
import { idealPerHour, productSpans, type ProductSpan } from './product.ts';
import { targetsOf } from './product-target.ts';
import { plannedBetween, type Shift, type Span } from './shift.ts';
import { timelineFor } from './stops.ts';
import { expectedAt, targetCurve, type TargetCurve } from './target.ts';

export const LOSS_KINDS = [
  'planRoom',
  'downtime',
  'changeover',
  'idle',
  'noData',
  'slow',
  'rejects',
] as const;
/** `planRoom`: what the ideal rate makes beyond the target. The rest in the order of {@link LOSS_KINDS}. */
export type LossKind = (typeof LOSS_KINDS)[number];

export interface LossPiece {
  readonly kind: LossKind;
  /** What it adds to the gap, good parts; negative is lost. */
  readonly parts: number;
  /** Planned minutes that it took; `null` for what takes no time of its own. */
  readonly minutes: number | null;
}

/** From the target of a span to its good count: target + all pieces = good. */
export interface LossBridge extends Span {
  readonly target: number;
  readonly good: number;
  readonly reject: number;
  /** Good less target. */
  readonly gap: number;
  /** Every kind once, in the order of {@link LOSS_KINDS}. */
  readonly pieces: readonly LossPiece[];
  /** L4: what the ideal rate makes in planned time less downtime; `null` without an ideal rate. */
  readonly achievable: number | null;
  /** L5: whether the time is worth what the ideal rate makes in it, or in part only the target. */
  readonly isIdeal: boolean;
}

const HOUR = 3_600_000;
const MINUTE = 60_000;

type Idleness = 'downtime' | 'changeover' | 'idle' | 'noData';
const IDLENESS = {
  stopped: 'downtime',
  changeover: 'changeover',
  idle: 'idle',
  noData: 'noData',
} as const;

/**
 * The bridge of a span of one shift as known at an instant, at the latest at the shift's end; where
 * that lies inside the span it ends there (L1). `null` without a target, and for a span that has not
 * begun.
 */
export function lossesOf(
  facts: LineFacts,
  shift: Shift,
  span: Span,
  at: number,
): LossBridge | null {
  const start = Math.max(span.start, shift.start);
  const knownAt = Math.min(at, shift.end);
  const end = Math.min(span.end, knownAt);
  const curve = targetCurve(shift, targetsOf(facts), knownAt);
  if (!curve || end < start) return null;
  const { track } = facts;
  const until = end < knownAt || end === shift.end ? track.totalsBefore(end) : track.totalsAt(end);
  const { good, reject, unseen } = countBetween(track.totalsBefore(start), until);
  const target = expectedAt(curve, end) - expectedAt(curve, start);
  const spans = productSpans(facts, start, end);
  const worth = (time: Span): number => worthOf(time, shift, spans, curve);
  const lost = standing(facts, shift, { start, end }, knownAt, worth);
  const whole = worth({ start, end });
  const ran = whole - lost.downtime.parts - lost.changeover.parts - lost.idle.parts;
  const parts: Readonly<Record<LossKind, number>> = {
    planRoom: whole - target,
    downtime: -lost.downtime.parts,
    changeover: -lost.changeover.parts,
    idle: -lost.idle.parts,
    noData: unseen - lost.noData.parts,
    slow: good + reject - unseen - (ran - lost.noData.parts),
    rejects: -reject,
  };
  const isIdeal = spans.every(({ product }) => idealPerHour(product) !== null);
  const pieces = LOSS_KINDS.map((kind): LossPiece => {
    const minutes = kind in lost ? lost[kind as Idleness].plannedMs / MINUTE : null;
    return { kind, parts: parts[kind] || 0, minutes };
  });
  const achievable = isIdeal ? whole - lost.downtime.parts : null;
  return { start, end, target, good, reject, gap: good - target, pieces, achievable, isIdeal };
}

/** What a time is worth, good parts: what the ideal rate makes in it, or else the target asks of it (L5). */
function worthOf(
  time: Span,
  shift: Shift,
  spans: readonly ProductSpan[],
  curve: TargetCurve,
): number {
  let parts = 0;
  for (const { start, end, product } of spans) {
    const [from, to] = [Math.max(start, time.start), Math.min(end, time.end)];
    if (to <= from) continue;
    const best = idealPerHour(product);
    parts +=
      best === null
        ? expectedAt(curve, to) - expectedAt(curve, from)
        : (best * plannedBetween(shift, from, to)) / HOUR;
  }
  return parts;
}

/** Planned time of a span in which the line did not run, and what it was worth. */
function standing(
  facts: LineFacts,
  shift: Shift,
  { start, end }: Span,
  at: number,
  worth: (time: Span) => number,
): Record<Idleness, { plannedMs: number; parts: number }> {
  const none = () => ({ plannedMs: 0, parts: 0 });
  const lost = { downtime: none(), changeover: none(), idle: none(), noData: none() };
  const add = (kind: Idleness, from: number, to: number): void => {
    if (to <= from) return;
    lost[kind].plannedMs += plannedBetween(shift, from, to);
    lost[kind].parts += worth({ start: from, end: to });
  };
  const { track } = facts;
  const known = track.length > 0 ? track.atOf(0) : Infinity;
  add('noData', start, Math.min(known, end));
  for (const segment of timelineFor(facts).between(start, at)) {
    add(IDLENESS[segment.activity], segment.start, Math.min(segment.end, end));
  }
  return lost;
}

/**
 * Pieces in whole parts that add up to the whole gap: each is rounded down or up, those up that are
 * nearest to it (L3).
 */
export function wholePieces(pieces: readonly LossPiece[], wholeGap: number): LossPiece[] {
  const rest = ({ parts }: LossPiece): number => parts - Math.floor(parts);
  const floor = pieces.reduce((sum, { parts }) => sum + Math.floor(parts), 0);
  const up = new Set(pieces.toSorted((a, b) => rest(b) - rest(a)).slice(0, wholeGap - floor));
  return pieces.map((piece) => {
    return { ...piece, parts: Math.floor(piece.parts) + (up.has(piece) ? 1 : 0) };
  });
}
