/** What a line's controller reports over one shift: a pure function of seed, line, shift and conduct, so that any shift can be told again alone. */

import type { DeclaredState } from '@lineside/domain/reading.ts';
import type { Shift } from '@lineside/domain/shift.ts';
import { interruptionsOf, type Interruption } from './interruptions.ts';
import type { Conduct, LineSpec } from './line-spec.ts';
import { finishedParts } from './parts.ts';

/** A line that counts nothing still reports this often. */
const HEARTBEAT_MS = 10_000;
/** Parts closer together than this share a report. */
const LEAST_GAP_MS = 3_000;

/** One report: totals since the shift's start, when the line's counters start from 0. */
export interface LineEvent {
  readonly line: string;
  /** Whole epoch ms, rising from one report of a line to the next. */
  readonly at: number;
  readonly good: number;
  readonly reject: number;
  /** `null` from a line that does not declare its state. */
  readonly state: DeclaredState | null;
  /** Named in a shift's first report and at a change. */
  readonly product: string | null;
}

type Moment =
  | { readonly at: number; readonly kind: 'part'; readonly good: number; readonly reject: number }
  | {
      readonly at: number;
      readonly kind: 'state';
      readonly state: DeclaredState;
      readonly product?: string;
    };

/** What a line says about its state, in order: at the beginning and the end of what it declares. */
function statesOf(interruptions: readonly Interruption[]): Moment[] {
  return interruptions.flatMap(({ start, end, state, makes }): Moment[] =>
    state === null
      ? []
      : [
          { at: start, kind: 'state', state },
          { at: end, kind: 'state', state: 'running', ...(makes && { product: makes.id }) },
        ],
  );
}

function* merged(parts: Iterable<Moment>, states: readonly Moment[]): Generator<Moment> {
  let next = 0;
  for (const part of parts) {
    for (let state = states[next]; state && state.at <= part.at; state = states[++next])
      yield state;
    yield part;
  }
  yield* states.slice(next);
}

/** The reports of one shift, sorted by time. */
export function* shiftEvents(
  seed: string,
  spec: LineSpec,
  shift: Shift,
  conduct: Conduct,
): Generator<LineEvent> {
  const interruptions = interruptionsOf(seed, spec, shift, conduct);
  const parts = finishedParts(seed, spec, shift, conduct, interruptions).map(
    ({ at, good, reject }): Moment => ({ at: Math.round(at), kind: 'part', good, reject }),
  );
  const last = shift.end - 1;
  let at = shift.start;
  let good = 0;
  let reject = 0;
  let state: DeclaredState | null = spec.declaresState ? 'running' : null;
  let product = spec.product.id;
  const report = (moment: number): LineEvent => {
    at = moment;
    const event = { line: spec.id, at, good, reject, state, product };
    product = null;
    return event;
  };

  yield report(shift.start);
  for (const moment of merged(parts, statesOf(interruptions))) {
    if (moment.at >= last) break;
    while (moment.at - at > HEARTBEAT_MS) yield report(at + HEARTBEAT_MS);
    if (moment.kind === 'part') {
      good += moment.good;
      reject += moment.reject;
      if (moment.at - at >= LEAST_GAP_MS) yield report(moment.at);
    } else {
      if (spec.declaresState) state = moment.state;
      product = moment.product ?? product;
      if (moment.at > at) yield report(moment.at);
    }
  }
  while (last - at > HEARTBEAT_MS) yield report(at + HEARTBEAT_MS);
  yield report(last);
}
