/** What one line owes and makes over time: its targets (S2) and its products by plan, from every version. */

import type { ProductChange } from '@lineside/domain/facts.ts';
import {
  isSame,
  type PlanChange,
  type PlanVersion,
  type WrittenDemand,
  type WrittenLine,
} from '@lineside/domain/plan.ts';
import { shiftAt, type Shift } from '@lineside/domain/shift.ts';
import type { Author, Target, TargetChange } from '@lineside/domain/target.ts';
import { demandKey, type LinePlan, type Plant } from '../config/plan.ts';
import type { PlanHistory } from './history.ts';

export type Versions = Pick<PlanHistory, 'at' | 'between'>;

/** What a plan says of a line in a shift, or outside of shifts. */
interface Due {
  readonly target: Target | null;
  /** Somebody asked for it in this shift. */
  readonly isDemand: boolean;
  readonly product: string | null;
  /** When a person set that product by hand, epoch ms; `null`: nobody did. */
  readonly productSince: number | null;
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

/**
 * Where the product by plan changes between two instants: at the start of a shift, or by a version.
 * Where a person sets the same one by hand it is a change as well, at that very instant (P4).
 */
export function productChanges(
  versions: Versions,
  line: string,
  shifts: readonly Shift[],
  [from, until]: readonly [from: number, until: number],
): ProductChange[] {
  const authors = authorsOf(versions.between(from, until), line);
  const due = (at: number): Due => dueOf(versions.at(at).plant, line, shiftAt(shifts, at));
  const edges = shifts.flatMap(({ start, end }) => [start, end]);
  const byHand = [from, ...authors.keys()].flatMap(
    (at) => lineIn(versions.at(at).plant, line)?.productSince ?? [],
  );
  const times = [...new Set([...edges, ...byHand, ...authors.keys()])]
    .filter((at) => at > from && at < until)
    .sort((a, b) => a - b);
  let last = due(from).product;
  return times.flatMap((at) => {
    const { product, productSince } = due(at);
    if (product === last && productSince !== at) return [];
    last = product;
    const by = authors.get(at);
    return [{ at, product, ...(by && { by }) }];
  });
}

/**
 * The change by which a line makes what it makes by plan at an instant, be it long ago: a reading that
 * named another product before does not hold on (P4). None where a shift's demand names the product.
 */
export function standingProductChange(
  versions: Versions,
  line: string,
  shifts: readonly Shift[],
  at: number,
): ProductChange[] {
  const { product, productSince } = dueOf(versions.at(at).plant, line, shiftAt(shifts, at));
  if (product !== lineIn(versions.at(at).plant, line)?.product) return [];
  const before = versions.between(-Infinity, at + 1);
  const version = before.findLast((each) => each.changes.some((one) => changesProduct(one, line)));
  const times = [version?.from, productSince].filter((each) => typeof each === 'number');
  const last = Math.max(...times.filter((each) => each <= at));
  return Number.isFinite(last) ? [{ at: last, product }] : [];
}

/** Whether a line that was planned already makes another product; one that is first planned takes over what it sent. */
function changesProduct({ part, key, before, after }: PlanChange, line: string): boolean {
  if (part !== 'lines' || key !== line || before === null) return false;
  return (before as WrittenLine).product !== (after as WrittenLine | null)?.product;
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
    return !isSame(dueFields(was), dueFields(is));
  });
}

const dueFields = (line: WrittenLine | null): readonly unknown[] => {
  return [line?.target, line?.product, line?.productSince];
};

const lineIn = ({ lines }: Plant, line: string): LinePlan | undefined =>
  lines.find(({ id }) => id === line);

function dueOf(plant: Plant, line: string, shift: Shift | null): Due {
  const plan = lineIn(plant, line);
  const asked = (shift && plant.demand.get(demandKey({ ...shift, shift: shift.name, line }))) ?? [];
  const products = new Set(asked.flatMap(({ product }) => product ?? []));
  const [only] = products;
  const demanded = sumOf(asked.map(({ target }) => target));
  const owed = { target: demanded ?? plan?.target ?? null, isDemand: demanded !== null };
  if (products.size === 1 && only !== undefined) {
    return { ...owed, product: only, productSince: null };
  }
  return { ...owed, product: plan?.product ?? null, productSince: plan?.productSince ?? null };
}

/** Quantities add up; a rate stands alone. */
function sumOf(targets: readonly Target[]): Target | null {
  const [first] = targets;
  if (!first || 'perHour' in first) return first ?? null;
  const quantities = targets.map((target) => ('perShift' in target ? target.perShift : 0));
  return { perShift: quantities.reduce((sum, quantity) => sum + quantity, 0) };
}
