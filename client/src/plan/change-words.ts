/** Changes of the plan in plain words: `Line Press 1: target 100/h → 120/h`. */

import type {
  PlanChange,
  WrittenDemand,
  WrittenExtraShift,
  WrittenHoliday,
  WrittenLine,
  WrittenPlan,
  WrittenProduct,
  WrittenShift,
  WrittenSpan,
} from '@lineside/domain/plan.ts';
import { daysWords } from './days-words.ts';
import { localAt } from './moments.ts';

/** What an entry says, setting by setting; a setting that is left out says nothing. */
type Settings = readonly (readonly [label: string, words: string])[];

interface Described {
  readonly title: string;
  readonly settings: Settings;
}

/** What a plan calls things. */
export interface Names {
  /** Lines and products by their ids. */
  readonly of: ReadonlyMap<string, string>;
  readonly timeZone: string;
}

/** @param plans whose names are used, the first one's clock; later names stand over earlier ones */
export function namesIn(first: WrittenPlan, ...others: readonly WrittenPlan[]): Names {
  const named = [first, ...others].flatMap(({ lines, products }) => [...products, ...lines]);
  const of = new Map(named.map(({ id, name }) => [id, name ?? id]));
  return { of, timeZone: first.plant.timeZone };
}

/** One line for each change; a shift that only got another name is one change. */
export function changesInWords(changes: readonly PlanChange[], names: Names): string[] {
  const renamed = renamings(changes);
  const gone = new Set(renamed.values());
  return changes.flatMap((change) => {
    if (gone.has(change)) return [];
    const old = renamed.get(change);
    return old ? [`Shift ${old.key} is now called ${change.key}`] : [changeInWords(change, names)];
  });
}

export function changeInWords({ part, before, after }: PlanChange, names: Names): string {
  const [was, is] = [before, after].map((entry) =>
    entry === null ? null : described(part, entry, names),
  );
  if (!is) return `${was?.title ?? 'Entry'} taken out`;
  if (!was) return [`${is.title} added`, ...inWords(is.settings)].join(': ');
  const differences = differencesOf(was.settings, is.settings);
  return `${is.title}: ${differences.length > 0 ? differences.join('; ') : 'written otherwise'}`;
}

/** But for the name, which the title says already. */
function inWords(settings: Settings): string[] {
  const said = settings.filter(([label, words]) => words !== '' && label !== 'name');
  return said.length === 0 ? [] : [said.map((setting) => setting.join(' ').trim()).join(', ')];
}

function differencesOf(was: Settings, is: Settings): string[] {
  const before = new Map(was);
  return is.flatMap(([label, words]) => {
    const old = before.get(label) ?? '';
    if (old === words) return [];
    return [`${label} ${old || 'none'} → ${words || 'none'}`.trim()];
  });
}

/** New shifts that differ from one that went in nothing but the name. */
function renamings(changes: readonly PlanChange[]): Map<PlanChange, PlanChange> {
  const found = new Map<PlanChange, PlanChange>();
  const shifts = changes.filter(({ part }) => part === 'shifts');
  const gone = shifts.filter(({ after }) => after === null);
  for (const added of shifts.filter(({ before }) => before === null)) {
    const old = gone.find(
      (each) => ![...found.values()].includes(each) && rest(each.before) === rest(added.after),
    );
    if (old) found.set(added, old);
  }
  return found;
}

function rest(entry: PlanChange['after']): string {
  return JSON.stringify(shiftSettings(entry as WrittenShift));
}

function described(part: PlanChange['part'], entry: object, names: Names): Described {
  const nameOf = (id: string | undefined): string =>
    id === undefined ? '' : (names.of.get(id) ?? id);
  switch (part) {
    case 'plant':
      return plantWords(entry as WrittenPlan['plant']);
    case 'shifts': {
      const shift = entry as WrittenShift;
      return { title: `Shift ${shift.name}`, settings: shiftSettings(shift) };
    }
    case 'holidays': {
      const { date, name, shifts } = entry as WrittenHoliday;
      const settings: Settings = [
        ['', name],
        ['without', shifts?.join(', ') ?? 'any shift'],
      ];
      return { title: `Holiday ${date}`, settings };
    }
    case 'extraShifts': {
      const shift = entry as WrittenExtraShift;
      const settings = [...spanSettings(shift)];
      return { title: `Extra shift ${shift.name} on ${shift.date}`, settings };
    }
    case 'products':
      return productWords(entry as WrittenProduct);
    case 'lines':
      return lineWords(entry as WrittenLine, nameOf, names.timeZone);
    case 'demand':
      return demandWords(entry as WrittenDemand, nameOf);
    case 'sources':
      return { title: `Source ${(entry as { topic: string }).topic}`, settings: [] };
  }
}

function plantWords({ name, timeZone }: WrittenPlan['plant']): Described {
  const settings: Settings = [
    ['name', name],
    ['time zone', timeZone],
  ];
  return { title: 'Plant', settings };
}

function shiftSettings(shift: WrittenShift): Settings {
  return [...spanSettings(shift), ['days', daysWords(shift.days)]];
}

function spanSettings(shift: WrittenSpan & { readonly breaks?: readonly WrittenSpan[] }): Settings {
  return [
    ['time', spanWords(shift)],
    ['breaks', (shift.breaks ?? []).map(spanWords).join(', ')],
  ];
}

function productWords({ id, name, idealCycleSeconds, targetPerHour }: WrittenProduct): Described {
  const cycle = idealCycleSeconds ?? null;
  const settings: Settings = [
    ['name', name ?? id],
    ['ideal cycle', cycle === null ? '' : `${cycle} s`],
    ['target', amountWords(targetPerHour)],
  ];
  return { title: `Product ${name ?? id}`, settings };
}

function lineWords(
  line: WrittenLine,
  nameOf: (id?: string) => string,
  timeZone: string,
): Described {
  const { target, counter, thresholds = {} } = line;
  const settings: Settings = [
    ['name', line.name ?? line.id],
    ['area', line.area ?? ''],
    [
      'product',
      [nameOf(line.product), handWords(timeZone, line.productSince)].filter(Boolean).join(' '),
    ],
    ['target', amountWords(target?.perHour, target?.perShift)],
    ['counter starts again at', text(counter?.rollover)],
    ['correction of up to', text(counter?.correction)],
    ['stopped after', seconds(line.stopAfterSeconds)],
    ['no data after', seconds(line.staleAfterSeconds)],
    ['behind from', percent(thresholds.behindPercent)],
    ['critical from', percent(thresholds.criticalPercent)],
    ['ahead from', percent(thresholds.aheadPercent)],
  ];
  return { title: `Line ${line.name ?? line.id}`, settings };
}

function demandWords(demand: WrittenDemand, nameOf: (id?: string) => string): Described {
  const { date, shift, line, product, quantity, perHour, crew } = demand;
  const of = product === undefined ? '' : ` of ${nameOf(product)}`;
  const settings: Settings = [
    ['amount', amountWords(perHour, quantity)],
    ['crew', text(crew)],
  ];
  return { title: `Demand on ${nameOf(line)}${of}, ${shift} ${date}`, settings };
}

/** `(set by hand 2026-11-25 11:12)`, by the plant's clock */
function handWords(timeZone: string, since: string | undefined): string {
  if (since === undefined) return '';
  return `(set by hand ${localAt(Date.parse(since), timeZone).replace('T', ' ')})`;
}

const spanWords = ({ start, end }: WrittenSpan): string => `${start}–${end}`;

function amountWords(perHour: number | undefined, perShift?: number): string {
  if (perHour !== undefined) return `${perHour}/h`;
  return perShift === undefined ? '' : `${perShift} a shift`;
}

const text = (value: number | undefined): string => (value === undefined ? '' : String(value));
const seconds = (value: number | undefined): string => (value === undefined ? '' : `${value} s`);
const percent = (value: number | undefined): string => (value === undefined ? '' : `${value} %`);
