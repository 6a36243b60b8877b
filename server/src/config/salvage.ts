/** What of a plan with mistakes can still be read, so that one answer tells of all mistakes. */

import type { z } from 'zod';
import { ID_PATTERN } from './plan.ts';

type Raw = Readonly<Record<string, unknown>>;

const isRaw = (value: unknown): value is Raw => typeof value === 'object' && value !== null;

const isId = (value: unknown): boolean => typeof value === 'string' && ID_PATTERN.test(value);

/** The plan with its illegible parts left out or made harmless; places stay where they are. */
export function salvaged(plan: unknown, issues: readonly z.core.$ZodIssue[]): Raw {
  const raw = isRaw(plan) ? plan : {};
  const isBad = (section: string, index?: number): boolean =>
    issues.some(
      ({ path }) =>
        path[0] === section && (index === undefined || path.length === 1 || path[1] === index),
    );
  const entries = (section: string, keep: (entry: Raw, stand: string) => Raw): unknown[] => {
    const all: unknown[] = Array.isArray(raw[section]) ? raw[section] : [];
    return all.map((entry, index) =>
      isBad(section, index) ? keep(isRaw(entry) ? entry : {}, `illegible-${index}`) : entry,
    );
  };
  const zone = isRaw(raw['plant']) ? raw['plant']['timeZone'] : undefined;
  const areProductsKnown = Array.isArray(raw['products']);
  const areShiftsKnown = !isBad('shifts');
  const areOthersKnown =
    areShiftsKnown && !['extraShifts', 'lines', 'products'].some((list) => isBad(list));
  return {
    plant: { name: 'plant', timeZone: typeof zone === 'string' ? zone : 'UTC' },
    shifts: areShiftsKnown ? (raw['shifts'] ?? []) : [],
    holidays: areShiftsKnown && !isBad('holidays') ? (raw['holidays'] ?? []) : [],
    extraShifts: areShiftsKnown && !isBad('extraShifts') ? (raw['extraShifts'] ?? []) : [],
    products: entries('products', ({ id }, stand) => ({ id: isId(id) ? id : stand })),
    lines: entries('lines', ({ id, product }, stand) => ({
      id: isId(id) ? id : stand,
      ...(areProductsKnown && isId(product) && { product }),
    })),
    demand: areOthersKnown && !isBad('demand') ? (raw['demand'] ?? []) : [],
  };
}
