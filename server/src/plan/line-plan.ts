/** What one line owes and makes over time: its targets (S2) and its products by plan, from every version. */

import type { ProductChange } from '@lineside/domain/facts.ts';
import {
  isSame,
  type PlanChange,
  type PlanVersion,
  type WrittenDemand,
  type WrittenLine,
  type WrittenProduct,
} from '@lineside/domain/plan.ts';
import { shiftAt, type Shift } from '@lineside/domain/shift.ts';
import type { Author, OwnRate, Target, TargetChange } from '@lineside/domain/target.ts';
import { demandKey, type LinePlan, type Plant } from '../config/plan.ts';
import type { Calendar } from './calendar.ts';
import type { PlanHistory } from './history.ts';

/** So far back the products of a shift's demand are looked for. */
const DEMAND_LOOKBACK_MS = 35 * 24 * 3_600_000;

export type Versions = Pick<PlanHistory, 'at' | 'between'>;

/** What a plan says of a line in a shift, or outside of shifts. */
interface Due {
  readonly target: Target | null;
  /** `null` where somebody asked for that target in this shift: it stands above them (S11). */
  readonly ownRates: readonly OwnRate[] | null;
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
  return changes.flatMap(({ at, target, ownRates, by }, index) => {
    const last = changes[index - 1];
    if (last && isSame([last.target, last.ownRates], [target, ownRates])) return [];
    return [{ at, target, ...(ownRates && { ownRates }), ...(by && { by }) }];
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
 * The last change of the product by plan up to an instant, be it long ago: a reading that named
 * another one before it does not hold on (P4). None where the plan never said another product.
 */
export function standingProductChange(
  versions: Versions,
  line: string,
  calendar: Pick<Calendar, 'between'>,
  at: number,
): ProductChange[] {
  const { plant } = versions.at(at);
  const isAsked = [...plant.demand.values()]
    .flat()
    .some((each) => each.line === line && each.product !== null);
  if (isAsked) {
    const since = at - DEMAND_LOOKBACK_MS;
    const shifts = calendar.between(since, at + 1);
    const last = productChanges(versions, line, shifts, [since, at + 1]).at(-1);
    if (last) return [last];
  }
  const product = lineIn(plant, line)?.product ?? null;
  const times = [
    versions
      .between(-Infinity, at + 1)
      .findLast(({ changes }) => changes.some((one) => changesProduct(one, line)))?.from,
    setByHandAt(versions, line, at),
  ].filter((each) => each !== undefined);
  return times.length > 0 ? [{ at: Math.max(...times), product }] : [];
}

/** When the product that holds at an instant was set by hand; an instant that a file brought later is no such time. */
function setByHandAt(versions: Versions, line: string, at: number): number | undefined {
  const since = lineIn(versions.at(at).plant, line)?.productSince ?? null;
  if (since === null || since > at) return undefined;
  return lineIn(versions.at(since).plant, line)?.productSince === since ? since : undefined;
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
    if (part === 'products') return ownRateOf(before) !== ownRateOf(after);
    if (part !== 'lines' || key !== line) return false;
    const [was, is] = [before as WrittenLine | null, after as WrittenLine | null];
    return !isSame(dueFields(was), dueFields(is));
  });
}

const ownRateOf = (product: PlanChange['after']): number | undefined =>
  (product as WrittenProduct | null)?.targetPerHour;

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
  const isUsual = demanded === null && plant.ownRates.length > 0;
  const owed = {
    target: demanded ?? plan?.target ?? null,
    ownRates: isUsual ? plant.ownRates : null,
  };
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
