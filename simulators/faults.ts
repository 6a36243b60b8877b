/** Which faults a gateway is given by name, and when they strike: often enough to be seen within minutes. */

import type { Span } from '@lineside/domain/shift.ts';
import type { Faults, Outage } from './gateway.ts';
import { between, exponential, randomFrom, type Random } from './model/random.ts';

const MINUTE = 60_000;

/** What each fault does, for people. */
export const FAULTS = {
  reset: 'counters start again from 0 about every 20 minutes',
  repeat: 'every tenth message is delivered twice',
  late: 'about every 10 minutes a minute or two without a connection, delivered afterwards',
  offline: 'about every 10 minutes a minute or two without a connection, and lost',
  glitch: 'now and then counters read 0 once',
} as const;

export type FaultName = keyof typeof FAULTS;

export const isFaultName = (name: string): name is FaultName => Object.hasOwn(FAULTS, name);

function* strikes(random: Random, span: Span, meanGapMs: number): Generator<number> {
  for (let at = span.start; ;) {
    at += exponential(random, meanGapMs);
    if (at >= span.end) return;
    yield Math.round(at);
  }
}

function outages(random: Random, span: Span, keeps: boolean): Outage[] {
  const found: Outage[] = [];
  for (const start of strikes(random, span, 10 * MINUTE)) {
    const end = start + Math.round(between(random, 1, 2) * MINUTE);
    if (start > (found.at(-1)?.end ?? -Infinity)) found.push({ start, end, keeps });
  }
  return found;
}

/** The named faults over a span of time, the same for the same seed. */
export function seededFaults(
  names: readonly FaultName[],
  span: Span,
  ...seed: readonly string[]
): Faults {
  const has = (name: FaultName): boolean => names.includes(name);
  const stream = (name: FaultName): Random => randomFrom(...seed, 'fault', name);
  const kept = has('late') ? outages(stream('late'), span, true) : [];
  const lost = has('offline') ? outages(stream('offline'), span, false) : [];
  const apart = lost.filter((one) => kept.every((o) => one.end < o.start || one.start > o.end));
  return {
    repeatShare: has('repeat') ? 0.1 : 0,
    glitchShare: has('glitch') ? 1 / 40 : 0,
    resets: has('reset') ? [...strikes(stream('reset'), span, 20 * MINUTE)] : [],
    outages: [...kept, ...apart].sort((a, b) => a.start - b.start),
  };
}
