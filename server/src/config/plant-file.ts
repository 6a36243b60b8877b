/** A plant file's text to a plant, or to every mistake in it with its line. */

import { DEFAULT_STOP_AFTER_SECONDS, DEFAULT_THRESHOLDS } from '@lineside/domain/facts.ts';
import type { Target } from '@lineside/domain/target.ts';
import { isCollection, isMap, isNode, LineCounter, parseDocument, type Document } from 'yaml';
import type { z } from 'zod';
import { OUTPUT_TOPIC, type LinePlan, type Plant, type ShiftRule, type WallSpan } from './plan.ts';
import { problemsOf } from './plant-rules.ts';
import { salvaged } from './salvage.ts';
import { complaint, plantSchema, type PlantFile } from './plant-schema.ts';
import { parseWallTime, weekdayOf } from './wall-time.ts';

export type PlantResult =
  | { readonly ok: true; readonly plant: Plant }
  | { readonly ok: false; readonly problems: readonly string[] };

/** @param fileName how messages call the file */
export function readPlant(text: string, fileName: string): PlantResult {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number, message: string): string =>
    `${fileName} line ${lines.linePos(offset).line}: ${message}`;
  if (document.errors.length > 0) {
    const problems = document.errors.map(({ pos, message }) => at(pos[0], message));
    return { ok: false, problems };
  }
  const file: unknown = document.toJS() ?? {};
  const parsed = plantSchema.safeParse(file, { error: complaint });
  const issues = parsed.success ? [] : parsed.error.issues;
  const unreadable = issues.flatMap((issue) =>
    placesOf(issue).map((path) => at(offsetOf(document, path), `${spoken(path)} ${issue.message}`)),
  );
  // What can be read is checked all the same, so that one start tells of every mistake.
  const readable = parsed.success ? parsed : plantSchema.safeParse(salvaged(file, issues));
  if (!readable.success) return { ok: false, problems: unreadable };
  const shifts = readable.data.shifts.map(shiftRule);
  const unfit = problemsOf(readable.data, shifts).map(({ path, message }) =>
    at(offsetOf(document, path), `${spoken(path)}: ${message}`),
  );
  return parsed.success && unfit.length === 0
    ? { ok: true, plant: plantOf(parsed.data, shifts) }
    : { ok: false, problems: [...unreadable, ...unfit] };
}

/** Where a complaint belongs: an unknown setting at its own name. */
function placesOf(issue: z.core.$ZodIssue): PropertyKey[][] {
  if (issue.code !== 'unrecognized_keys') return [issue.path];
  return issue.keys.map((key) => [...issue.path, key]);
}

/** `lines[2].target.perHour` */
function spoken(path: readonly PropertyKey[]): string {
  if (path.length === 0) return 'the plant file';
  return path
    .map((step) => (typeof step === 'number' ? `[${step + 1}]` : `.${String(step)}`))
    .join('')
    .replace(/^\./, '');
}

/** The place of a setting's name, or of the nearest thing around it that is there. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  for (let length = path.length; length > 0; length--) {
    const parent = document.getIn(path.slice(0, length - 1), true);
    const last = path[length - 1];
    if (isMap(parent)) {
      const pair = parent.items.find(({ key }) => isNode(key) && String(key) === last);
      if (isNode(pair?.key) && pair.key.range) return pair.key.range[0];
    } else if (isCollection(parent)) {
      const node = parent.get(last, true);
      if (isNode(node) && node.range) return node.range[0];
    }
  }
  return 0;
}

function wallSpan({ start, end }: { start: string; end: string }): WallSpan {
  const minutes = (text: string): number => (parseWallTime(text) ?? 0) % 1440;
  return { startMinute: minutes(start), endMinute: minutes(end) };
}

function shiftRule(shift: PlantFile['shifts'][number]): ShiftRule {
  return {
    name: shift.name,
    ...wallSpan(shift),
    days: [...new Set(shift.days.map(weekdayOf))].sort((a, b) => a - b),
    breaks: shift.breaks.map(wallSpan),
  };
}

function plantOf(file: PlantFile, shifts: readonly ShiftRule[]): Plant {
  const topics = new Set([OUTPUT_TOPIC, ...file.sources.map(({ topic }) => topic)]);
  return {
    name: file.plant.name,
    timeZone: file.plant.timeZone,
    shifts,
    products: file.products.map(({ id, name = id, idealCycleSeconds }) => ({
      id,
      name,
      idealCycleSeconds,
    })),
    lines: file.lines.map(linePlan),
    topics: [...topics],
  };
}

function linePlan(line: PlantFile['lines'][number]): LinePlan {
  const { behindPercent, criticalPercent, aheadPercent } = line.thresholds;
  return {
    id: line.id,
    name: line.name ?? line.id,
    area: line.area,
    product: line.product ?? null,
    target: targetOf(line.target),
    counter: { rollover: line.counter.rollover ?? null, correction: line.counter.correction },
    rules: {
      stopAfterSeconds: line.stopAfterSeconds ?? DEFAULT_STOP_AFTER_SECONDS,
      staleAfterSeconds: line.staleAfterSeconds ?? null,
      thresholds: {
        behindPercent: behindPercent ?? DEFAULT_THRESHOLDS.behindPercent,
        criticalPercent: criticalPercent ?? DEFAULT_THRESHOLDS.criticalPercent,
        aheadPercent: aheadPercent ?? DEFAULT_THRESHOLDS.aheadPercent,
      },
    },
  };
}

function targetOf(target: PlantFile['lines'][number]['target']): Target | null {
  if (target?.perHour !== undefined) return { perHour: target.perHour };
  if (target?.perShift !== undefined) return { perShift: target.perShift };
  return null;
}
