/** What one line owes and makes over time: its targets (S2) and its products by plan, from every version. */

import type { ProductChange } from '@lineside/domain/facts.ts';
import {
  isSame,
  type PlanVersion,
  type WrittenDemand,
  type WrittenLine,
} from '@lineside/domain/plan.ts';
import { shiftAt, type Shift } from '@lineside/domain/shift.ts';
import type { Author, Target, TargetChange } from '@lineside/domain/target.ts';
import { demandKey, type Plant } from '../config/plan.ts';
import type { PlanHistory } from './history.ts';

export type Versions = Pick<PlanHistory, 'at' | 'between'>;

/** What a plan says of a line in a shift, or outside of shifts. */
interface Due {
  readonly target: Target | null;
  /** Somebody asked for it in this shift. */
  readonly isDemand: boolean;
  readonly product: string | null;
}

interface DueChange extends Due {
  readonly at: number;
  readonly by?: Author;
}

/**
 * A line's targets over some shifts: each shift begins with what the plan says then, and bends where
 * a version changes that while it runs.
 */
export function targetsOver(
  versions: Versions,
  line: string,
  shifts: readonly Shift[],
): TargetChange[] {
  const changes = shifts.flatMap((shift) => changesIn(versions, line, shift));
  return changes.flatMap(({ at, target, isDemand, by }, index) => {
    const last = changes[index - 1];
    if (last && isSame([last.target, last.isDemand], [target, isDemand])) return [];
    return [{ at, target, ...(isDemand && { isDemand }), ...(by && { by }) }];
  });
}

/** The product that a line makes by plan at an instant. */
export function plannedProductAt(
  versions: Versions,
  line: string,
  shifts: readonly Shift[],
  at: number,
): string | null {
  return dueOf(versions.at(at).plant, line, shiftAt(shifts, at)).product;
}

/** Where the product by plan changes between two instants: at the start of a shift, or by a version. */
export function productChanges(
  versions: Versions,
  line: string,
  shifts: readonly Shift[],
  [from, until]: readonly [from: number, until: number],
): ProductChange[] {
  const authors = authorsOf(versions.between(from, until), line);
  const edges = shifts.flatMap(({ start, end }) => [start, end]);
  const times = [...new Set([...edges, ...authors.keys()])]
    .filter((at) => at > from && at < until)
    .sort((a, b) => a - b);
  let last = plannedProductAt(versions, line, shifts, from);
  return times.flatMap((at) => {
    const product = plannedProductAt(versions, line, shifts, at);
    if (product === last) return [];
    last = product;
    const by = authors.get(at);
    return [{ at, product, ...(by && { by }) }];
  });
}

function changesIn(versions: Versions, line: string, shift: Shift): DueChange[] {
  const due = (at: number): Due => dueOf(versions.at(at).plant, line, shift);
  const later = authorsOf(versions.between(shift.start, shift.end), line);
  return [
    { at: shift.start, ...due(shift.start) },
    ...[...later].map(([at, by]) => ({ at, ...due(at), by })),
  ];
}

/** Who changed what a line owes or makes, by when it holds: of several at once the last one has the last word. */
function authorsOf(versions: readonly PlanVersion[], line: string): Map<number, Author> {
  const bearing = versions.filter((version) => bearsOn(version, line));
  return new Map(bearing.map(({ from, who, why }) => [from, { who, why }]));
}

function bearsOn({ changes }: PlanVersion, line: string): boolean {
  return changes.some(({ part, key, before, after }) => {
    if (part === 'demand') return ((after ?? before) as WrittenDemand | null)?.line === line;
    if (part !== 'lines' || key !== line) return false;
    const [was, is] = [before as WrittenLine | null, after as WrittenLine | null];
    return !isSame([was?.target, was?.product], [is?.target, is?.product]);
  });
}

function dueOf({ lines, demand }: Plant, line: string, shift: Shift | null): Due {
  const plan = lines.find(({ id }) => id === line);
  const asked = (shift && demand.get(demandKey({ ...shift, shift: shift.name, line }))) ?? [];
  const products = new Set(asked.flatMap(({ product }) => product ?? []));
  const [only] = products;
  const demanded = sumOf(asked.map(({ target }) => target));
  return {
    target: demanded ?? plan?.target ?? null,
    isDemand: demanded !== null,
    product: products.size === 1 && only !== undefined ? only : (plan?.product ?? null),
  };
}

/** Quantities add up; a rate stands alone. */
function sumOf(targets: readonly Target[]): Target | null {
  const [first] = targets;
  if (!first || 'perHour' in first) return first ?? null;
  const quantities = targets.map((target) => ('perShift' in target ? target.perShift : 0));
  return { perShift: quantities.reduce((sum, quantity) => sum + quantity, 0) };
}
