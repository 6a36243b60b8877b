/** Valid defaults for the facts that tests are about. */

import { DEFAULT_THRESHOLDS, type LineFacts, type Product } from '@lineside/domain/facts.ts';
import { Ledger, type CountingRules } from '@lineside/domain/ledger.ts';
import type { Reading } from '@lineside/domain/reading.ts';
import type { Shift } from '@lineside/domain/shift.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
/** 06:00 UTC on a Monday. */
export const MORNING = Date.UTC(2026, 10, 23, 6);

export function aReading(fields: Partial<Reading> = {}): Reading {
  const at = fields.at ?? MORNING;
  return {
    line: 'press-1',
    at,
    receivedAt: at,
    kind: 'total',
    good: null,
    reject: null,
    seq: null,
    state: null,
    product: null,
    online: null,
    ...fields,
  };
}

export function aShift(fields: Partial<Shift> = {}): Shift {
  const start = fields.start ?? MORNING;
  return {
    id: '2026-11-23/Early',
    name: 'Early',
    date: '2026-11-23',
    start,
    end: start + 8 * HOUR,
    breaks: [],
    ...fields,
  };
}

export const HOUSING: Product = { id: 'housing', name: 'Housing', idealCycleSeconds: 30 };

export function aLedger(rules: Partial<CountingRules> = {}): Ledger {
  return new Ledger({
    idealCycleSeconds: () => HOUSING.idealCycleSeconds,
    rollover: null,
    correction: 0,
    staleAfterSeconds: null,
    ...rules,
  });
}

/** Facts of one line that has sent these readings. */
export function factsWith(
  readings: readonly Reading[],
  fields: Partial<LineFacts> = {},
): LineFacts {
  const rules = {
    stopAfterSeconds: 300,
    staleAfterSeconds: null,
    thresholds: DEFAULT_THRESHOLDS,
    ...fields.rules,
  };
  const ledger = aLedger({ staleAfterSeconds: rules.staleAfterSeconds });
  ledger.add(readings);
  return {
    line: { id: 'press-1', name: 'Press 1', area: 'Stamping' },
    product: HOUSING,
    products: [HOUSING],
    targets: [{ at: 0, target: { perHour: 100 } }],
    shifts: [aShift()],
    resolution: 'reading',
    track: ledger.track,
    ...fields,
    rules,
  };
}
