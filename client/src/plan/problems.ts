/** At which field of a draft a problem is shown; the server tells of the same ones in the same words. */

import type { Path } from '@lineside/domain/problem.ts';

/** The field at which a problem of a whole entry is told. */
const TOLD_AT: Readonly<Record<string, string>> = {
  ...{ shifts: 'start', extraShifts: 'start', breaks: 'start', holidays: 'date' },
  ...{ products: 'id', lines: 'id', demand: 'amount', plant: 'name' },
};
/** Settings that share a field with others, or have another name on the page. */
const SHOWN_AS: Readonly<Record<string, string>> = {
  ...{ perHour: 'amount', perShift: 'amount', quantity: 'amount', target: 'amount' },
  ...{ counter: 'rollover', thresholds: 'criticalPercent' },
};
/** Groups of settings whose parts are fields of the entry itself. */
const GROUPS = new Set(['target', 'counter', 'thresholds']);
const CHOICES = new Set(['days']);

/** The field that shows a problem, such as `lines/0/amount`. */
export function fieldOf(path: Path): string {
  const parts = path.flatMap((part, index) => {
    const hasMore = index < path.length - 1;
    return hasMore && GROUPS.has(String(part)) ? [] : [part];
  });
  const choice = parts.findIndex((part) => CHOICES.has(String(part)));
  const list = parts.findIndex((part, index) => part === 'shifts' && index > 0);
  const end = [choice, list].filter((place) => place >= 0);
  const kept = end.length > 0 ? parts.slice(0, Math.min(...end) + 1) : parts;
  const last = kept.at(-1);
  if (typeof last === 'number' || kept.length === 1) {
    const list = kept.at(typeof last === 'number' ? -2 : -1);
    const told = TOLD_AT[String(list)];
    return [...kept, ...(told === undefined ? [] : [told])].join('/');
  }
  return [...kept.slice(0, -1), SHOWN_AS[String(last)] ?? last].join('/');
}

const SECTIONS: Readonly<Record<string, string>> = {
  ...{ shifts: 'Shift', products: 'Product', lines: 'Line', holidays: 'Holiday' },
  ...{ extraShifts: 'Extra shift', demand: 'Demand', plant: 'Plant', sources: 'Source' },
};

/** Where a problem is, for a person: `Line Press 1`, `Shift 2, break 1`. */
export function placeOf(path: Path, nameOf: (list: string, index: number) => string): string {
  const [list = '', index, inner, place] = path;
  const section = SECTIONS[String(list)] ?? '';
  if (typeof index !== 'number') return section;
  const name = nameOf(String(list), index) || String(index + 1);
  return inner === 'breaks' && typeof place === 'number'
    ? `${section} ${name}, break ${place + 1}`
    : `${section} ${name}`;
}
