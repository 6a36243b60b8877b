/** What a changed shift of one line means in the plan: its demand, and the product it makes from now on. */

import type { PlanChange, WrittenDemand, WrittenPlan } from '@lineside/domain/plan.ts';
import { keyOf } from '@lineside/domain/plan.ts';
import type { Shift } from '@lineside/domain/shift.ts';

export interface ShiftChange {
  readonly line: string;
  readonly shift: Pick<Shift, 'date' | 'name' | 'end'>;
  /** Good parts in the whole shift; `null`: as they are. */
  readonly quantity: number | null;
  /** The product from now on; `null`: as it is. */
  readonly product: string | null;
}

/** The plan with one shift of a line changed. What several products of it owe is put into one sum. */
export function withShiftChange(plan: WrittenPlan, change: ShiftChange): WrittenPlan {
  const { product } = change;
  // Set by hand it overrules what readings named before, be it what the plan said already (P4).
  const byHand = product === null ? {} : { product, productSince: 'now' };
  return {
    ...plan,
    demand: demandWith(plan.demand, change),
    lines: plan.lines.map((line) => (line.id === change.line ? { ...line, ...byHand } : line)),
  };
}

function demandWith(
  demand: readonly WrittenDemand[],
  { line, shift, quantity, product }: ShiftChange,
): readonly WrittenDemand[] {
  const isMeant = (entry: WrittenDemand): boolean =>
    entry.line === line && entry.date === shift.date && entry.shift === shift.name;
  if (quantity === null && product === null) return demand;
  const meant = demand.filter(isMeant);
  const owed = quantity === null ? owedBy(meant) : { quantity };
  if (owed === null) return demand;
  const [first, ...more] = meant;
  const { product: asked, crew } = first ?? {};
  const changed: WrittenDemand = {
    ...{ date: shift.date, shift: shift.name, line },
    ...owed,
    // A product that the demand names would overrule the one that the line is to make now.
    ...(asked !== undefined && more.length === 0 && product === null && { product: asked }),
    ...(crew !== undefined && { crew }),
  };
  const place = demand.findIndex(isMeant);
  const others = demand.filter((entry) => !isMeant(entry));
  return others.toSpliced(place < 0 ? others.length : place, 0, changed);
}

/** What demand asks for as it is, in one sum; a rate stands alone. `null`: there is none. */
function owedBy(
  demand: readonly WrittenDemand[],
): Pick<WrittenDemand, 'quantity' | 'perHour'> | null {
  const [first] = demand;
  if (!first) return null;
  if (first.perHour !== undefined) return { perHour: first.perHour };
  return { quantity: demand.reduce((sum, { quantity = 0 }) => sum + quantity, 0) };
}

/** Whether others changed what this change is about, too. */
export function touches(changes: readonly PlanChange[], { line, shift }: ShiftChange): boolean {
  const start = keyOf('demand', { line, date: shift.date, shift: shift.name });
  return changes.some(
    ({ part, key }) =>
      (part === 'lines' && key === line) || (part === 'demand' && key.startsWith(start)),
  );
}
