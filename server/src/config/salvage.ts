/** What of a plant file with mistakes can still be read, so that one start tells of all mistakes. */

import type { z } from 'zod';

type Raw = Readonly<Record<string, unknown>>;

const isRaw = (value: unknown): value is Raw => typeof value === 'object' && value !== null;

/** The file with its unreadable parts left out or made harmless; places stay where they are. */
export function salvaged(file: unknown, issues: readonly z.core.$ZodIssue[]): Raw {
  const raw = isRaw(file) ? file : {};
  const isBad = (section: string, index?: number): boolean =>
    issues.some(
      ({ path }) =>
        path[0] === section && (index === undefined || path.length === 1 || path[1] === index),
    );
  const entries = (section: string, keep: (entry: Raw) => Raw): unknown[] => {
    const all: unknown[] = Array.isArray(raw[section]) ? raw[section] : [];
    return all.map((entry, index) =>
      isBad(section, index) ? keep(isRaw(entry) ? entry : {}) : entry,
    );
  };
  const zone = isRaw(raw['plant']) ? raw['plant']['timeZone'] : undefined;
  const areProductsKnown = Array.isArray(raw['products']);
  return {
    plant: { name: 'plant', timeZone: typeof zone === 'string' ? zone : 'UTC' },
    shifts: isBad('shifts') ? [] : (raw['shifts'] ?? []),
    products: entries('products', ({ id }) => ({ id, idealCycleSeconds: 1 })),
    lines: entries('lines', ({ id, product }) => ({ id, ...(areProductsKnown && { product }) })),
  };
}
