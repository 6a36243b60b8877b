/** The loss bridge as rows of a waterfall: whole parts that add up, and where each bar begins and ends. */

import { wholePieces, type LossBridge, type LossKind } from '@lineside/domain/losses.ts';
import { rounded } from './formats.ts';

export interface BridgeRow {
  readonly kind: LossKind | 'target' | 'good';
  readonly name: string;
  /** Whole parts; signed for pieces. */
  readonly parts: number;
  /** Planned minutes; `null` for what takes no time of its own. */
  readonly minutes: number | null;
  /** Good parts at which the bar begins and ends. */
  readonly from: number;
  readonly to: number;
}

const NAMES: Readonly<Record<LossKind, { readonly name: string; readonly gain?: string }>> = {
  planRoom: { name: 'Plan above the best pace', gain: 'Room in the plan' },
  downtime: { name: 'Stops' },
  changeover: { name: 'Changeover' },
  idle: { name: 'Idle' },
  noData: { name: 'Not heard from' },
  slow: { name: 'Slow running and short stops', gain: 'Faster than the best pace' },
  rejects: { name: 'Rejects' },
};
/** Where nobody said how fast a product can be made (L5). */
const GAIN_ON_TARGET = 'Faster than the target';
/** Told even where they are nothing. */
const ALWAYS: ReadonlySet<LossKind> = new Set(['downtime', 'slow', 'rejects']);

/** From the target to the good count, the pieces in between. */
export function bridgeRows(bridge: LossBridge): BridgeRow[] {
  const { good } = bridge;
  const gap = rounded(bridge.gap);
  const target = good - gap;
  let level = target;
  const pieces = wholePieces(bridge.pieces, gap)
    .filter(
      ({ kind, parts, minutes }) => ALWAYS.has(kind) || parts !== 0 || Math.round(minutes ?? 0) > 0,
    )
    .map(({ kind, parts, minutes }): BridgeRow => {
      const { name, gain: usual = name } = NAMES[kind];
      const gain = kind === 'slow' && !bridge.isIdeal ? GAIN_ON_TARGET : usual;
      const from = level;
      level += parts;
      return { kind, name: parts > 0 ? gain : name, parts, minutes, from, to: level };
    });
  const total = { minutes: null, from: 0 };
  return [
    { kind: 'target', name: 'Target', parts: target, ...total, to: target },
    ...pieces,
    { kind: 'good', name: 'Actual', parts: good, ...total, to: good },
  ];
}
