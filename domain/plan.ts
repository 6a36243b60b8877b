/** The plan as people write it, and its changes: every version is a set of changes that hold from some instant on. */

/** `Mon` to `Sun`. */
export type DayName = 'Mon' | 'Tue' | 'Wed' | 'Thu' | 'Fri' | 'Sat' | 'Sun';

/** Times of day on the plant's clock, `HH:MM`; an end that is not later is on the next day. */
export interface WrittenSpan {
  readonly start: string;
  readonly end: string;
}

export interface WrittenShift extends WrittenSpan {
  readonly name: string;
  /** Left out: every day. */
  readonly days?: readonly DayName[];
  readonly breaks?: readonly WrittenSpan[];
}

/** A day on which no shift starts, or not these. */
export interface WrittenHoliday {
  /** Local date, `YYYY-MM-DD`. */
  readonly date: string;
  readonly name: string;
  /** Names of the shifts that are left out; left out itself: all of them. */
  readonly shifts?: readonly string[];
}

/** A shift that is worked on one date only, beside the usual ones or in place of one of the same name. */
export interface WrittenExtraShift extends WrittenSpan {
  readonly date: string;
  readonly name: string;
  readonly breaks?: readonly WrittenSpan[];
}

export interface WrittenProduct {
  readonly id: string;
  readonly name?: string;
  readonly idealCycleSeconds?: number | null;
  /** While it is made, in place of a line's target; a shift's demand stands above both. */
  readonly targetPerHour?: number;
}

export interface WrittenTarget {
  readonly perHour?: number;
  readonly perShift?: number;
}

export interface WrittenLine {
  readonly id: string;
  readonly name?: string;
  readonly area?: string;
  readonly product?: string;
  /** When a person last set that product by hand, an ISO instant, or `now` in what is being saved: it overrules what readings named before (P4). */
  readonly productSince?: string;
  readonly target?: WrittenTarget;
  readonly counter?: { readonly rollover?: number; readonly correction?: number };
  readonly stopAfterSeconds?: number;
  readonly staleAfterSeconds?: number;
  readonly thresholds?: {
    readonly behindPercent?: number;
    readonly criticalPercent?: number;
    readonly aheadPercent?: number;
  };
}

/** What one line owes in one shift, in place of its usual target. */
export interface WrittenDemand {
  /** Local date on which the shift starts. */
  readonly date: string;
  /** The shift's name. */
  readonly shift: string;
  readonly line: string;
  /** Several products in one shift add up. */
  readonly product?: string;
  /** Good parts in the whole shift; or a rate, good parts per planned hour. */
  readonly quantity?: number;
  readonly perHour?: number;
  /** People at the line: a note, nothing is computed from it. */
  readonly crew?: number;
}

/** The plan as a plant file holds it. */
export interface WrittenPlan {
  readonly plant: { readonly name: string; readonly timeZone: string };
  readonly shifts: readonly WrittenShift[];
  readonly holidays: readonly WrittenHoliday[];
  readonly extraShifts: readonly WrittenExtraShift[];
  readonly products: readonly WrittenProduct[];
  readonly lines: readonly WrittenLine[];
  readonly demand: readonly WrittenDemand[];
  readonly sources: readonly { readonly topic: string }[];
}

export const EMPTY_PLAN: WrittenPlan = {
  plant: { name: 'Lineside', timeZone: 'UTC' },
  ...{ shifts: [], holidays: [], extraShifts: [], products: [], lines: [], demand: [] },
  sources: [],
};

type Lists = Omit<WrittenPlan, 'plant'>;
export type PlanList = keyof Lists;
export type PlanPart = PlanList | 'plant';
type Entry = Lists[PlanList][number] | WrittenPlan['plant'];

/** One entry of the plan that was added (`before` is `null`), changed, or taken out (`after` is `null`). */
export interface PlanChange {
  readonly part: PlanPart;
  /** What tells the entry from the others of its part, such as a line's id. */
  readonly key: string;
  readonly before: Entry | null;
  readonly after: Entry | null;
}

/** Changes that somebody recorded together. */
export interface PlanVersion {
  readonly id: number;
  /** Epoch ms. */
  readonly recordedAt: number;
  /** From when the changes hold, epoch ms; never before they were recorded, but for the first version. */
  readonly from: number;
  readonly who: string;
  readonly why: string;
  readonly changes: readonly PlanChange[];
}

const KEYS: { readonly [List in PlanList]: (entry: Lists[List][number]) => string } = {
  shifts: ({ name }) => name,
  holidays: ({ date }) => date,
  extraShifts: ({ date, name }) => `${date}/${name}`,
  products: ({ id }) => id,
  lines: ({ id }) => id,
  demand: ({ date, shift, line, product }) => `${date}/${shift}/${line}/${product ?? ''}`,
  sources: ({ topic }) => topic,
};
export const PLAN_LISTS = Object.keys(KEYS) as PlanList[];

/** What tells an entry from the others of its list. */
export function keyOf<List extends PlanList>(list: List, entry: Lists[List][number]): string {
  return KEYS[list](entry);
}

/** What changed from one plan to another; the order of entries is no change. */
export function planChanges(before: WrittenPlan, after: WrittenPlan): PlanChange[] {
  const plant = changesOf('plant', new Map([['', before.plant]]), new Map([['', after.plant]]));
  const lists = PLAN_LISTS.flatMap((list) =>
    changesOf(list, keyed(list, before), keyed(list, after)),
  );
  return [...plant, ...lists];
}

function changesOf(
  part: PlanPart,
  before: ReadonlyMap<string, Entry>,
  after: ReadonlyMap<string, Entry>,
): PlanChange[] {
  const keys = new Set([...before.keys(), ...after.keys()]);
  return [...keys].flatMap((key) => {
    const [was, is] = [before.get(key) ?? null, after.get(key) ?? null];
    return isSame(was, is) ? [] : [{ part, key, before: was, after: is }];
  });
}

/** What an entry is in a plan; `null`: it is not there. */
export function entryIn(
  plan: WrittenPlan,
  { part, key }: Pick<PlanChange, 'part' | 'key'>,
): Entry | null {
  return part === 'plant' ? plan.plant : (keyed(part, plan).get(key) ?? null);
}

/** A plan with changes applied: each entry becomes what its change says, whatever it was before. */
export function withChanges(plan: WrittenPlan, changes: readonly PlanChange[]): WrittenPlan {
  const lists = new Map(PLAN_LISTS.map((list) => [list, keyed(list, plan)]));
  let { plant } = plan;
  for (const { part, key, after } of changes) {
    if (part === 'plant') plant = (after as WrittenPlan['plant'] | null) ?? plant;
    else if (after === null) lists.get(part)?.delete(key);
    else lists.get(part)?.set(key, after);
  }
  const entries = [...lists].map(([list, map]) => [list, [...map.values()]]);
  return { plant, ...(Object.fromEntries(entries) as Lists) };
}

/** The plan in force at an instant: of two changes to one entry the one that holds from later on, then the one recorded later. */
export function planAt(versions: readonly PlanVersion[], at: number): WrittenPlan {
  const inForce = versions.filter(({ from }) => from <= at);
  const inOrder = inForce.toSorted((a, b) => a.from - b.from || a.id - b.id);
  return withChanges(
    EMPTY_PLAN,
    inOrder.flatMap(({ changes }) => changes),
  );
}

function keyed(list: PlanList, plan: WrittenPlan): Map<string, Entry> {
  const keyOfEntry = KEYS[list] as (entry: Entry) => string;
  return new Map(plan[list].map((entry) => [keyOfEntry(entry), entry]));
}

/** Whether two entries, or fields of them, say the same, whatever the order of their settings. */
export function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, each]) => each !== undefined);
  return Object.fromEntries(
    entries
      .map(([key, each]) => [key, sorted(each)])
      .sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)),
  );
}
